"""Orders and doses."""

from decimal import Decimal
from uuid import UUID

from sessions import queries
from sessions.commands.interval import check_order, note_dose, person_in_turn
from sessions.commands.record import correct, correctable, moment, write
from sessions.commands.visits import move, require_medicine, require_ready
from sessions.domain.dose import DoseByWeight, check_plausible
from sessions.domain.planning import check_cleared
from sessions.domain.pressure import Pressure
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Client, Entry, Visit
from sessions.schemas import CorrectDose, OrderDose, RecordDose
from shared.clinics import ResourceKind, Route
from shared.errors import Invalid, Refused
from shared.events.sessions import SessionDosed
from shared.languages import Phrase, phrase
from shared.store import Transaction


def order_dose(visit_id: UUID, order: OrderDose, tx: Transaction) -> Entry:
    """A prescriber orders one dose for this visit; the typing-error guards look at it already here."""
    visit = tx.one(Visit, visit_id, lock=True)
    require_medicine(visit)
    require(
        visit.status,
        VisitStatus.BOOKED,
        VisitStatus.CHECKED_IN,
        VisitStatus.HELD,
        VisitStatus.DOSING,
        code="visit_over",
        sentence=phrase("Nothing is ordered for a visit that is over."),
    )
    check_order(visit, order.interval_reason, tx)
    dose = _judge(visit, order.route, order.dose_mg, None, order.confirmed_by, tx)
    return write(visit, "ordered", _numbers(order.route, dose) | {"confirmed_by": order.confirmed_by}, tx)


def record_dose(visit_id: UUID, order: RecordDose, tx: Transaction) -> Entry:
    """A dose was given as ordered. Everything that forbids it is looked at before anything is written.

    The typing-error guards come before the comparison with the order, so that a slip of the keyboard is named as one.
    """
    visit = tx.one(Visit, visit_id, lock=True)
    require_medicine(visit)
    _check_not_held(visit, tx)
    person_in_turn(visit.client_id, tx)
    require_ready(visit, tx)
    at = moment(order.given_at, "/given_at", queries.began_at(visit.id, tx), tx)
    if not any(reading.at <= at for reading in queries.standing(visit.id, tx, "vitals")):
        raise Refused("pre_dose_vitals_missing", "Take vitals before the first dose.")
    dose = _judge(visit, order.route, order.dose_mg, order.weight_kg, order.confirmed_by, tx)
    ordered = _order_for(visit, order, tx)
    _check_pressure_since(ordered, visit, tx)
    data = _numbers(order.route, dose) | {
        "order_id": str(ordered.id),
        "lot": order.lot,
        "confirmed_by": order.confirmed_by,
    }
    entry = write(visit, "dosed", data, tx, at=at)
    note_dose(visit, entry.at, tx)
    move(visit, VisitStatus.DOSING)
    tx.publish(
        SessionDosed(
            subject=visit.client_id,
            visit=visit.id,
            dose=entry.id,
            route=order.route,
            dose_mg=order.dose_mg,
            dose_mg_per_kg=dose.shown_mg_per_kg,
            at=entry.at,
        )
    )
    return entry


def correct_dose(visit_id: UUID, entry_id: UUID, order: CorrectDose, tx: Transaction) -> Entry:
    """A dose had been written down wrongly: what was really given, and from which lot. The guards look at it too."""
    visit = tx.one(Visit, visit_id, lock=True)
    wrong = correctable(visit, entry_id, "dosed", tx)
    route = Route(wrong.data["route"])
    dose = DoseByWeight(order.dose_mg, Decimal(wrong.data["weight_kg"]))
    _check_guards(route, dose, order.confirmed_by, tx)
    right = _numbers(route, dose) | {"lot": order.lot, "confirmed_by": order.confirmed_by}
    return correct(visit, wrong, right, order.reason, tx)


def _check_not_held(visit: Visit, tx: Transaction) -> None:
    if visit.status == VisitStatus.HELD:
        held = queries.standing(visit.id, tx, "held")[-1]
        raise _hold_open(
            Pressure(held.data["systolic"], held.data["diastolic"]),
            phrase("A prescriber decides to proceed or to defer."),
            tx,
        )
    require(
        visit.status,
        VisitStatus.CHECKED_IN,
        VisitStatus.DOSING,
        code="not_checked_in",
        sentence=phrase("A dose is given between check-in and discharge."),
    )


def _check_pressure_since(ordered: Entry, visit: Visit, tx: Transaction) -> None:
    """A further dose needs an order that was written in the knowledge of every high reading after the dose before."""
    if visit.status != VisitStatus.DOSING:
        return
    for reading in queries.standing(visit.id, tx, "vitals"):
        pressure = Pressure(reading.data["systolic"], reading.data["diastolic"])
        if reading.position > ordered.position and pressure.reaches(tx.clinic.rules.blood_pressure_hold):
            raise _hold_open(pressure, phrase("A prescriber who knows of this reading orders anew."), tx)


def _hold_open(pressure: Pressure, way_out: Phrase, tx: Transaction) -> Refused:
    limit = tx.clinic.rules.blood_pressure_hold
    return Refused(
        "hold_open",
        phrase(
            "{reading} is at or above this clinic's limit before a dose, {limit}. {way_out}",
            reading=f"{pressure.systolic}/{pressure.diastolic}",
            limit=f"{limit.systolic}/{limit.diastolic}",
            way_out=way_out,
        ),
        facts={
            "systolic": pressure.systolic,
            "diastolic": pressure.diastolic,
            "limit_systolic": limit.systolic,
            "limit_diastolic": limit.diastolic,
        },
    )


def _order_for(visit: Visit, order: RecordDose, tx: Transaction) -> Entry:
    ordered = tx.find(Entry, order.order_id)
    if ordered is None or (ordered.visit_id, ordered.kind) != (visit.id, "ordered"):
        raise Refused("order_missing", "There is no such order for this visit. A prescriber orders first.")
    newest = queries.standing(visit.id, tx, "ordered")[-1]
    if newest.id != ordered.id:
        raise Refused(
            "order_replaced",
            "A prescriber has ordered anew since. Only the newest order stands.",
            facts={"order_id": newest.id, "ordered_mg": newest.data["dose_mg"]},
        )
    if (ordered.data["route"], Decimal(ordered.data["dose_mg"])) != (order.route.value, order.dose_mg):
        raise Refused(
            "order_differs",
            "What is given must be what was ordered. Check the number, or ask for a new order.",
            facts={
                "ordered_route": ordered.data["route"],
                "ordered_mg": ordered.data["dose_mg"],
                "route": order.route.value,
                "dose_mg": str(order.dose_mg),
            },
        )
    for given in queries.standing(visit.id, tx, "dosed"):
        if given.data["order_id"] == str(ordered.id):
            raise Refused(
                "order_already_given",
                "This order was carried out already; it is for one dose. A prescriber orders a further one.",
                facts={"dose_id": given.id, "given_at": given.at.isoformat()},
            )
    return ordered


def _judge(
    visit: Visit,
    route: Route,
    dose_mg: Decimal,
    weight_kg: Decimal | None,
    confirmed_by: str | None,
    tx: Transaction,
) -> DoseByWeight:
    """Refuse a dose by a route that is not cleared for this day, or that the guards take for a typing error.

    It is judged by `weight_kg` where the client was weighed again, else by the clearance's weight.
    """
    client = tx.one(Client, visit.client_id)
    known = queries.what_is_known(client, tx)
    check_cleared(known, queries.day_of(visit, tx), route=route, code_if_over="clearance_expired_on_date")
    weight = weight_kg or client.weight_kg
    if weight is None:
        raise Refused("weight_missing", "A dose is judged by body weight, and none is known. Weigh the client.")
    dose = DoseByWeight(dose_mg, weight)
    _check_guards(route, dose, confirmed_by, tx)
    return dose


def _check_guards(route: Route, dose: DoseByWeight, confirmed_by: str | None, tx: Transaction) -> None:
    guard = tx.clinic.rules.dose_guard(route)
    if guard is None:
        raise Refused(
            "route_without_guard",
            phrase(
                "This clinic's rules name no limits for {route}, so that a typing error could not be seen.",
                route=route.value,
            ),
        )
    check_plausible(dose, guard, confirmed_by=_second_person(confirmed_by, tx), given_by=tx.actor.id)


def _second_person(named: str | None, tx: Transaction) -> str | None:
    """Whoever confirms a number is one of the clinic's people, not just a word in a field."""
    if named is None:
        return None
    person = tx.clinic.resource(named.strip())
    if person is None or person.kind is ResourceKind.ROOM:
        raise Invalid.at("/confirmed_by", "second_person_unknown", phrase("This clinic has no such person."))
    return person.id


def _numbers(route: Route, dose: DoseByWeight) -> dict[str, str | None]:
    return {
        "route": route.value,
        "dose_mg": str(dose.dose_mg),
        "dose_mg_per_kg": str(dose.shown_mg_per_kg),
        "weight_kg": str(dose.weight_kg),
    }
