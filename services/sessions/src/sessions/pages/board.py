"""The day board: who comes, what is missing for them and whose it is, and the rooms and people of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import request

from sessions import queries, words
from sessions.domain.readiness import Light, is_ready
from sessions.domain.statuses import VisitStatus
from sessions.models import Visit
from sessions.pages.asking import ask_by_link, confirm_escort
from sessions.words import STATUS_WORDS
from shared.clinics import ResourceKind
from shared.events.sessions import VisitKind
from shared.pictures import Column, Part, Picture, at_any_width, board
from shared.pictures import Visit as Block
from shared.store import Transaction
from shared.web import Pages, Role
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed

board_pages = Pages("board")

_HERE = (VisitStatus.CHECKED_IN, VisitStatus.HELD, VisitStatus.DOSING)
_OVER = (VisitStatus.COMPLETED, *queries.GONE)
_FAR = timedelta(days=10 * 366)
_LEAST_OPEN, _LATEST_OPEN = time(8), time(18)


@dataclass(frozen=True)
class Arrival:
    """One visit of the day. `lights` are those of a medicine visit that is not over, what is missing first."""

    visit: Visit
    name: str | None
    lights: Sequence[Light]
    today: bool

    @property
    def client_id(self) -> UUID:
        return self.visit.client_id

    @property
    def missing(self) -> int:
        return sum(not light.on for light in self.lights)

    @property
    def can_start(self) -> bool:
        """Whether the client can be checked in now, as far as is known; the command looks at all of it again."""
        return self.today and self.visit.status == VisitStatus.BOOKED and is_ready(self.lights)

    @property
    def needs_escort(self) -> bool:
        return any(light.name == "escort" and not light.on for light in self.lights)


@board_pages.get("/board", may="visit.read", many=True)
def show_board(tx: Transaction) -> Page:
    """The visits of a day, today without a word, of the clients whom the reader reaches."""
    day = _asked_day(tx.today)
    start, end = _bounds(day, tx)
    visits = queries.visits_between(start, end, tx)
    check_listed(visits, tx)
    names = queries.names_of({visit.client_id for visit in visits}, tx)
    lights = _lights(visits, tx)
    arrivals = [
        Arrival(visit, names.get(visit.client_id), lights.get(visit.id, []), day == tx.today) for visit in visits
    ]
    coming = [one for one in arrivals if one.visit.status not in _OVER]
    return show(
        "sessions/board.html",
        tx,
        words=words,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        coming=coming,
        over=[one for one in arrivals if one.visit.status in _OVER],
        here=sum(one.visit.status in _HERE for one in coming),
        ready=sum(one.can_start for one in coming),
        wanting=sum(one.missing > 0 for one in coming),
        picture=_picture(coming, day, tx) if coming else None,
        escort_form=confirm_escort,
        link_form=ask_by_link,
        inquiries=tx.actor.has(Role.FRONT_DESK) or tx.actor.has(Role.CLINIC_ADMIN),
    )


def _asked_day(today: date) -> date:
    """The day of the address; today where it names none, or one that no visit is on: the calendar itself ends."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) <= _FAR else today


def _bounds(day: date, tx: Transaction) -> tuple[datetime, datetime]:
    """From midnight to midnight by the clinic's clock: 23 or 25 hours on the days on which it changes."""
    zone = tx.clinic.zone
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _lights(visits: Sequence[Visit], tx: Transaction) -> dict[UUID, list[Light]]:
    waiting = [visit for visit in visits if visit.kind == VisitKind.MEDICINE and visit.status in queries.UNDER_WAY]
    found = queries.lights_of_all(waiting, tx)
    return {visit: sorted(lights, key=lambda light: light.on) for visit, lights in found.items()}


def _picture(coming: Sequence[Arrival], day: date, tx: Transaction) -> Picture:
    reads = reader()
    taken = {resource for one in coming for resource in one.visit.resources}
    columns = [
        Column(resource.id, resource.name, "room" if resource.kind is ResourceKind.ROOM else "person")
        for resource in tx.clinic.resources
        if resource.kind is ResourceKind.ROOM or resource.id in taken
    ]
    blocks = [
        Block(
            one.name or reads.say("A client"),
            tuple(one.visit.resources),
            _parts(one.visit, tx),
            note=reads.say(STATUS_WORDS[one.visit.status]),
            href=f"/sessions/visits/{one.visit.id}/page",
        )
        for one in coming
    ]
    start, end = _hours(coming, day, tx)
    now = tx.now if start <= tx.now < end else None
    title = reads.say("Rooms and people")
    return at_any_width(
        "day",
        lambda name, width: board(
            name, columns, blocks, reads, start=start, end=end, title=title, now=now, width=width
        ),
    )


def _parts(visit: Visit, tx: Transaction) -> tuple[Part, ...]:
    sort = {VisitKind.PREPARATION: "preparation", VisitKind.MEDICINE: "medicine"}.get(visit.kind, "other")
    own = Part(sort, visit.starts_at, visit.ends_at)  # type: ignore[arg-type]
    minutes = tx.clinic.buffers.room_turnover if tx.clinic.buffers else 0
    if not minutes:
        return (own,)
    return own, Part("turnover", visit.ends_at, visit.ends_at + timedelta(minutes=minutes))


def _hours(coming: Sequence[Arrival], day: date, tx: Transaction) -> tuple[datetime, datetime]:
    """The clinic's hours of that day, and as much more as its visits take; never more than the day."""
    zone, weekday = tx.clinic.zone, day.strftime("%A").lower()
    hours = [one for one in tx.clinic.opening_hours if one.weekday == weekday]
    opens = min((time.fromisoformat(one.opens) for one in hours), default=_LEAST_OPEN)
    closes = max((time.fromisoformat(one.closes) for one in hours), default=_LATEST_OPEN)
    first, last = _bounds(day, tx)
    start = min([datetime.combine(day, opens, zone), *(one.visit.starts_at for one in coming)])
    end = max([datetime.combine(day, closes, zone), *(one.visit.ends_at for one in coming)])
    return max(start, first), min(end, last)
