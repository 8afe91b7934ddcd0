"""Living practice: what stays when no medicine visit is ahead: a plan, days that matter, letters to oneself, rest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import living as commands
from integration.domain.living import day_by, is_open, next_anniversary
from integration.domain.planning import PARTS, PlanKind, standing_of
from integration.models import Letter, LifeEvent
from integration.pages.sharing import AT_ANY_TIME, whom_to_share_with
from integration.pages.themselves import own_id, zone_of
from integration.queries.checkins import rest_of
from integration.queries.clients import medicine_visits_of, visits_ahead_of
from integration.queries.living import letters_of, life_events_of
from integration.queries.together import standing_plans_of
from integration.schemas.living import ChangeLifeEvent, NoteLifeEvent, WriteLetter
from integration.words import SHARED_WITH
from shared.declared import Nothing
from shared.errors import Invalid, Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show

living_pages = Pages("living_pages")

KEPT = {
    "letter": phrase("Your letter is sealed. It waits for its day."),
    "torn": phrase("The letter is torn up. Nobody can read it any more."),
    "day": phrase("The day is kept."),
    "changed": phrase("It is kept so."),
    "removed": phrase("The day is gone from here."),
}


@living_pages.get("/living", may="own.read", own=True)
def living(tx: Transaction) -> Page:
    """What the client lives with from here on."""
    return _show(tx)


@living_pages.post("/living/letters", may="letter.write", own=True)
def write_letter(tx: Transaction) -> Page | Response:
    """Seal a letter until the day that the client chose."""
    form = letter_form()
    order = form.read(request.form)
    if order is not None:
        try:
            commands.write_letter(own_id(tx), order, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        else:
            return _on("letter")
    return _show(tx, letter=form)


@living_pages.get("/living/letters/<uuid:letter_id>", may="own.read", own=True)
def letter(tx: Transaction, letter_id: UUID) -> Page:
    """One letter: its words once it was opened; before, only when it can be."""
    return _show_letter(tx.one(Letter, letter_id, of=own_id(tx)), tx)


@living_pages.post("/living/letters/<uuid:letter_id>/opening", may="letter.open", own=True)
def open_letter(tx: Transaction, letter_id: UUID) -> Page | Response:
    """Open a letter whose day has come; one that is sealed still says so, and stays sealed."""
    try:
        commands.open_letter(own_id(tx), letter_id, tx)
    except Refused as refused:
        form = Form(Nothing, {}, not_done=phrase("The letter stays sealed"))
        form.refuse(refused)
        return _show_letter(tx.one(Letter, letter_id, of=own_id(tx)), tx, form)
    return redirect(url_for("living_pages.letter", letter_id=letter_id), 303)


@living_pages.post("/living/letters/<uuid:letter_id>/tearing-up", may="letter.write", own=True)
def tear_up(tx: Transaction, letter_id: UUID) -> Response:
    """Have a letter be gone for good."""
    commands.tear_up(own_id(tx), letter_id, tx)
    return _on("torn")


@living_pages.post("/living/days", may="life_event.note", own=True)
def note_day(tx: Transaction) -> Page | Response:
    """Keep a day that matters."""
    form = day_form()
    order = form.read(request.form)
    if order is not None:
        try:
            commands.note_life_event(own_id(tx), order, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        else:
            return _on("day")
    return _show(tx, day=form)


@living_pages.get("/living/days/<uuid:life_event_id>", may="own.read", own=True)
def day(tx: Transaction, life_event_id: UUID) -> Page:
    """One day that matters: who may see it, and whether the client wants to be invited to it."""
    event = tx.one(LifeEvent, life_event_id, of=own_id(tx))
    return _show_day(event, change_form(event), tx)


@living_pages.post("/living/days/<uuid:life_event_id>", may="life_event.note", own=True)
def change_day(tx: Transaction, life_event_id: UUID) -> Page | Response:
    """Share the day or take it back; be invited to it each year, or not any more."""
    event = tx.one(LifeEvent, life_event_id, of=own_id(tx))
    form = change_form(event)
    order = form.read(request.form)
    if order is None:
        return _show_day(event, form, tx)
    commands.change_life_event(event.client_id, life_event_id, order, tx)
    return _on("changed")


@living_pages.post("/living/days/<uuid:life_event_id>/removal", may="life_event.note", own=True)
def remove_day(tx: Transaction, life_event_id: UUID) -> Response:
    """Have the day be gone."""
    commands.remove_life_event(own_id(tx), life_event_id, tx)
    return _on("removed")


def letter_form() -> Form[WriteLetter]:
    """What the client would like to tell themselves, and when."""
    return Form(
        WriteLetter,
        {
            "words": Ask(phrase("To myself"), phrase("As many or as few words as you like."), rows=8),
            "opens_on": Ask(
                phrase("On which day may it open?"),
                phrase("Until then nobody can read it, and you cannot either. You can tear it up at any time."),
            ),
        },
        not_done=phrase("Your letter is not sealed yet"),
        prefix="letter-",
    )


def day_form(title: str = "", happened_at: datetime | None = None, prefix: str = "day-") -> Form[NoteLifeEvent]:
    """Which day matters; with what is offered standing there already."""
    return Form(
        NoteLifeEvent,
        {
            "title": Ask(phrase("What happened?"), kind="text", value=title),
            "day": Ask(phrase("On which day?"), value=happened_at.date().isoformat() if happened_at else ""),
            "yearly": Ask(phrase("Invite me to it each year, on the day"), kind="tick", value="yes" if title else ""),
            "visibility": whom_to_share_with(phrase("Who may see it?")),
        },
        not_done=phrase("The day is not kept yet"),
        prefix=prefix,
    )


def change_form(event: LifeEvent) -> Form[ChangeLifeEvent]:
    """Who may see a day from now on, and whether it comes again."""
    return Form(
        ChangeLifeEvent,
        {
            "yearly": Ask(
                phrase("Invite me to it each year, on the day"), kind="tick", value="yes" if event.yearly else ""
            ),
            "visibility": whom_to_share_with(phrase("Who may see it?"), AT_ANY_TIME, now=event.visibility),
        },
        not_done=phrase("Nothing has changed yet"),
    )


def _show(tx: Transaction, *, letter: Form[WriteLetter] | None = None, day: Form[NoteLifeEvent] | None = None) -> Page:
    client_id = own_id(tx)
    zone = zone_of(client_id, tx)
    today = day_by(tx.now, zone)
    letters, events = letters_of(client_id, tx), life_events_of(client_id, tx)
    plan, _ = standing_of(standing_plans_of(client_id, tx, PlanKind.LIVING))
    first = next(iter(medicine_visits_of(client_id, tx)), None)
    known = {day_by(event.happened_at, zone) for event in events}
    forms: dict[str, Form[Any]] = {"letter": letter or letter_form(), "day": day or day_form()}
    if first is not None and day_by(first, zone) not in known:
        title = reader().say(phrase("My first medicine visit"))
        forms["first"] = day_form(title, first.astimezone(zone), prefix="first-")
    return show(
        "integration/living.html",
        tx,
        *forms.values(),
        forms=forms,
        kept=KEPT.get(request.args.get("kept", "")),
        rest=rest_of(client_id, tx),
        plan=plan,
        parts=[(part.title, plan.parts[name]) for name, part in PARTS[PlanKind.LIVING].items() if name in plan.parts]
        if plan
        else [],
        visit_ahead=bool(visits_ahead_of(client_id, tx)),
        days=[(one, day_by(one.happened_at, zone), _again(one, zone, today)) for one in events],
        shared_with=SHARED_WITH,
        sealed=[one for one in letters if not is_open(one.opens_at, tx.now)],
        ready=[one for one in letters if is_open(one.opens_at, tx.now) and one.opened_at is None],
        opened=[one for one in letters if one.opened_at is not None],
        zone=zone,
        day_by=day_by,
    )


def _again(event: LifeEvent, zone: Any, today: Any) -> Any:
    """When the client is invited to it next; today counts, None where they do not want to be."""
    return next_anniversary(day_by(event.happened_at, zone), today - timedelta(days=1)) if event.yearly else None


def _show_letter(found: Letter, tx: Transaction, refused: Form[Nothing] | None = None) -> Page:
    zone = zone_of(found.client_id, tx)
    return show(
        "integration/letter.html",
        tx,
        *([] if refused is None else [refused]),
        letter=found,
        words=found.words if found.opened_at else None,
        ready=is_open(found.opens_at, tx.now),
        opens_on=day_by(found.opens_at, zone),
        written_on=day_by(found.written_at, zone),
        refused=refused,
        tearing=Form(Nothing, {}),
    )


def _show_day(event: LifeEvent, form: Form[ChangeLifeEvent], tx: Transaction) -> Page:
    on = day_by(event.happened_at, zone_of(event.client_id, tx))
    return show("integration/day.html", tx, form, event=event, form=form, on=on, removing=Form(Nothing, {}))


def _on(kept: str) -> Response:
    return redirect(url_for("living_pages.living", kept=kept), 303)
