"""A client hands in a screening form."""

from uuid import UUID

from sqlalchemy import select

from intake.domain.baseline import flags_of_measures, read_measures
from intake.domain.screening import ScreeningForm, flags_of_answers, strongest
from intake.forms import form_of
from intake.models import Clearance, Client, Screening
from intake.schemas.screenings import SubmitScreening
from shared.errors import Invalid
from shared.events.intake import MeasureTaken, ScreeningFlagged, ScreeningSubmitted
from shared.languages import phrase
from shared.store import Transaction


def submit_screening(client_id: UUID, order: SubmitScreening, tx: Transaction) -> Screening:
    """Keep the answers, let the rule engine look at them, and tell that they came; what they were stays here."""
    # A decision that is being made on the screening before this one must not miss it.
    tx.one(Client, client_id, lock=True)
    form = form_of(order.form_version)
    _check_questions(form, order)
    measures = read_measures(order.measures, form.baseline, tx.now)
    flags = [
        *flags_of_answers(form, order.answers, _earlier_yes(client_id, tx)),
        *flags_of_measures(form.baseline, measures),
    ]
    screening = tx.add(
        Screening(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            form_version=form.version,
            answers={question.id: order.answers.get(question.id) for question in form.questions},
            measures_given=[measure.dump() for measure in measures],
            flags_raised=[flag.dump() for flag in flags],
            level=strongest(flags),
            submitted_at=tx.now,
            submitted_by=tx.actor.id,
            client_answered=tx.actor.client_id == client_id,
        )
    )
    taken = [
        MeasureTaken(
            instrument=measure.instrument,
            version=measure.version,
            score=measure.score,
            answered_at=measure.answered_at,
        )
        for measure in measures
        if measure.score is not None
    ]
    tx.publish(ScreeningSubmitted(subject=client_id, screening=screening.id, measures=taken))
    if screening.level is not None and any(flag.needs_finding for flag in flags):
        told = [flag.as_told() for flag in flags]
        tx.publish(ScreeningFlagged(subject=client_id, screening=screening.id, level=screening.level, flags=told))
    return screening


def _check_questions(form: ScreeningForm, order: SubmitScreening) -> None:
    strangers = [question_id for question_id in order.answers if form.question(question_id) is None]
    if strangers:
        message = phrase("Version {version} of the form has no such question.", version=form.version)
        errors = [{"path": f"/answers/{question_id}", "message": message} for question_id in strangers]
        raise Invalid(
            "question_unknown", "Some answers are to questions that were not asked; see errors.", errors=errors
        )


def _earlier_yes(client_id: UUID, tx: Transaction) -> set[str]:
    """What was answered with yes since the screening that was last decided on, that one included."""
    query = (
        select(Screening, Clearance.id)
        .outerjoin(Clearance, Clearance.screening_id == Screening.id)
        .where(Screening.client_id == client_id)
        .order_by(Screening.submitted_at.desc(), Screening.id.desc())
    )
    yes: set[str] = set()
    for screening, decision in tx.session.execute(query):
        yes |= {question_id for question_id, answer in screening.answers.items() if answer}
        if decision is not None:
            break
    return yes
