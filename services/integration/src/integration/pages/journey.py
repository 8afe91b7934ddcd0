"""The journey: what has been and what lies ahead, as a river that scrolls through months, and by month in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

from integration.domain.journey import AHEAD_TO_THE_CARE_TEAM, AHEAD_TO_THE_CLIENT, KINDS, Line
from integration.domain.months import Month, Zoom, drawn
from integration.models import BookedVisit, Client
from integration.pages.entries import entries_of
from integration.pages.names import name_of
from integration.pages.river import Places, river_of
from integration.pages.themselves import own_id, zone_of
from integration.queries.clients import is_client, visits_ahead_of
from integration.queries.journey import counts_of, places_of, timeline_of
from integration.queries.threads import threads_of
from integration.words import KINDS_OF_LINES, ZOOMS
from shared.languages import Reader, phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import may

journey_pages = Pages("journey_pages")

MOST_LISTED = 40
"""So much of a month is shown at a time."""
_THREADED = (Zoom.MONTH, Zoom.QUARTER)
"""From nearer than a year one can tell what led to what."""


@journey_pages.get("/journey", may="own.read", own=True)
def own_journey(tx: Transaction) -> Page:
    """A client's own journey, with their own words."""
    return _show(own_id(tx), tx)


@journey_pages.get("/people/<uuid:client_id>/journey", may="timeline.read")
def journey_of(tx: Transaction, client_id: UUID) -> Page:
    """A client's journey, as far as the reader may see it."""
    tx.one(Client, client_id)
    return _show(client_id, tx)


def _show(client_id: UUID, tx: Transaction) -> Page:
    reads, own = reader(), is_client(client_id, tx)
    zone = zone_of(client_id, tx) if own else tx.clinic.zone
    ahead = visits_ahead_of(client_id, tx)
    counts = _with_ahead(counts_of(client_id, zone, tx), ahead, zone)
    this_month = Month.of(tx.now, zone)
    first, last = min([*counts, this_month]), max([*counts, this_month])
    chosen = min(max(Month.read(request.args.get("month", "")) or this_month, first), last)
    # A birth of long ago has its month; but it is not as if the journey had been empty for decades.
    begun = min([month for month, found in counts.items() if set(found) != {"life_event"}], default=this_month)
    kinds = [kind for kind in KINDS if any(month[kind] for month in counts.values())]
    kind, zoom = request.args.get("kind", ""), request.args.get("zoom", "")
    view = _View(chosen, Zoom(zoom) if zoom in set(Zoom) else Zoom.QUARTER, kind if kind in kinds else "", zone)
    by_month = {month: _number(found, view.kind) for month, found in counts.items()}
    lines, intentions = _lines(client_id, view, ahead, tx, own=own), own or may("intention.read", tx)
    page = min(max(request.args.get("page", 1, type=int), 1), -(-len(lines) // MOST_LISTED) or 1)
    listed = lines[(page - 1) * MOST_LISTED : page * MOST_LISTED]
    shown = drawn(view.zoom, chosen, min(begun, this_month), last)
    start, end = shown.first.starts_at(zone), shown.last.ends_at(zone)
    of_kind = {view.kind, "visit"} if view.kind else ()
    threads = threads_of(client_id, tx, start=start, end=end) if view.zoom in _THREADED and not view.kind else []
    river, signs = river_of(
        Places(shown, chosen, places_of(client_id, start, end, tx, of_kind), ahead, threads),
        zone,
        reads,
        tx.now,
        own=own,
        says=intentions,
        leads_to={month: f"{view.address(month=month)}#month" for month in by_month if by_month[month]},
    )
    return show(
        "integration/journey.html",
        tx,
        own=own,
        client_id=client_id,
        name=name_of(client_id, tx),
        river=river,
        signs=signs,
        zone=zone if own else None,
        month=_name(chosen, reads),
        zoom=view.zoom,
        zooms=[(each, reads.say(words), view.address(zoom=each)) for each, words in ZOOMS.items()],
        nearer=_neighbour(list(Zoom), view.zoom, -1, view),
        farther=_neighbour(list(Zoom), view.zoom, 1, view),
        kind=view.kind,
        kinds=[("", reads.say(phrase("Everything")), view.address(kind=""))]
        + [(each, reads.say(KINDS_OF_LINES[each]), view.address(kind=each)) for each in kinds],
        months=_strip(by_month, view, first, last, reads),
        years=_years(by_month, view),
        earlier=_step(max((one for one in by_month if one < chosen and by_month[one]), default=None), view, reads),
        later=_step(min((one for one in by_month if one > chosen and by_month[one]), default=None), view, reads),
        entries=entries_of(client_id, listed, reads.at(zone), tx, own=own, intentions=intentions),
        address_of=lambda end: f"{view.address(month=Month.of(end.at, zone), kind='')}#of-{end.id}",
        newer=view.address(page=page - 1) if page > 1 else None,
        older=view.address(page=page + 1) if page * MOST_LISTED < len(lines) else None,
    )


class _View:
    """How the journey is looked at: each way has an address."""

    def __init__(self, month: Month, zoom: Zoom, kind: str, zone: ZoneInfo) -> None:
        self.month, self.zoom, self.kind, self.zone = month, zoom, kind, zone

    def address(self, **otherwise: object) -> str:
        """The same page looked at in another way."""
        asked = {"month": self.month, "zoom": self.zoom, "kind": self.kind} | otherwise
        query = urlencode({name: str(value) for name, value in asked.items() if value})
        return f"{request.path}?{query}"


def _with_ahead(
    counts: Mapping[Month, Counter[str]], ahead: Sequence[BookedVisit], zone: ZoneInfo
) -> dict[Month, Counter[str]]:
    found = {month: Counter(kinds) for month, kinds in counts.items()}
    for visit in ahead:
        found.setdefault(Month.of(visit.starts_at, zone), Counter())["visit"] += 1
    return found


def _number(kinds: Counter[str], kind: str) -> int:
    return kinds[kind] if kind else kinds.total()


def _lines(client_id: UUID, view: _View, ahead: Sequence[BookedVisit], tx: Transaction, *, own: bool) -> list[Line]:
    """What the chosen month has, the last of it first; visits that are booked among it."""
    start, end = view.month.starts_at(view.zone), view.month.ends_at(view.zone)
    lines = timeline_of(client_id, tx, start=start, end=end, kinds=[view.kind] if view.kind else [])
    said = AHEAD_TO_THE_CLIENT if own else AHEAD_TO_THE_CARE_TEAM
    if view.kind in ("", "visit"):
        lines += [Line(one.starts_at, "visit", said[one.kind], one) for one in ahead if start <= one.starts_at < end]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _strip(
    by_month: Mapping[Month, int], view: _View, first: Month, last: Month, reads: Reader
) -> list[dict[str, object]]:
    """The months of the chosen year, with how much there is in each."""
    most = max(by_month.values(), default=1)
    months = [Month(view.month.year, number) for number in range(1, 13)]
    return [
        {
            "short": reads.short_month(date(month.year, month.number, 1)),
            "name": _name(month, reads),
            "number": by_month.get(month, 0),
            "level": -(-5 * by_month.get(month, 0) // max(most, 1)),
            "chosen": month == view.month,
            "address": f"{view.address(month=month)}#month",
        }
        for month in months
        if first <= month <= last
    ]


def _years(by_month: Mapping[Month, int], view: _View) -> list[tuple[int, str, bool]]:
    """The years that have something; each leads to the last month of it that does."""
    last = {month.year: month for month in sorted(by_month) if by_month[month]}
    last.setdefault(view.month.year, view.month)
    return [(year, view.address(month=last[year]), year == view.month.year) for year in sorted(last)]


def _step(month: Month | None, view: _View, reads: Reader) -> tuple[str, str] | None:
    return None if month is None else (_name(month, reads), f"{view.address(month=month)}#month")


def _neighbour(zooms: list[Zoom], zoom: Zoom, by: int, view: _View) -> str | None:
    at = zooms.index(zoom) + by
    return view.address(zoom=zooms[at]) if 0 <= at < len(zooms) else None


def _name(month: Month, reads: Reader) -> str:
    said = reads.month(date(month.year, month.number, 1))
    return said[:1].upper() + said[1:]
