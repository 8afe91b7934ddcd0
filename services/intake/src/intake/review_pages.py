"""The prescribers' queue, and the page on which one of them looks at a screening and decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from flask import get_template_attribute, redirect, request, url_for
from werkzeug.wrappers import Response

from intake import queries
from intake.commands.clearances import decide_clearance
from intake.domain.baseline import BaselineMeasure
from intake.domain.screening import Flag, Question, ScreeningForm
from intake.forms import form_of, newest_form
from intake.models import Clearance, Client, Screening
from intake.queries import Seen, Waiting
from intake.schemas.clearances import DecideClearance, ReviewedFlag
from intake.words import ANSWERS, DOMAINS, LEVELS, OUTCOMES, ROUTES, reason_of
from shared.clinics import Clinic
from shared.errors import Invalid, Refused
from shared.events.intake import FlagLevel
from shared.languages import Phrase, phrase
from shared.measures import Item, load_instrument
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Field, Form, with_value
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.tables import Column, Table
from shared.web.guard import check_listed, may

review_pages = Pages("review_pages")

AGES_AFTER = timedelta(days=1)
"""From when on the queue shows in amber how long somebody has waited. It is a way of showing alone: no rule asks."""

_OF_FIELD = {
    "reason_missing": "reason",
    "conditions_missing": "conditions",
    "route_missing": "routes",
    "route_not_offered": "routes",
    "weight_missing": "weight_kg",
    "clearance_too_long": "valid_days",
}
"""At which question of the form each rule speaks."""


@dataclass(frozen=True)
class ShownFlag:
    """A flag with what was asked and answered; `finding` is where a prescriber writes what they found."""

    flag: Flag
    reason: Phrase
    asked: str
    answer: str
    verified: bool
    finding: Field | None


@dataclass(frozen=True)
class ShownMeasure:
    """A measure that came with a screening, as people read its total.

    `total` is None of a measure that has none, and where it is not complete; `band` in the instrument's words is None
    where it has no word for it.
    """

    title: str
    measure: BaselineMeasure
    total: int | Decimal | None
    highest: int | Decimal
    band: str | None
    answers: dict[str, str]


@review_pages.get("/queue", may="screening.queue", many=True)
def queue(tx: Transaction) -> Page:
    """Whose screening waits for a decision, who has waited longest first."""
    waiting = queries.queue(tx, open_only=True)
    check_listed(waiting, tx)
    columns = [
        Column[Waiting]("name", phrase("Client"), cell=_cell("name")),
        Column[Waiting]("since", phrase("Waits since"), cell=lambda one: _cell("since")(one, tx.now, _ages(one, tx))),
        Column[Waiting]("level", phrase("Strongest flag"), cell=_strongest),
        Column[Waiting]("flags", phrase("Flags"), cell=lambda one: len(one.flags), number=True),
    ]
    table = Table("waiting", waiting, columns)
    return show("intake/review/queue.html", tx, table=table, decided=_just_decided(tx), outcomes=OUTCOMES)


@review_pages.get("/screenings/<uuid:screening_id>/review", may="screening.read")
def review(tx: Transaction, screening_id: UUID) -> Page:
    """A screening: what the rules flagged first, then all that was answered, and what was decided on it."""
    screening = tx.one(Screening, screening_id)
    return _review(screening, _decision_form(tx.clinic), [], tx)


@review_pages.post("/screenings/<uuid:screening_id>/review", may="clearance.decide")
def decide(tx: Transaction, screening_id: UUID) -> Page | Response:
    """Decide on a client's newest screening."""
    screening = tx.one(Screening, screening_id)
    findings = _typed_findings()
    reviewed = [{"code": code, "finding": finding} for code, finding in findings.items() if finding]
    form = _decision_form(tx.clinic, reviewed)
    order = form.read(request.form)
    open_: Sequence[str] = ()
    try:
        _check_seen(screening, tx)
        if order is not None:
            clearance = decide_clearance(screening_id, order, tx)
            return redirect(url_for("review_pages.queue", decided=clearance.id), 303)
    except (Refused, Invalid) as problem:
        open_ = problem.facts.get("codes", ())
        _complain(form, problem)
    return _review(screening, form, open_, tx)


def _check_seen(screening: Screening, tx: Transaction) -> None:
    """Nobody decides over what somebody else has decided meanwhile without having seen it."""
    tx.one(Client, screening.client_id, lock=True)
    standing = queries.standing_clearance(tx, screening.client_id)
    if request.form.get("stands", "") != _name_of(standing):
        raise Refused(
            "decided_meanwhile",
            phrase(
                "Somebody has decided on this client since you opened this page. Look at what stands now; if you still"
                " mean yours, decide again."
            ),
        )


def _name_of(standing: Clearance | None) -> str:
    return "" if standing is None else str(standing.id)


def _review(screening: Screening, form: Form[DecideClearance], open_: Sequence[str], tx: Transaction) -> Page:
    seen, questions = queries.seen(screening, tx), form_of(screening.form_version)
    newest = queries.newest_screening(tx, screening.client_id)
    decides = may("clearance.decide", tx) and newest.id == screening.id
    flags = [
        _shown(flag, screening, questions, open_, decides=decides) for flag in sorted(seen.flags, key=_strongest_first)
    ]
    standing = queries.standing_clearance(tx, screening.client_id)
    form.shown = {"stands": _name_of(standing)}
    return show(
        "intake/review/screening.html",
        tx,
        form,
        client=tx.one(Client, screening.client_id),
        screening=screening,
        newest=newest,
        form=form,
        decides=decides,
        flags=flags,
        withheld=seen.withheld,
        areas=_areas(questions, seen),
        measures=[_measure(measure) for measure in screening.measures],
        decisions=[(one, _findings(one, seen, flags)) for one in queries.decisions_on(tx, screening.id)],
        standing=standing,
        level_words=LEVELS,
        answer_words=ANSWERS,
        outcome_words=OUTCOMES,
        route_words=ROUTES,
    )


def _decision_form(clinic: Clinic, reviewed: list[dict[str, str]] | None = None) -> Form[DecideClearance]:
    rules = clinic.rules
    days = rules.clearance_days.value
    asks = {
        "outcome": Ask(phrase("Your decision"), choices=[(one.value, words) for one, words in OUTCOMES.items()]),
        "valid_days": Ask(
            phrase("How many days after today it covers"),
            phrase("At most {most}, by the clinic’s rules; leave it empty for {most}.", most=days),
        ),
        "routes": Ask(
            phrase("How the medicine may be given"),
            phrase("The ways for which the clinic has limits. Needed to clear."),
            choices=[(route.value, words) for route, words in ROUTES.items() if rules.dose_guard(route) is not None],
        ),
        "weight_kg": Ask(phrase("Body weight"), phrase("By which doses are judged. Needed to clear."), unit="kg"),
        "conditions": Ask(phrase("Conditions"), phrase("Needed to clear with conditions."), rows=2),
        "reason": Ask(phrase("Reason"), phrase("Needed to defer or to decline."), rows=2),
    }
    return Form(
        DecideClearance, asks, not_done=phrase("Nothing was decided yet"), fixed={"reviewed_flags": reviewed or []}
    )


def _complain(form: Form[DecideClearance], problem: Refused | Invalid) -> None:
    at = _OF_FIELD.get(problem.code)
    if problem.facts.get("codes"):
        form.refusal = reader().say(phrase("Clearing needs what you found for each flag that asks for it. Or defer."))
    elif at is None:
        form.refuse(problem)
    else:
        form.complain([{"path": at, "message": problem.sentence}])


def _typed_findings() -> dict[str, str]:
    """What was typed at each flag, by its code."""
    codes, findings = request.form.getlist("code"), request.form.getlist("finding")
    return {code: finding.strip() for code, finding in zip(codes, findings, strict=False)}


def _shown(
    flag: Flag, screening: Screening, questions: ScreeningForm, open_: Sequence[str], *, decides: bool
) -> ShownFlag:
    question = questions.question(flag.question)
    asked, answer = _of_measure(flag, screening) if question is None else _of_question(question, screening)
    finding = _finding(flag, open_) if decides else None
    return ShownFlag(flag, reason_of(flag.reason), asked, answer, question is None or question.verified, finding)


def _of_question(question: Question, screening: Screening) -> tuple[str, str]:
    said = screening.answers.get(question.id)
    # A no is flagged only where there was a yes before.
    return question.text, ANSWERS[said] if said is not False else phrase("No, after a yes in an earlier screening")


def _of_measure(flag: Flag, screening: Screening) -> tuple[str, str]:
    for measure in screening.measures:
        instrument = load_instrument(measure.instrument, int(measure.version))
        if flag.question == measure.instrument:
            return instrument.title, phrase("Not all of it is answered")
        if flag.question in instrument.by_link_id:
            item = instrument.by_link_id[flag.question]
            asked = item.text or str(list(instrument.by_link_id).index(item.link_id) + 1)
            return asked, _answer(item, measure.answers.get(flag.question))
    return load_instrument(flag.question).title, phrase("Not answered")


def _finding(flag: Flag, open_: Sequence[str]) -> Field:
    ask = Ask(phrase("What you found"), "" if flag.needs_finding else phrase("You may leave this empty."), rows=2)
    ask = with_value(ask, _typed_findings().get(flag.code))
    form = Form(ReviewedFlag, {"finding": ask}, prefix=f"{flag.code}-")
    if flag.code in open_:
        form.complain([{"path": "finding", "message": phrase("Say what you found; without it nobody can be cleared.")}])
    [field] = form.fields
    return replace(field, required=False)


def _areas(questions: ScreeningForm, seen: Seen) -> list[tuple[str, list[tuple[str, bool | None]]]]:
    """The answers by area of medicine, in the order in which was asked."""
    shown = [question for question in questions.questions if question.id not in seen.withheld]
    return [
        (DOMAINS.get(domain, domain), [(question.text, seen.answers.get(question.id)) for question in of_it])
        for domain, of_it in groupby(shown, key=lambda question: question.domain)
    ]


def _measure(measure: BaselineMeasure) -> ShownMeasure:
    instrument = load_instrument(measure.instrument, int(measure.version))
    return ShownMeasure(
        instrument.title,
        measure,
        None if measure.score is None else instrument.shown(measure.score),
        instrument.shown(instrument.highest),
        next((band.title for band in instrument.bands if band.code == measure.band), None),
        {
            item.text or str(number): _answer(item, measure.answers[item.link_id])
            for number, item in enumerate(instrument.items, 1)
            if item.link_id in measure.answers
        },
    )


def _answer(item: Item, given: int | None) -> str:
    return ANSWERS[None] if given is None else str(item.said(given))


def _findings(clearance: Clearance, seen: Seen, flags: list[ShownFlag]) -> list[tuple[str, str]]:
    asked = {shown.flag.code: shown.asked for shown in flags}
    return [(asked[one["code"]], one["finding"]) for one in seen.findings(clearance) if one["finding"]]


def _just_decided(tx: Transaction) -> tuple[Clearance, Client] | None:
    """The decision from which the reader comes, where it is their own."""
    decided = request.args.get("decided", type=UUID)
    clearance = None if decided is None else tx.find(Clearance, decided)
    if clearance is None or clearance.decided_by != tx.actor.id:
        return None
    tx.touch(clearance.client_id)
    return clearance, tx.one(Client, clearance.client_id)


def _ages(one: Waiting, tx: Transaction) -> bool:
    return tx.now - one.submitted_at > AGES_AFTER


def _strongest(one: Waiting) -> str:
    """How strongly a screening asks for a clinician, with the flag that does so most and the area that it is about."""
    flag = min(one.flags, key=_strongest_first, default=None)
    question = None if flag is None else newest_form().question(flag.question)
    area = None if question is None else DOMAINS.get(question.domain)
    reason = None if flag is None else reason_of(flag.reason)
    return _cell("level")(flag, reason, LEVELS[one.level], area)


def _strongest_first(flag: Flag) -> tuple[bool, int]:
    return not flag.crisis, -list(FlagLevel).index(flag.level)


def _cell(name: str) -> Callable[..., str]:
    macro: Callable[..., str] = get_template_attribute("intake/review/cells.html", name)
    return macro
