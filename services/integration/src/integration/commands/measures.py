"""Answers to a measure are scored and compared with the baseline."""

from dataclasses import dataclass
from datetime import MINYEAR, datetime
from typing import Any
from uuid import UUID

from integration import queries
from integration.commands.checks import known_client, not_in_the_future
from integration.commands.tending import raise_flags
from integration.domain.change import compare
from integration.models import Reading
from shared.errors import Invalid
from shared.events.integration import MeasureScored, RedFlagReason
from shared.measures import Incomplete, InvalidResponse, Unscorable, read_response, risk_answers, score
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


def answer_measure(client_id: UUID, resource: dict[str, Any], tx: Transaction) -> Answered:
    """Score a client's answers and compare them with the baseline.

    An answer that calls for a person does so whatever else was left open: then nothing is scored, and nobody is sent
    back to the form. Raises Invalid for answers that cannot be read, or that are incomplete without such a need.
    """
    known_client(client_id, tx)
    try:
        given = read_response(resource)
    except InvalidResponse as invalid:
        errors = [{"path": f"/response{error['path']}", "message": error["message"]} for error in invalid.errors]
        raise Invalid(
            "response_invalid", "The questionnaire response cannot be read; see errors.", errors=errors
        ) from None
    answered_at = _authored(given.authored, tx)
    about = given.instrument.id, str(given.instrument.version), answered_at
    at_risk = [RedFlagReason.SUICIDALITY] if risk_answers(given.instrument, given.answers) else []
    try:
        scored = score(given.instrument, given.answers)
    except Incomplete as incomplete:
        if at_risk:
            raise_flags(client_id, at_risk, tx)
            return Answered(*about, None, list(incomplete.link_ids), tx.clinic.crisis_line)
        raise Invalid(
            "measure_incomplete",
            "Some questions were left open, and this measure is not scored with missing answers.",
            errors=[{"path": f"/response/item/{link}", "message": "Not answered."} for link in incomplete.link_ids],
        ) from None
    except Unscorable as unscorable:
        raise Invalid("measure_not_scorable", str(unscorable)) from None
    baseline = queries.baseline_of(client_id, scored.instrument_id, str(scored.instrument_version), tx)
    compared = compare(
        given.instrument,
        scored.total,
        answered_at,
        (baseline.score, baseline.answered_at) if baseline else None,
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
            overlapping=compared.overlapping,
            answers=dict(given.answers),
            instrument_hash=scored.instrument_hash,
        )
    )
    tx.publish(
        MeasureScored(
            subject=client_id,
            reading=reading.id,
            instrument=reading.instrument,
            instrument_version=reading.version,
            score=reading.score,
            band=reading.band,
            baseline=reading.baseline,
            change_percent=reading.change_percent,
            response=reading.response,
            remission=reading.remission,
            overlapping=reading.overlapping,
            answered_at=answered_at,
        )
    )
    raise_flags(client_id, at_risk, tx)
    return Answered(*about, reading, [], tx.clinic.crisis_line if at_risk else None)


def _authored(authored: datetime | None, tx: Transaction) -> datetime:
    if authored is None:
        message = "Say when the questions were answered."
        raise Invalid("authored_missing", message, errors=[{"path": "/response/authored", "message": message}])
    if authored.year <= MINYEAR:
        message = "Nobody answered in the first year of the calendar."
        raise Invalid("authored_too_early", message, errors=[{"path": "/response/authored", "message": message}])
    return not_in_the_future(authored, "/response/authored", tx)
