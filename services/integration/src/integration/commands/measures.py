"""Answers to a measure are scored and compared with the baseline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MINYEAR, datetime
from typing import Any
from uuid import UUID

from integration.commands.asking import hold_for_answer, settle
from integration.commands.checks import known_client, not_in_the_future
from integration.commands.flags import raise_flags
from integration.domain.asking import RequestStatus
from integration.domain.change import compare
from integration.domain.part2 import SUBSTANCE_USE
from integration.models import Reading
from integration.queries.measures import baseline_of, hidden_of
from shared.errors import Invalid, NotFound, Refused
from shared.events.integration import MeasureScored, RedFlagReason
from shared.languages import phrase
from shared.measures import (
    AnsweredThoughSkipped,
    Incomplete,
    Instrument,
    InvalidResponse,
    Score,
    Unscorable,
    read_response,
    risk_answers,
    score,
)
from shared.store import Transaction


@dataclass(frozen=True)
class Answered:
    """What came of answers: the reading, or what was left open; and whom to call, where that is needed."""

    instrument: str
    version: str
    answered_at: datetime
    reading: Reading | None
    unanswered: list[str]
    help: str | None


def answer_measure(
    client_id: UUID, resource: dict[str, Any], tx: Transaction, request_id: UUID | None = None
) -> Answered:
    """Score a client's answers, as a FHIR R4 QuestionnaireResponse; else as `keep_answers`."""
    known_client(client_id, tx)
    try:
        given = read_response(resource)
    except InvalidResponse as invalid:
        errors = [{"path": f"/response{error['path']}", "message": error["message"]} for error in invalid.errors]
        raise Invalid(
            "response_invalid", "The questionnaire response cannot be read; see errors.", errors=errors
        ) from None
    return keep_answers(client_id, given.instrument, given.answers, _authored(given.authored, tx), tx, request_id)


def keep_answers(
    client_id: UUID,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    answered_at: datetime,
    tx: Transaction,
    request_id: UUID | None = None,
) -> Answered:
    """Score a client's answers, compare them with their baseline, and settle what asked for them.

    An answer that calls for a person does so whatever else was left open, and however often it is given: then nothing
    more is kept than can be, and nobody is sent back to the form. Without such an answer: Invalid where something is
    open, Refused where that request was answered before.
    """
    known_client(client_id, tx)
    if instrument.id in hidden_of(client_id, tx):
        # Its answer would tell whoever hands it in what they are not shown.
        raise NotFound("instrument")
    request = None if request_id is None else hold_for_answer(client_id, request_id, instrument.id, tx)
    if tx.actor.client_id is not None and instrument.answered_by != "client":
        raise Refused("rated_by_a_clinician", phrase("This is what a clinician judges, and nobody answers it alone."))
    about = instrument.id, str(instrument.version), answered_at
    risks = risk_answers(instrument, answers)
    at_risk = [RedFlagReason.SUICIDALITY] if risks else []
    raise_flags(client_id, at_risk, tx, actions=[risk.action for risk in risks])
    call = tx.clinic.crisis_line if at_risk else None
    if request is not None and request.status == RequestStatus.ANSWERED:
        if at_risk:
            return Answered(*about, None, [], call)
        raise Refused("already_answered", phrase("These questions have been answered. What was kept first stays."))
    try:
        scored = score(instrument, answers)
    except (Incomplete, AnsweredThoughSkipped) as unfinished:
        if at_risk:
            return Answered(*about, None, list(unfinished.link_ids), call)
        raise _unfinished(unfinished) from None
    except Unscorable as unscorable:
        raise Invalid("measure_not_scorable", str(unscorable)) from None
    reading = _keep(client_id, instrument, answers, answered_at, scored, tx)
    tx.session.flush()
    settle(reading, request, tx)
    return Answered(*about, reading, [], call)


def _keep(
    client_id: UUID,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    answered_at: datetime,
    scored: Score,
    tx: Transaction,
) -> Reading:
    baseline = baseline_of(client_id, scored.instrument_id, str(scored.instrument_version), tx)
    compared = compare(
        instrument,
        scored.total,
        answered_at,
        (baseline.score, baseline.answered_at) if baseline and baseline.score is not None else None,
        tx.clinic.zone,
    )
    reading = tx.add(
        Reading(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            instrument=scored.instrument_id,
            version=str(scored.instrument_version),
            score=scored.total,
            band=scored.band.code if scored.band else None,
            is_baseline=False,
            answered_at=answered_at,
            baseline=compared.baseline,
            baseline_answered_at=compared.baseline_answered_at,
            change_percent=compared.change_percent,
            response=compared.response,
            remission=compared.remission,
            reliable=compared.reliable,
            overlapping=compared.overlapping,
            answers=dict(answers),
            instrument_hash=scored.instrument_hash,
            typed_in_by=tx.actor.id if tx.actor.client_id is None else None,
        )
    )
    if scored.total is not None and instrument.id not in SUBSTANCE_USE:
        _tell(reading, scored.total, tx)
    return reading


def _tell(reading: Reading, total: int, tx: Transaction) -> None:
    """Others hear of a total. A triage has none; and of the use of substances partners are told nothing at all."""
    tx.publish(
        MeasureScored(
            subject=reading.client_id,
            reading=reading.id,
            instrument=reading.instrument,
            instrument_version=reading.version,
            score=total,
            band=reading.band,
            baseline=reading.baseline,
            change_percent=reading.change_percent,
            response=reading.response,
            remission=reading.remission,
            overlapping=reading.overlapping,
            answered_at=reading.answered_at,
        )
    )


def _unfinished(fault: Incomplete | AnsweredThoughSkipped) -> Invalid:
    if isinstance(fault, Incomplete):
        code, told = "measure_incomplete", "Not answered."
        sentence = "Some questions were left open, and this measure is not scored with missing answers."
    else:
        code, told = "measure_contradicts_itself", "Answered, though by the answers before it is not asked."
        sentence = "Some questions were answered that are not asked after the answers before them; see errors."
    errors = [{"path": f"/response/item/{link}", "message": told} for link in fault.link_ids]
    return Invalid(code, sentence, errors=errors)


def _authored(authored: datetime | None, tx: Transaction) -> datetime:
    if authored is None:
        raise Invalid.at("/response/authored", "authored_missing", "Say when the questions were answered.")
    if authored.year <= MINYEAR:
        raise Invalid.at(
            "/response/authored", "authored_too_early", "Nobody answered in the first year of the calendar."
        )
    return not_in_the_future(authored, "/response/authored", tx)
