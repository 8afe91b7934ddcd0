"""Doors of screening forms and screenings."""

from typing import Any
from uuid import UUID

from intake import queries
from intake.api.clearances import decision_reply
from intake.commands.screenings import submit_screening
from intake.domain.screening import strongest
from intake.forms import newest_form
from intake.models import Client, Screening
from intake.queries import Waiting
from intake.schemas.screenings import (
    AnswerOption,
    MeasureForm,
    MeasureItem,
    QueueEntry,
    ScreeningDetail,
    ScreeningFormReply,
    ScreeningReply,
    SubmitScreening,
    WhichScreenings,
)
from shared.measures import Instrument, canonical, load_instrument
from shared.store import Transaction
from shared.web import Doors

screenings = Doors("screenings", "What is asked before anybody decides, and what was answered.")


@screenings.get("/clients/<uuid:client_id>/screening-form", may="screening_form.read", reply=ScreeningFormReply)
def read_screening_form(tx: Transaction, client_id: UUID) -> dict[str, Any]:
    """What to ask: the newest form and the measures that belong to it."""
    tx.one(Client, client_id)
    form = newest_form()
    required = form.baseline.required
    return {
        "version": form.version,
        "title": form.title,
        "introduction": form.introduction,
        "crisis_line": tx.clinic.crisis_line,
        "measures_at_most_days_old": form.baseline.at_most_days_old.value,
        "questions": form.questions,
        "instruments": [
            _measure_form(load_instrument(name), required=name in required) for name in form.baseline.instruments
        ],
    }


@screenings.post(
    "/clients/<uuid:client_id>/screenings", may="screening.submit", body=SubmitScreening, reply=ScreeningReply
)
def submit(tx: Transaction, body: SubmitScreening, client_id: UUID) -> dict[str, Any]:
    """Hand in a filled-in form. Whatever is not answered is flagged; a crisis is met at once."""
    return _described(submit_screening(client_id, body, tx), tx)


@screenings.get("/screenings", may="screening.queue", query=WhichScreenings, reply=QueueEntry, many=True)
def list_screenings(tx: Transaction, query: WhichScreenings) -> list[Waiting]:
    """The review queue, oldest first."""
    return queries.queue(tx, open_only=query.open)


@screenings.get("/screenings/<uuid:screening_id>", may="screening.read", reply=ScreeningDetail)
def read_screening(tx: Transaction, screening_id: UUID) -> dict[str, Any]:
    """Read a screening with its answers and the decisions on it."""
    screening = tx.one(Screening, screening_id)
    seen = queries.seen(screening, tx)
    decisions = [
        {**decision_reply(decision, tx), "reviewed_flags": seen.findings(decision)}
        for decision in queries.decisions_on(tx, screening_id)
    ]
    return {**_described(screening, tx), "answers": seen.answers, "decisions": decisions}


def _described(screening: Screening, tx: Transaction) -> dict[str, Any]:
    seen = queries.seen(screening, tx)
    return {
        "id": screening.id,
        "client_id": screening.client_id,
        "form_version": screening.form_version,
        "submitted_at": screening.submitted_at,
        "client_answered": screening.client_answered,
        "flags": seen.flags,
        "level": strongest(seen.flags),
        "measures": screening.measures,
        "crisis_help": tx.clinic.crisis_line if any(flag.crisis for flag in screening.flags) else None,
        "withheld": seen.withheld,
    }


def _measure_form(instrument: Instrument, *, required: bool) -> MeasureForm:
    return MeasureForm(
        id=instrument.id,
        version=str(instrument.version),
        title=instrument.title,
        required=required,
        questionnaire=canonical(instrument),
        stem=instrument.stem,
        notices=list(instrument.licence.notices),
        items=[
            MeasureItem(
                link_id=item.link_id,
                text=item.text,
                options=[
                    AnswerOption(value=option.value, system=option.system, code=option.code, display=option.display)
                    for option in item.options
                ],
            )
            for item in instrument.items
        ],
    )
