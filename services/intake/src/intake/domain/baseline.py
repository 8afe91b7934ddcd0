"""The validated measures that come with a screening: read, dated, scored where they are complete, and flagged."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from intake.domain.screening import RULE_OF_UNKNOWN, Baseline, Flag
from shared.clock import lies_ahead
from shared.declared import Declared, field
from shared.errors import Invalid
from shared.events.intake import FlagLevel
from shared.languages import phrase
from shared.measures import (
    Incomplete,
    Instrument,
    InvalidResponse,
    Response,
    RiskAnswer,
    Unscorable,
    load_instrument,
    read_response,
    risk_answers,
    score,
    unanswered,
)

_CALLS_FOR = {
    "administer_c_ssrs": phrase("administer the C-SSRS"),
    "clinician_same_day": phrase("a clinician the same day"),
    "evaluate_at_once": phrase("evaluate at once"),
}
ABSENT = phrase("{title}: not answered, so its baseline is not known.")
UNFINISHED = phrase("{title}: unanswered items {numbers}. There is no score.")
RISK = phrase("{title}: item {number} is {at_least} or more: {calls_for}.")


class BaselineMeasure(Declared):
    """One measure that came with a screening, with everything that explains its score later."""

    instrument: str = field("Instrument id.", "phq-9")
    version: str = field("Instrument version.", "1")
    instrument_hash: str = field("SHA-256 of what the instrument's file says.", "0" * 64)
    answers: dict[str, int | None] = field("Raw answers by linkId; null where unanswered.", {"44260-8": 0})
    score: int | None = field("Total; null where items are unanswered, and of a measure that has none.", 18)
    band: str | None = field("Severity band of the total, or level; null where there is none.", "moderately_severe")
    answered_at: datetime = field("When the client answered, UTC.", "2026-11-02T15:00:00+00:00")


def read_measures(resources: Sequence[Mapping[str, Any]], baseline: Baseline, now: datetime) -> list[BaselineMeasure]:
    """Read FHIR R4 QuestionnaireResponses, and score those that are complete.

    Each must say when it was answered, aware, not in the future and not longer ago than the form allows; each measure
    is asked by the form, and comes at most once. Raises Invalid, naming the place and never an answer.
    """
    measures: list[BaselineMeasure] = []
    for index, resource in enumerate(resources):
        path = f"/measures/{index}"
        response = _read(resource, path)
        answered_at = _answered_at(response, baseline, now, path)
        if response.instrument.id not in baseline.instruments:
            raise Invalid.at(
                f"{path}/questionnaire", "measure_not_asked", "The screening form does not ask this measure."
            )
        if response.instrument.id in {measure.instrument for measure in measures}:
            raise Invalid.at(
                f"{path}/questionnaire", "measure_given_twice", "This measure was already given further up."
            )
        measures.append(_scored(response, answered_at, path))
    return measures


def flags_of_measures(baseline: Baseline, measures: Sequence[BaselineMeasure]) -> list[Flag]:
    """The flags of the measures: required and absent, unfinished, or with an answer that tells of risk."""
    given = {measure.instrument for measure in measures}
    flags = [_absent(instrument) for instrument in baseline.required if instrument not in given]
    for measure in measures:
        instrument = load_instrument(measure.instrument, int(measure.version))
        if open_items := unanswered(instrument, measure.answers):
            flags.append(_unfinished(instrument, open_items))
        flags += [_risk(instrument, risk) for risk in risk_answers(instrument, measure.answers)]
    return flags


def _read(resource: Mapping[str, Any], path: str) -> Response:
    try:
        return read_response(resource)
    except InvalidResponse as invalid:
        errors = [{"path": path + error["path"], "message": error["message"]} for error in invalid.errors]
        sentence = "A measure is not a QuestionnaireResponse that can be read; see errors."
        raise Invalid("questionnaire_response_invalid", sentence, errors=errors) from None


def _answered_at(response: Response, baseline: Baseline, now: datetime, path: str) -> datetime:
    authored, days = response.authored, baseline.at_most_days_old.value
    if authored is None:
        raise Invalid.at(f"{path}/authored", "authored_missing", "Say when it was answered, with date, time and zone.")
    if lies_ahead(authored, now):
        raise Invalid.at(f"{path}/authored", "authored_in_future", "This time has not come yet.")
    if authored < now - timedelta(days=days):
        raise Invalid.at(
            f"{path}/authored",
            "authored_too_old",
            phrase("Answered more than {days} days ago: answer it again.", days=days),
        )
    return authored


def _scored(response: Response, answered_at: datetime, path: str) -> BaselineMeasure:
    instrument = response.instrument
    try:
        total = score(instrument, response.answers)
    except Incomplete:
        total = None
    except Unscorable as unscorable:
        # Its message names items, and never what was answered.
        raise Invalid.at(f"{path}/item", "measure_not_scorable", str(unscorable)) from None
    return BaselineMeasure(
        instrument=instrument.id,
        version=str(instrument.version),
        instrument_hash=instrument.content_hash,
        answers=dict(response.answers),
        score=total.total if total else None,
        band=total.band.code if total and total.band else None,
        answered_at=answered_at,
    )


def _absent(instrument_id: str) -> Flag:
    return Flag(
        code=f"{instrument_id}_unknown",
        level=FlagLevel.NEEDS_CLINICIAN,
        question=instrument_id,
        reason=ABSENT.format(title=load_instrument(instrument_id).title),
        source=RULE_OF_UNKNOWN,
    )


def _unfinished(instrument: Instrument, open_items: Sequence[str]) -> Flag:
    numbers = ", ".join(str(_number(instrument, link_id)) for link_id in open_items)
    return Flag(
        code=f"{instrument.id}_incomplete",
        level=FlagLevel.NEEDS_CLINICIAN,
        question=instrument.id,
        reason=UNFINISHED.format(title=instrument.title, numbers=numbers),
        source=phrase("The instrument's own rule: no score with missing items."),
    )


def _risk(instrument: Instrument, risk: RiskAnswer) -> Flag:
    item, number = instrument.by_link_id[risk.link_id], _number(instrument, risk.link_id)
    assert item.risk is not None  # nosec B101 # only items with a risk rule are among the risk answers.
    calls_for = _CALLS_FOR.get(risk.action, risk.action)
    return Flag(
        code=f"{instrument.id.replace('-', '')}_item{number}",
        level=FlagLevel.NEEDS_CLINICIAN,
        question=risk.link_id,
        reason=RISK.format(title=instrument.title, number=number, at_least=item.risk.at_least, calls_for=calls_for),
        source=item.risk.source,
        crisis=True,
    )


def _number(instrument: Instrument, link_id: str) -> int:
    return list(instrument.by_link_id).index(link_id) + 1
