"""Measures over time: answers, when they are asked, and with which words."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import asking as asking_commands
from integration.commands import measures as commands
from integration.commands import texts as text_commands
from integration.commands.hearing import hear_measure
from integration.models import MeasureRequest, MeasureText, Reading
from integration.queries.asking import requests_of
from integration.queries.measures import reading_of, readings_of
from integration.queries.texts import offered, texts_in_force
from integration.schemas.measures import (
    AnswerMeasure,
    AskMeasure,
    InstrumentReply,
    LoadText,
    MeasureRequestReply,
    MeasureTextReply,
    NewReadingReply,
    QuestionnaireReply,
    ReadingReply,
    ResponseReply,
    WhichInstruments,
)
from shared.declared import Nothing
from shared.measures import load_instrument, questionnaire, write_response
from shared.store import Transaction
from shared.web import Doors

doors = Doors("measures", "Measures over time.")


@doors.post(
    "/clients/<uuid:client_id>/measures",
    may="measure.answer",
    body=AnswerMeasure,
    reply=NewReadingReply,
    hears=hear_measure,
)
def answer_measure(tx: Transaction, body: AnswerMeasure, client_id: UUID) -> dict[str, Any]:
    """Hand in answers to a measure; they are scored and compared with the baseline.

    An answer that calls for a person is heard whatever else is refused; see `facts` then.
    """
    answered = commands.answer_measure(client_id, body.response, tx, body.request_id)
    about = {name: getattr(answered, name) for name in ("instrument", "version", "answered_at", "unanswered", "help")}
    if answered.reading is None:
        return dict.fromkeys(ReadingReply.sample_data()) | {"is_baseline": False, "overlapping": False} | about
    return {name: getattr(answered.reading, name) for name in ReadingReply.sample_data()} | about


@doors.get("/clients/<uuid:client_id>/measures", may="measure.read", reply=ReadingReply, many=True)
def list_measures(tx: Transaction, client_id: UUID) -> Sequence[Reading]:
    """A client's measures by time, the baseline among them."""
    return readings_of(client_id, tx)


@doors.get(
    "/clients/<uuid:client_id>/measures/<uuid:reading_id>/response", may="measure.read_answers", reply=ResponseReply
)
def response(tx: Transaction, client_id: UUID, reading_id: UUID) -> dict[str, Any]:
    """What was answered, one by one: to the client, whose it is, and to the therapist who talks with them about it.

    Everybody else of the care team works with scores. The words of a text that a clinic loaded are not in it.
    """
    reading = reading_of(client_id, reading_id, tx)
    instrument = load_instrument(reading.instrument, int(reading.version))
    return {"response": write_response(instrument, reading.answers or {}, reading.answered_at)}


@doors.get("/clients/<uuid:client_id>/measure-requests", may="measure.read", reply=MeasureRequestReply, many=True)
def list_requests(tx: Transaction, client_id: UUID) -> Sequence[MeasureRequest]:
    """When a client is and was asked, the latest first."""
    return requests_of(client_id, tx)


@doors.post("/clients/<uuid:client_id>/measure-requests", may="measure.ask", body=AskMeasure, reply=MeasureRequestReply)
def ask_now(tx: Transaction, body: AskMeasure, client_id: UUID) -> MeasureRequest:
    """Ask a client now."""
    return asking_commands.ask_now(client_id, body.instrument, tx)


@doors.post(
    "/clients/<uuid:client_id>/measure-requests/<uuid:request_id>/skipping",
    may="measure.skip",
    body=Nothing,
    reply=MeasureRequestReply,
)
def skip_request(tx: Transaction, body: Nothing, client_id: UUID, request_id: UUID) -> MeasureRequest:
    """Skip what is asked; nobody reminds you of it."""
    return asking_commands.skip(client_id, request_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/measure-requests/<uuid:request_id>/withdrawal",
    may="measure.ask",
    body=Nothing,
    reply=MeasureRequestReply,
)
def withdraw_request(tx: Transaction, body: Nothing, client_id: UUID, request_id: UUID) -> MeasureRequest:
    """Take back what a client is asked."""
    return asking_commands.withdraw(client_id, request_id, tx)


@doors.get("/measures/instruments", may="instrument.read", reply=InstrumentReply, many=True)
def list_instruments(tx: Transaction) -> list[dict[str, Any]]:
    """Every instrument, and in which languages it can be asked at this clinic."""
    return [
        {name: getattr(one.instrument, name) for name in ("id", "title", "answered_by")}
        | {
            "version": str(one.instrument.version),
            "text": one.instrument.licence.text,
            "languages": sorted(one.worded),
        }
        for one in offered(tx)
    ]


@doors.get(
    "/measures/questionnaires", may="instrument.read", reply=QuestionnaireReply, query=WhichInstruments, many=True
)
def list_questionnaires(tx: Transaction, query: WhichInstruments) -> list[dict[str, Any]]:
    """What can be asked at this clinic, as FHIR R4 Questionnaires, in each language that there are words in."""
    return [
        {"instrument": one.instrument.id, "language": language, "questionnaire": questionnaire(worded)}
        for one in offered(tx)
        if query.instrument in (None, one.instrument.id)
        for language, worded in sorted(one.worded.items())
    ]


@doors.get("/measure-texts", may="measure_text.read", reply=MeasureTextReply, many=True)
def list_texts(tx: Transaction) -> Sequence[MeasureText]:
    """The texts of the clinic's own that are in force."""
    return texts_in_force(tx)


@doors.post("/measure-texts", may="measure_text.load", body=LoadText, reply=MeasureTextReply)
def load_text(tx: Transaction, body: LoadText) -> MeasureText:
    """Load the words of an instrument, in the place of those in the same language."""
    return text_commands.load_text(body.instrument, body.wording, tx)


@doors.post("/measure-texts/<uuid:text_id>/withdrawal", may="measure_text.load", body=Nothing, reply=MeasureTextReply)
def withdraw_text(tx: Transaction, body: Nothing, text_id: UUID) -> MeasureText:
    """A permission has ended: nobody is asked with these words any more."""
    return text_commands.withdraw_text(text_id, tx)
