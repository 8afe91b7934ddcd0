"""The body map: where the client feels something, what it is like, and how it lies over weeks."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import body as commands
from integration.models import Client, Sensation
from integration.pages.body_forms import PlaceOnFigure, instant_of, place_of, placing_form, region_of
from integration.pages.names import name_of
from integration.pages.themselves import own_id, zone_of
from integration.queries.body import sensations_of
from integration.schemas.body import PlaceSensation
from integration.words import EXTENTS
from shared import pictures
from shared.errors import Invalid
from shared.languages import Reader, phrase
from shared.pictures import Picture, Region
from shared.pictures.body import FIGURE, LAYERS, VIEWS, what_felt, where_felt
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at

body_pages = Pages("body_pages")

WEEK = timedelta(days=7)
SPAN = 26
"""So many weeks, half a year, lie on one slider; a page has no more than these."""
SHOWN_WEEKS = 13
"""So many weeks lie beside each other in the picture of where and when."""
KEPT = {"placed": phrase("It is on your map."), "removed": phrase("It is gone from your map.")}


@dataclass(frozen=True)
class Weeks:
    """Which weeks are looked at. `week` is so many weeks ago and the newest that is seen; `monday` begins this week."""

    monday: date
    week: int

    @property
    def newest(self) -> int:
        """How many weeks ago the newest week on the slider was."""
        return self.week - self.week % SPAN

    @property
    def oldest(self) -> int:
        return self.newest + SPAN - 1

    def began(self, ago: int) -> date:
        return self.monday - ago * WEEK

    def ago(self, felt_on: date) -> int:
        return (self.monday - felt_on + timedelta(days=felt_on.weekday())).days // 7

    def named(self, ago: int, reads: Reader) -> str:
        """`This week`, `Last week`, `Week of 9 Nov`."""
        if ago < 2:
            return reads.say(phrase("Last week") if ago else phrase("This week"))
        began = self.began(ago)
        day = reads.short_day(began) if began.year == self.monday.year else reads.day(began)
        return reads.say(phrase("Week of {day}"), day=day)


@body_pages.get("/body", may="own.read", own=True)
def body(tx: Transaction) -> Page:
    """What the client feels, on a figure that they touch, with the weeks before as fainter layers."""
    region = region_of(request.args.get("place", ""))
    return _show(placing_form(region), tx, region, kept=KEPT.get(request.args.get("kept", "")))


@body_pages.post("/body", may="sensation.place", own=True)
def place(tx: Transaction) -> Page | Response:
    """Place a sensation. Where it troubles them they are shown whom to call, and nobody else hears of it."""
    client_id = own_id(tx)
    region = region_of(request.form.get("place", ""))
    form = placing_form(region)
    order = form.read(request.form)
    if order is None:
        return _show(form, tx, region)
    try:
        placed = commands.place_sensation(client_id, _order(order, client_id, tx), tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(form, tx, region)
    if placed.distressing:
        # Its page shows whom they could call; that it does stands in no address.
        return redirect(url_for("body_pages.sensation", sensation_id=placed.id), 303)
    return redirect(url_for("body_pages.body", kept="placed"), 303)


@body_pages.get("/body/<uuid:sensation_id>", may="own.read", own=True)
def sensation(tx: Transaction, sensation_id: UUID) -> Page:
    """One sensation of the client's own, which they can take away again."""
    found = tx.one(Sensation, sensation_id, of=own_id(tx))
    zone, reads = zone_of(found.client_id, tx), reader()
    return show("integration/sensation.html", tx, felt=found, said=_said(found, reads), zone=zone, extents=EXTENTS)


@body_pages.post("/body/<uuid:sensation_id>/removal", may="sensation.place", own=True)
def remove(tx: Transaction, sensation_id: UUID) -> Response:
    """Take away what was placed by mistake, for good."""
    commands.remove_sensation(own_id(tx), sensation_id, tx)
    return redirect(url_for("body_pages.body", kept="removed"), 303)


@body_pages.get("/people/<uuid:client_id>/body", may="sensation.read")
def body_of(tx: Transaction, client_id: UUID) -> Page:
    """A client's body map, as their therapist sees it; what they marked as troubling says so."""
    tx.one(Client, client_id)
    seen = _seen(client_id, tx)
    return show(
        "integration/body_of.html",
        tx,
        client_id=client_id,
        name=name_of(client_id, tx),
        **seen,
    )


def _show(
    form: Form[PlaceOnFigure],
    tx: Transaction,
    region: Region | None,
    *,
    kept: str | None = None,
) -> Page:
    client_id = own_id(tx)
    return show(
        "integration/body.html",
        tx,
        form,
        form=form,
        kept=kept,
        **_seen(client_id, tx, choose=True, chosen=region),
    )


def _order(order: PlaceOnFigure, client_id: UUID, tx: Transaction) -> PlaceSensation:
    """What was chosen on the page, as the door takes it. A time is by the client's clock; without one it is now."""
    region = region_of(order.place)
    assert region is not None  # nosec B101 # the declaration lets no other through.
    felt_at = instant_of(order.felt_at, zone_of(client_id, tx)) if order.felt_at else written_at(tx.now)
    return PlaceSensation(
        region=region.name,
        side=region.side,
        view=region.view,
        sensation=order.sensation,
        extent=int(order.extent) if order.extent else None,
        quality=order.quality,
        distressing=order.distressing,
        felt_at=felt_at,
    )


def _seen(client_id: UUID, tx: Transaction, *, choose: bool = False, chosen: Region | None = None) -> dict[str, Any]:
    """What both pages show: two figures with their layers, the weeks, the same as a list, and where and when."""
    zone, reads = zone_of(client_id, tx), reader()
    today = tx.now.astimezone(zone).date()
    weeks = Weeks(today - timedelta(days=today.weekday()), _week_asked())
    since = datetime.combine(weeks.began(weeks.oldest + LAYERS + SHOWN_WEEKS), datetime.min.time(), zone)
    until = datetime.combine(weeks.began(weeks.newest - 1), datetime.min.time(), zone)
    found = [
        (weeks.ago(one.felt_at.astimezone(zone).date()), one) for one in sensations_of(client_id, tx, since, until)
    ]
    near = [(ago, one) for ago, one in found if ago < weeks.oldest + LAYERS]
    return {
        "figures": _figures(near, weeks, reads, choose=choose, chosen=chosen),
        "where_when": _where_when(found, weeks, reads) if found else None,
        "weeks": weeks,
        "layers": LAYERS,
        "names": [(ago, weeks.named(ago, reads)) for ago in range(weeks.oldest, weeks.newest - 1, -1)],
        "now_named": weeks.named(weeks.week, reads),
        "earlier": _address(week=weeks.week + 1),
        "later": _address(week=max(weeks.week - 1, 0)),
        "listed": [
            (ago, weeks.named(ago, reads), [(one, _said(one, reads)) for when, one in near if when == ago])
            for ago in sorted({ago for ago, _ in near})
        ],
        "extents": EXTENTS,
        "zone": zone,
        "sign_of_felt": pictures.sign_of_felt,
    }


def _figures(
    near: list[tuple[int, Sensation]], weeks: Weeks, reads: Reader, *, choose: bool, chosen: Region | None
) -> list[tuple[str, Picture]]:
    felt = [replace(_drawn(one), weeks_ago=ago) for ago, one in near]

    def address(region: Region) -> str:
        return f"{_address(place=place_of(region), week=weeks.week)}#placing"

    return [
        (
            view,
            pictures.body(
                f"figure-{view}",
                felt,
                reads,
                title=reads.say(VIEWS[view]),
                choose=address if choose else None,
                chosen=chosen,
                views=[view],
                week=weeks.week,
                signs=False,
                width=FIGURE,
            ),
        )
        for view in VIEWS
    ]


def _where_when(found: list[tuple[int, Sensation]], weeks: Weeks, reads: Reader) -> Picture:
    oldest = weeks.week + SHOWN_WEEKS - 1
    felt = [pictures.Felt(one.region, one.sensation, weeks.began(ago)) for ago, one in found]
    return pictures.at_any_width(
        "where-when",
        lambda name, width: pictures.where_when(
            name,
            felt,
            reads,
            first=weeks.began(oldest),
            weeks=SHOWN_WEEKS,
            title=reads.say(phrase("Where and when")),
            width=width,
        ),
    )


def _drawn(one: Sensation) -> pictures.Sensation:
    return pictures.Sensation(one.region, one.side, one.view, one.sensation, one.extent or 2, one.quality)


def _said(one: Sensation, reads: Reader) -> dict[str, str]:
    """Where it is and what it is, in the reader's words."""
    return {"where": where_felt(one, reads), "what": what_felt(one, reads)}


def _week_asked() -> int:
    """So many weeks ago, of an address; a slider says it as a number below zero. Whatever else stands there is now."""
    asked = request.args.get("week", "").removeprefix("-")
    return min(int(asked), 52 * 50) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0


def _address(**view: Any) -> str:
    query = urlencode({name: value for name, value in view.items() if value})
    return f"{request.path}?{query}" if query else request.path
