"""Questions about how I am: what a client is asked, what they answered, and how it has been."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.asking import skip as skip_it
from integration.commands.hearing import NOTHING_HEARD, hear_sheet
from integration.commands.measures import keep_answers
from integration.domain.asking import RequestStatus
from integration.models import MeasureRequest
from integration.pages.plots import measured, title_of
from integration.pages.themselves import own_id, zone_of
from integration.queries.asking import answerable, requests_of
from integration.queries.checkins import rest_of
from integration.queries.measures import readings_of
from integration.queries.texts import Offered, offered, offered_one
from shared.errors import Invalid, NotFound, Refused
from shared.languages import Reader, phrase
from shared.measures import Instrument, Item, load_instrument
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Complaint
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at
from shared.web.problems import tell_even_if_refused

question_pages = Pages("question_pages")

KEPT = {
    "answers": phrase("Thank you. Your answers are kept, and your care team can see them."),
    "before": phrase("These questions were answered before. What was kept first stays."),
    "gone": phrase("These questions are not asked any more, and some were left open. Nothing is kept."),
    "skipped": phrase("It is put away. Nobody reminds you of it."),
}
OPEN_STILL = phrase("This one is still open.")
NOT_ASKED = phrase("By your answer to an earlier question this one is left out. Please look at both.")


@dataclass(frozen=True)
class Question:
    """One question as the page shows it. `left_out` is the earlier question, and the answers after which it goes.

    It is that question's link id, its number, and those answers in words.
    """

    id: str
    item: Item
    number: int
    chosen: str
    complaint: str
    left_out: tuple[str, int, str] | None


@dataclass
class Sheet:
    """The questions of one instrument, with what was answered so far and what is to be mended.

    An empty answer is no answer: it is open, and never the lowest one.
    """

    instrument: Instrument
    language: str
    said: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    prefix: str = "q-"
    not_done: str = phrase("Your answers are not kept yet")
    refusal: str = ""

    def read(self, said: Mapping[str, str], reads: Reader) -> dict[str, int | None]:
        """The answers by link id; None for what is open or cannot be read."""
        self.said = said
        answers: dict[str, int | None] = {}
        for item in self.instrument.items:
            typed = said.get(item.link_id, "").strip()
            answer = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else None
            answers[item.link_id] = answer if answer is not None and item.minimum <= answer <= item.maximum else None
            if typed and answers[item.link_id] is None:
                within = {"min": item.minimum, "max": item.maximum}
                self.wrong[item.link_id] = reads.say(phrase("Please give a number from {min} to {max}."), **within)
        return answers

    def complain(self, invalid: Invalid, reads: Reader) -> None:
        """Take what a rule said of single questions."""
        told = phrase(OPEN_STILL) if invalid.code == "measure_incomplete" else NOT_ASKED
        for error in invalid.errors:
            self.wrong.setdefault(error["path"].rpartition("/item/")[2], reads.say(told))
        if not invalid.errors:
            self.refusal = reads.say(invalid.sentence)

    def leave_open(self, link_ids: Iterable[str], reads: Reader) -> None:
        """Say which questions are open still, or were answered though they are not asked."""
        told = {one: NOT_ASKED if self.said.get(one) else OPEN_STILL for one in link_ids}
        self.wrong = {link_id: reads.say(sentence) for link_id, sentence in told.items()} | self.wrong

    def is_in(self, language: str) -> bool:
        """Whether its words are in that language, of whichever country: `es-MX` is in `es`."""
        return self.language.partition("-")[0] == language

    @property
    def has_words(self) -> bool:
        return self.instrument.can_be_asked

    @property
    def questions(self) -> list[Question]:
        numbers = {item.link_id: number for number, item in enumerate(self.instrument.items, 1)}
        return [
            Question(
                f"{self.prefix}{number}",
                item,
                number,
                self.said.get(item.link_id, ""),
                self.wrong.get(item.link_id, ""),
                self._left_out(item, numbers),
            )
            for number, item in enumerate(self.instrument.items, 1)
        ]

    @property
    def complaints(self) -> list[Complaint]:
        """What is to be mended, by the number of the question."""
        reads = reader()
        return [
            Complaint(one.id, reads.say(phrase("Question {number}"), number=one.number), one.complaint)
            for one in self.questions
            if one.complaint
        ]

    def _left_out(self, item: Item, numbers: Mapping[str, int]) -> tuple[str, int, str] | None:
        gate = item.asked_if
        if gate is None:
            return None
        options = self.instrument.by_link_id[gate.link_id].options
        below = [option.display for option in options if option.value < gate.at_least]
        return gate.link_id, numbers[gate.link_id], reader().either(below)


@question_pages.get("/questions", may="own.read", own=True)
def questions(tx: Transaction) -> Page:
    """What is asked now, what was answered, and how it has been, by the client's own clock."""
    client_id, reads = own_id(tx), reader()
    requests, zone = requests_of(client_id, tx), zone_of(client_id, tx)
    offers = {one.instrument.id: one for one in offered(tx)}
    due = [(one, _named(offers[one.instrument], reads)) for one in answerable(requests, offers)]
    answered = [(one, title_of(one.instrument, one.form, reads)) for one in reversed(readings_of(client_id, tx))]
    return show(
        "integration/questions.html",
        tx,
        kept=KEPT.get(request.args.get("kept", "")),
        due=due,
        resting=rest_of(client_id, tx) is not None,
        answered=answered[:_FEW],
        measures=measured(client_id, tx, zone),
        zone=zone,
    )


@question_pages.get("/questions/<uuid:request_id>", may="own.read", own=True)
def one(tx: Transaction, request_id: UUID) -> Page:
    """The questions of one instrument."""
    asked = tx.one(MeasureRequest, request_id, of=own_id(tx))
    sheet = _sheet(asked, tx)
    if sheet is None:
        raise NotFound("questionnaire")
    return _show(asked, sheet, tx)


@question_pages.post("/questions/<uuid:request_id>", may="measure.answer", own=True)
def answer(tx: Transaction, request_id: UUID) -> Page | Response:
    """Keep the answers; where one calls for it, they are shown at once whom to call, whatever else is open.

    Also what waited on a device is kept, when the clinic asks with these words no more.
    """
    client_id, reads = own_id(tx), reader()
    heard = hear_sheet(tx, request.form, client_id)
    tell_even_if_refused(**heard)
    asked = tx.one(MeasureRequest, request_id, of=client_id)
    sheet = _sheet(asked, tx) or Sheet(load_instrument(asked.instrument), reads.language)
    answers = sheet.read(request.form, reads)
    # By a device's clock, which may be wrong: not before it was asked.
    at = max(written_at(tx.now) or tx.now, min(asked.due_at, tx.now))
    try:
        answered = keep_answers(client_id, sheet.instrument, answers, at, tx, request_id)
    except Invalid as invalid:
        if not sheet.has_words:
            return _not_kept("gone", heard, tx)
        sheet.complain(invalid, reads)
        return _show(asked, sheet, tx, heard), 422
    except Refused:
        return _not_kept("before", heard, tx)
    if answered.unanswered and sheet.has_words:
        # People are called; what was answered stands here still, to be finished whenever they like.
        sheet.leave_open(answered.unanswered, reads)
        return _show(asked, sheet, tx, heard), 422
    if answered.help:
        return redirect(url_for("help_pages.page"), 303)
    return _on("answers")


@question_pages.post("/questions/<uuid:request_id>/skipping", may="measure.skip", own=True)
def skip(tx: Transaction, request_id: UUID) -> Response:
    """Not this time."""
    try:
        skip_it(own_id(tx), request_id, tx)
    except Refused:
        return _on("before")
    return _on("skipped")


_FEW = 6
"""How many answered ones the page lists; the pictures and their tables have all."""


def _show(asked: MeasureRequest, sheet: Sheet, tx: Transaction, heard: Mapping[str, Any] = NOTHING_HEARD) -> str:
    page = show(
        "integration/question.html",
        tx,
        asked=asked,
        sheet=sheet,
        heard=heard,
        title=title_of(asked.instrument, sheet.instrument, reader()),
        over=asked.status == RequestStatus.ANSWERED,
        zone=zone_of(asked.client_id, tx),
    )
    assert isinstance(page, str)  # nosec B101 # it was given no form that could have anything to mend.
    return page


def _sheet(asked: MeasureRequest, tx: Transaction) -> Sheet | None:
    """The questions in words; None where the clinic asks them no more."""
    found = offered_one(asked.instrument, tx)
    worded = found.in_language(reader().language) if found else None
    if worded is None:
        return None
    language, instrument = worded
    return Sheet(instrument, language)


def _named(offer: Offered, reads: Reader) -> dict[str, Any]:
    return {"title": title_of(offer.instrument.id, offer.instrument, reads), "questions": len(offer.instrument.items)}


def _not_kept(why: str, heard: Mapping[str, Any], tx: Transaction) -> Response:
    tx.abandon()
    return redirect(url_for("help_pages.page"), 303) if heard else _on(why)


def _on(kept: str) -> Response:
    return redirect(url_for("question_pages.questions", kept=kept), 303)
