"""Sessions' JSON doors: series, visits, and what happens in them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request

from sessions import queries
from sessions.commands import discharge as way_home
from sessions.commands import dosing, planning
from sessions.commands import escorts as asking
from sessions.commands import visits as deeds
from sessions.commands import vitals as readings
from sessions.commands.vitals import Measured
from sessions.domain.readiness import as_json, is_ready
from sessions.models import Entry, Series, Visit
from sessions.schemas import (
    Between,
    BookVisit,
    BusyReply,
    ConfirmEscort,
    CorrectDose,
    CorrectVitals,
    DecideHold,
    DischargeClient,
    DischargeReply,
    DoseReply,
    EntryReply,
    EscortLinkReply,
    EscortReply,
    GiveReason,
    InviteEscort,
    OrderDose,
    OrderReply,
    PlanSeries,
    ReadinessReply,
    RecordDose,
    RecordVitals,
    SeriesReply,
    VisitReply,
    VitalsReply,
)
from shared.clinics import ResourceKind, Route
from shared.declared import Nothing
from shared.errors import NotFound
from shared.store import Transaction
from shared.web import Doors
from shared.web.context import frame

series = Doors("series", "What is planned for a client.")
visits = Doors("visits", "Appointments and their readiness.")
staff = Doors("staff", "The clinic's people.")
record = Doors("record", "What happens in a visit.")

DOORS = (series, visits, staff, record)

_MOST_BUSY = timedelta(days=62)


@series.post("/clients/<uuid:client_id>/series", may="series.plan", body=PlanSeries, reply=SeriesReply)
def plan(tx: Transaction, body: PlanSeries, client_id: UUID) -> dict[str, Any]:
    """Lay out a protocol's visits for a cleared and consenting client."""
    planned = planning.plan_series(client_id, body, tx)
    tx.session.flush()
    return planning.series_reply(planned, tx)


@series.get("/clients/<uuid:client_id>/series/<uuid:series_id>", may="series.read", reply=SeriesReply)
def read_series(tx: Transaction, client_id: UUID, series_id: UUID) -> dict[str, Any]:
    """Read a series with its steps."""
    return planning.series_reply(tx.one(Series, series_id, of=client_id), tx)


@visits.post("/clients/<uuid:client_id>/visits", may="visit.book", body=BookVisit, reply=VisitReply)
def book(tx: Transaction, body: BookVisit, client_id: UUID) -> Visit:
    """Book a visit; everything that it needs must be free and every rule must allow it."""
    return planning.book_visit(client_id, body, tx)


@visits.get("/clients/<uuid:client_id>/visits", may="visit.list", reply=VisitReply, many=True)
def list_visits_of_client(tx: Transaction, client_id: UUID) -> Sequence[Visit]:
    """All visits of a client, by time."""
    return queries.visits_of(client_id, tx)


@visits.get("/visits", may="visit.read", query=Between, reply=VisitReply, many=True)
def list_visits(tx: Transaction, query: Between) -> Sequence[Visit]:
    """Visits between two instants; without a word, of the next 24 hours."""
    return queries.visits_between(*query.instants(tx.now), tx)


@visits.get("/visits/<uuid:visit_id>", may="visit.read", reply=VisitReply)
def read_visit(tx: Transaction, visit_id: UUID) -> Visit:
    """Read a visit."""
    return tx.one(Visit, visit_id)


@visits.post("/visits/<uuid:visit_id>/cancellation", may="visit.cancel", body=GiveReason, reply=VisitReply)
def cancel(tx: Transaction, body: GiveReason, visit_id: UUID) -> Visit:
    """Cancel a visit before its first dose; its room and people are free again."""
    return planning.cancel_visit(visit_id, body.reason, tx)


@visits.post("/visits/<uuid:visit_id>/escort", may="escort.confirm", body=ConfirmEscort, reply=EscortReply)
def escort(tx: Transaction, body: ConfirmEscort, visit_id: UUID) -> dict[str, Any]:
    """Record who will take the client home."""
    visit = planning.confirm_escort(visit_id, body, tx)
    return {"visit_id": visit.id, "confirmed_at": visit.escort_confirmed_at}


@visits.post("/visits/<uuid:visit_id>/escort-link", may="escort.ask", body=InviteEscort, reply=EscortLinkReply)
def ask_escort(tx: Transaction, body: InviteEscort, visit_id: UUID) -> dict[str, Any]:
    """Make the link by which an escort answers; an earlier one ends."""
    token, valid_until = asking.invite_escort(visit_id, body, tx)
    begins = (frame().settings.public_url or request.host_url).rstrip("/")
    return {"url": f"{begins}/sessions/clinics/{tx.clinic_id}/escort/{token}", "valid_until": valid_until}


@visits.get("/visits/<uuid:visit_id>/readiness", may="visit.read", reply=ReadinessReply)
def readiness(tx: Transaction, visit_id: UUID) -> dict[str, Any]:
    """May this visit start? Each light tells its fact, the event that told it, and who can change it."""
    visit = tx.one(Visit, visit_id)
    lights = queries.lights_of(visit, tx)
    return {
        "visit_id": visit_id,
        "ready": is_ready(lights),
        "held_reason": visit.held_reason,
        "lights": [as_json(light) for light in lights],
    }


@visits.post("/visits/<uuid:visit_id>/check-in", may="visit.check_in", body=Nothing, reply=VisitReply)
def check_in(tx: Transaction, body: Nothing, visit_id: UUID) -> Visit:
    """The client is here."""
    return deeds.check_in(visit_id, tx)


@visits.post("/visits/<uuid:visit_id>/completion", may="visit.complete", body=Nothing, reply=VisitReply)
def complete(tx: Transaction, body: Nothing, visit_id: UUID) -> Visit:
    """Close a preparation or integration visit."""
    return deeds.complete(visit_id, tx)


@staff.get("/staff/<staff_id>/busy-times", may="staff.busy", query=Between, reply=BusyReply, many=True)
def list_busy_times(tx: Transaction, query: Between, staff_id: str) -> list[dict[str, Any]]:
    """When somebody is taken between two instants (without a word, in the next 24 hours).

    It is told for here, and for elsewhere where both clinics share them. Where, with whom and for what is
    not told. At most 62 days.
    """
    person = tx.clinic.resource(staff_id)
    if person is None or person.kind is ResourceKind.ROOM:
        raise NotFound("person among the clinic's")
    start, end = query.instants(tx.now)
    end = min(end, start + _MOST_BUSY)
    busy = queries.busy_times(staff_id, start, end, tx) if start < end else []
    return [{"starts_at": begins, "ends_at": ends} for begins, ends in busy]


@record.get("/visits/<uuid:visit_id>/record", may="record.read", reply=EntryReply, many=True)
def read_record(tx: Transaction, visit_id: UUID) -> Sequence[Entry]:
    """Everything that happened in a visit, in order."""
    tx.one(Visit, visit_id)
    return queries.record_of(visit_id, tx)


@record.post("/visits/<uuid:visit_id>/vitals", may="vitals.record", body=RecordVitals, reply=VitalsReply)
def vitals(tx: Transaction, body: RecordVitals, visit_id: UUID) -> dict[str, Any]:
    """Record a reading."""
    return _measured(readings.record_vitals(visit_id, body, tx))


@record.post(
    "/visits/<uuid:visit_id>/vitals/<uuid:entry_id>/correction",
    may="vitals.record",
    body=CorrectVitals,
    reply=VitalsReply,
)
def correct_vitals(tx: Transaction, body: CorrectVitals, visit_id: UUID, entry_id: UUID) -> dict[str, Any]:
    """Correct a reading by a new line of the record; the wrong line stays readable."""
    return _measured(readings.correct_vitals(visit_id, entry_id, body, tx))


@record.post("/visits/<uuid:visit_id>/hold-decision", may="hold.decide", body=DecideHold, reply=VisitReply)
def decide(tx: Transaction, body: DecideHold, visit_id: UUID) -> Visit:
    """Decide whether a held visit goes on."""
    return readings.decide_hold(visit_id, body, tx)


@record.post("/visits/<uuid:visit_id>/order", may="dose.order", body=OrderDose, reply=OrderReply)
def order(tx: Transaction, body: OrderDose, visit_id: UUID) -> dict[str, Any]:
    """Order a dose for this visit."""
    entry = dosing.order_dose(visit_id, body, tx)
    return _dose(entry) | {"weight_kg": Decimal(entry.data["weight_kg"]), "ordered_by": entry.actor}


@record.post("/visits/<uuid:visit_id>/doses", may="dose.record", body=RecordDose, reply=DoseReply)
def dose(tx: Transaction, body: RecordDose, visit_id: UUID) -> dict[str, Any]:
    """Record a dose that was given as ordered."""
    entry = dosing.record_dose(visit_id, body, tx)
    return _dose(entry) | {"given_at": entry.at}


@record.post(
    "/visits/<uuid:visit_id>/doses/<uuid:entry_id>/correction", may="dose.record", body=CorrectDose, reply=DoseReply
)
def correct_dose(tx: Transaction, body: CorrectDose, visit_id: UUID, entry_id: UUID) -> dict[str, Any]:
    """Correct a dose by a new line of the record; the wrong line stays readable."""
    entry = dosing.correct_dose(visit_id, entry_id, body, tx)
    return _dose(entry) | {"given_at": entry.at}


@record.post("/visits/<uuid:visit_id>/discharge", may="visit.discharge", body=DischargeClient, reply=DischargeReply)
def discharge(tx: Transaction, body: DischargeClient, visit_id: UUID) -> dict[str, Any]:
    """Sign that the client may go home."""
    entry = way_home.discharge(visit_id, body, tx)
    return {"id": entry.id, "score": entry.data["score"], "status": tx.one(Visit, visit_id).status}


def _measured(measured: Measured) -> dict[str, Any]:
    return {"id": measured.entry.id, "phase": measured.entry.data["phase"], "held": measured.held}


def _dose(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "route": Route(entry.data["route"]),
        "dose_mg": Decimal(entry.data["dose_mg"]),
        "dose_mg_per_kg": Decimal(entry.data["dose_mg_per_kg"]),
    }
