"""What a clinician judged, or the client answered on paper, typed in by whoever looks after them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.checks import not_in_the_future
from integration.commands.hearing import hear_sheet
from integration.commands.measures import keep_answers
from integration.domain.risk_actions import most_urgent
from integration.models import Client, Reading
from integration.pages.names import name_of
from integration.pages.plots import title_of
from integration.pages.questions import Sheet
from integration.queries.flags import flags_of
from integration.queries.measures import hidden_of, readings_of
from integration.queries.texts import Offered, offered, offered_one
from integration.schemas.measures import TypeInMeasure
from integration.words import ASKED_FOR
from shared.errors import Invalid, NotFound
from shared.events.integration import RedFlagReason
from shared.languages import phrase
from shared.measures import Instrument, risk_answers
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Complaint, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.problems import tell_even_if_refused

typing_pages = Pages("typing_pages")

GROUPS = {
    "judged": phrase("Judged by a clinician"),
    "paper_only": phrase("Answered on paper alone"),
    "asked_too": phrase("Asked of clients on their own pages too"),
}
_FIRST_YEAR = 1900
_LOOK_AT_THE_YEAR = phrase("Please look at the year.")
_NOTHING: Mapping[str, int | None] = {}


def _when() -> Form[TypeInMeasure]:
    label, hint = phrase("When was it answered?"), phrase("The day and time of the answers, not of typing them in.")
    return Form(TypeInMeasure, {"answered_at": Ask(label, hint)}, prefix="typed-")


@dataclass
class Typed(Sheet):
    """An instrument's items as they were judged or marked on paper, and when that was.

    Where there is no text of it, nobody makes one up: its items go by their numbers.
    """

    not_done: str = phrase("Nothing is kept yet")
    when: Form[TypeInMeasure] = field(default_factory=_when)

    def at(self, tx: Transaction) -> datetime | None:
        """When it was answered; None where that is to be mended."""
        order = self.when.read(request.form)
        if order is None:
            return None
        if order.answered_at.year < _FIRST_YEAR:
            self.when.complain([{"path": "answered_at", "message": _LOOK_AT_THE_YEAR}])
            return None
        try:
            return not_in_the_future(order.answered_at, "answered_at", tx)
        except Invalid as invalid:
            self.when.complain(invalid.errors)
            return None

    @property
    def complaints(self) -> list[Complaint]:
        """What is to be mended: of the time first, as on the page."""
        reads, label = reader(), phrase("Question {number}") if self.has_words else phrase("Item {number}")
        items = [one for one in self.questions if one.complaint]
        of_items = [Complaint(one.id, reads.say(label, number=one.number), one.complaint) for one in items]
        return [*self.when.complaints, *of_items]


@dataclass(frozen=True)
class Risk:
    """That an answer calls for a person, and what the questionnaire's own rule asks for then, where it is known."""

    asks_for: str | None = None

    @classmethod
    def of(cls, instrument: Instrument, answers: Mapping[str, int | None]) -> "Risk | None":
        """None where no answer calls for anybody."""
        found = risk_answers(instrument, answers)
        action = most_urgent(risk.action for risk in found)
        return cls(ASKED_FOR[action] if action else None) if found else None


@typing_pages.get("/people/<uuid:client_id>/measures/typed-in", may="measure.type_in", form=True)
def choose(tx: Transaction, client_id: UUID) -> Page:
    """Choose what to type in. `kept` in the address is what was kept last: its score stands there, with its change."""
    tx.one(Client, client_id)
    reads, found = reader(), [one for one in offered(tx) if one.instrument.id not in hidden_of(client_id, tx)]
    kept = request.args.get("kept", type=UUID)
    reading, before = _with_the_one_before(kept, readings_of(client_id, tx))
    form = reading.form if reading else None
    # Who comes back here later, when somebody has looked after it, is told of no flag any more.
    suicidality = [one for one in flags_of(client_id, tx) if one.reason == RedFlagReason.SUICIDALITY]
    flagged = any(one.closed_at is None for one in suicidality)
    return show(
        "integration/typed_in.html",
        tx,
        client_id=client_id,
        name=name_of(client_id, tx),
        groups=[(GROUPS[group], _named(group, found)) for group in GROUPS],
        reading=reading,
        title=title_of(reading.instrument, form, reads) if reading else "",
        before=before,
        risk=Risk.of(form, reading.answers or _NOTHING) if reading and form and flagged else None,
    )


@typing_pages.get(
    "/people/<uuid:client_id>/measures/typed-in/<instrument>",
    may="measure.type_in",
    form=True,
)
def one(tx: Transaction, client_id: UUID, instrument: str) -> Page:
    """The items of one instrument."""
    return _show(client_id, _sheet(client_id, instrument, tx), tx)


@typing_pages.post("/people/<uuid:client_id>/measures/typed-in/<instrument>", may="measure.type_in")
def keep(tx: Transaction, client_id: UUID, instrument: str) -> Page | Response:
    """Keep what was typed in. An answer that calls for a person is heard whatever else is to be mended."""
    heard = hear_sheet(tx, request.form, client_id)
    tell_even_if_refused(**heard)
    sheet, reads = _sheet(client_id, instrument, tx), reader()
    answers, at = sheet.read(request.form, reads), sheet.at(tx)
    risk = (Risk.of(sheet.instrument, answers) or Risk()) if heard else None
    if at is None:
        return _show(client_id, sheet, tx, risk), 422
    try:
        answered = keep_answers(client_id, sheet.instrument, answers, at, tx)
    except Invalid as invalid:
        sheet.complain(invalid, reads)
        return _show(client_id, sheet, tx, risk), 422
    if answered.reading is None:
        # People are called; what was typed stands here still, to be finished.
        sheet.leave_open(answered.unanswered, reads)
        return _show(client_id, sheet, tx, risk)
    return redirect(url_for("typing_pages.choose", client_id=client_id, kept=answered.reading.id), 303)


def _show(client_id: UUID, sheet: Typed, tx: Transaction, risk: Risk | None = None) -> str:
    page = show(
        "integration/typing_in.html",
        tx,
        client_id=client_id,
        name=name_of(client_id, tx),
        sheet=sheet,
        title=title_of(sheet.instrument.id, sheet.instrument, reader()),
        risk=risk,
    )
    assert isinstance(page, str)  # nosec B101 # it was given no form that could have anything to mend.
    return page


def _sheet(client_id: UUID, name: str, tx: Transaction) -> Typed:
    """The items, in words where the clinic has them. Raises NotFound also where nobody may know that it is asked."""
    tx.one(Client, client_id)
    found = None if name in hidden_of(client_id, tx) else offered_one(name, tx)
    if found is None:
        raise NotFound("instrument")
    language = reader().language
    language, instrument = found.in_language(language) or (language, found.instrument)
    return Typed(instrument, language)


def _with_the_one_before(kept: UUID | None, readings: Sequence[Reading]) -> tuple[Reading | None, Reading | None]:
    """A reading by its id, and the one of the same instrument that was answered before it."""
    reading = next((one for one in readings if one.id == kept), None)
    if reading is None:
        return None, None
    same = [one for one in readings if one.instrument == reading.instrument]
    earlier = same[: same.index(reading)]
    return reading, earlier[-1] if earlier else None


def _named(group: str, found: Sequence[Offered]) -> list[dict[str, Any]]:
    """The instruments of a group by what they are called."""
    reads = reader()
    chosen = [one.instrument for one in found if _group(one.instrument) == group]
    return [{"id": one.id, "title": title_of(one.id, one, reads)} for one in chosen]


def _group(instrument: Instrument) -> str:
    if instrument.answered_by == "clinician":
        return "judged"
    return "paper_only" if instrument.licence.text == "paper_only" else "asked_too"
