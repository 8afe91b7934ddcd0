"""When a client is asked a measure: planned, come due, reminded of, skipped, taken back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from integration.commands.checks import known_client
from integration.domain import asking as domain
from integration.domain.asking import OPEN, Occasion, RequestStatus, Wanted
from integration.models import MeasureRequest, Reading
from integration.queries.asking import (
    as_asked,
    medicine_visits_in,
    open_among,
    open_of,
    others_of,
    planned_for,
    requests_waiting_of,
    series_of,
    start_of_visit,
    waits_in_the_calendar,
)
from integration.queries.checkins import rest_of
from integration.queries.clients import zone_of
from integration.queries.measures import hidden_of, last_answered
from integration.queries.texts import offered_one
from shared.clinics.rules import MeasurePlan
from shared.errors import NotFound, Refused
from shared.events.integration import MeasureDue
from shared.languages import phrase
from shared.measures import find_instrument
from shared.store import Transaction

_DONE = (RequestStatus.ANSWERED, RequestStatus.SKIPPED, RequestStatus.WITHDRAWN)


def plan_before(client_id: UUID, visit_id: UUID, starts_at: datetime, tx: Transaction) -> None:
    """A medicine visit has its time: ask before it, once for each visit."""
    wanted = domain.before_medicine(_plans(tx), starts_at, tx.now, zone_of(client_id, tx))
    _plan_once(client_id, visit_id, wanted, Occasion.BEFORE_MEDICINE, tx)


def call_off(client_id: UUID, visit_id: UUID, tx: Transaction) -> None:
    """A visit does not take place: nobody is asked before it. What was answered stays."""
    for request in planned_for(client_id, Occasion.BEFORE_MEDICINE, [visit_id], tx):
        _withdraw(client_id, request.id, tx)


def plan_after(client_id: UUID, visit_id: UUID, series_id: UUID | None, ended_at: datetime, tx: Transaction) -> None:
    """A medicine visit is over: ask about it, and so many days after it as long as it is the last of its series.

    What waits from an earlier visit of the series is taken back: that one was not the last.
    """
    _plan_once(client_id, visit_id, domain.after_medicine(_plans(tx), ended_at), Occasion.AFTER_MEDICINE, tx)
    visits = [visit.id for visit in medicine_visits_in(client_id, series_id, tx)]
    earlier = visits[: visits.index(visit_id)] if visit_id in visits else []
    for request in planned_for(client_id, Occasion.AFTER_SERIES, earlier, tx):
        if request.status == RequestStatus.WAITING:
            _withdraw(client_id, request.id, tx)
    if visits[-1:] == [visit_id]:
        wanted = domain.after_series(_plans(tx), ended_at, zone_of(client_id, tx))
        _plan_once(client_id, visit_id, wanted, Occasion.AFTER_SERIES, tx)
    if series_id is not None:
        go_on_with_calendar(client_id, series_id, tx)


def go_on_with_calendar(client_id: UUID, series_id: UUID, tx: Transaction, after: datetime | None = None) -> None:
    """While a series lasts, each measure that is asked by the calendar has its next time, from now or `after` on."""
    series = series_of(client_id, series_id, tx)
    if series is None:
        return
    for plan in _plans(tx):
        wanted = domain.next_by_calendar(plan, series, max(tx.now, after or tx.now), zone_of(client_id, tx))
        if wanted is not None and not waits_in_the_calendar(client_id, plan.instrument, tx):
            _plan(client_id, None, wanted, tx, series_id)


def come_due(request_id: UUID, tx: Transaction) -> None:
    """The time of a request has come, unless it was answered, skipped or taken back before.

    Nobody is asked what they were asked, or told, in the week before it (`domain.asking.when_due`), nor while they
    rest, nor what the clinic has no words for by now.
    """
    request = tx.one(MeasureRequest, request_id, lock=True)
    if request.status != RequestStatus.WAITING:
        return
    if request.series_id is not None:
        # The calendar goes on, whatever becomes of this time.
        request.status = RequestStatus.DUE
        tx.session.flush()
        go_on_with_calendar(request.client_id, request.series_id, tx)
    zone = zone_of(request.client_id, tx)
    last = last_answered(request.client_id, request.instrument, tx)
    others = [as_asked(other) for other in others_of(request, tx)]
    status = domain.when_due(as_asked(request), others, last.answered_at if last else None, zone)
    if status is RequestStatus.ANSWERED and last is not None:
        request.reading_id = last.id
    elif not _can_be_asked(request.instrument, tx):
        status = RequestStatus.WITHDRAWN
    elif status is RequestStatus.DUE and rest_of(request.client_id, tx) is not None:
        status = RequestStatus.PAUSED
    request.status = status
    if status is RequestStatus.DUE:
        _ask(request, tx)


def remind(request_id: UUID, tx: Transaction) -> None:
    """A request has no answer yet: remind the client, twice at most, then call it overdue.

    Who rests meanwhile is reminded of nothing, and not asked for it afterwards: what comes next is asked anew.
    """
    request = tx.one(MeasureRequest, request_id, lock=True)
    if request.status != RequestStatus.DUE:
        return
    if rest_of(request.client_id, tx) is not None:
        request.status = RequestStatus.PAUSED
        return
    until = _until(request, tx)
    _, again = domain.next_reminder(request.due_at, request.nudges, until, zone_of(request.client_id, tx))
    if not again or (until is not None and until <= tx.now):
        request.status = RequestStatus.OVERDUE
        return
    request.nudges += 1
    _ask(request, tx)


def ask_in_the_morning(client_id: UUID, tx: Transaction) -> None:
    """Where the client lives is known, or known anew: what waits for a morning waits for that of their clock."""
    zone = zone_of(client_id, tx)
    for request in requests_waiting_of(client_id, tx):
        due_at = domain.morning_of(request.due_at.astimezone(zone).date(), zone)
        by_days = request.occasion is not Occasion.AFTER_MEDICINE
        if by_days and due_at != request.due_at and min(due_at, request.due_at) > tx.now:
            request.due_at = due_at
            _set_due(request, tx)


def pause_what_is_asked(client_id: UUID, tx: Transaction) -> None:
    """The client rests from now on: what they are asked is asked no more."""
    for request_id in [request.id for request in open_among(client_id, tx)]:
        request = _in_hand(client_id, request_id, tx)
        if request.status in OPEN:
            request.status = RequestStatus.PAUSED


def ask_now(client_id: UUID, instrument_id: str, tx: Transaction) -> MeasureRequest:
    """Somebody who looks after the client wishes to ask now; also what was answered this week, which is theirs to know.

    Refused where the client is being asked it, rests, or where nobody can be asked it here.
    """
    known_client(client_id, tx)
    if instrument_id in hidden_of(client_id, tx):
        raise NotFound("instrument")
    if not _is_for_clients(instrument_id) or not _can_be_asked(instrument_id, tx):
        raise Refused("no_words_to_ask_with", phrase("This questionnaire cannot be asked here: it has no text."))
    if open_of(client_id, instrument_id, tx):
        raise Refused("asked_already", phrase("The client is being asked this already."))
    if rest_of(client_id, tx) is not None:
        raise Refused("client_rests", phrase("The client has chosen to rest, and is asked nothing meanwhile."))
    request = _new(client_id, None, Wanted(instrument_id, Occasion.WISHED, tx.now), tx)
    request.status, request.asked_by = RequestStatus.DUE, tx.actor.id
    tx.session.flush()
    _ask(request, tx)
    return request


def skip(client_id: UUID, request_id: UUID, tx: Transaction) -> MeasureRequest:
    """The client does not want to answer this one. Nobody asks why, and nobody reminds them."""
    request = _in_hand(client_id, request_id, tx)
    if request.status in _DONE:
        raise Refused("not_asked_any_more", phrase("This is not asked any more."))
    _leave_out(request, RequestStatus.SKIPPED, tx)
    return request


def withdraw(client_id: UUID, request_id: UUID, tx: Transaction) -> MeasureRequest:
    """Somebody who looks after the client does not want it asked any more."""
    request = _in_hand(client_id, request_id, tx)
    if request.instrument in hidden_of(client_id, tx):
        raise NotFound("measure request")
    if request.status in _DONE:
        raise Refused("not_asked_any_more", phrase("This is not asked any more."))
    _leave_out(request, RequestStatus.WITHDRAWN, tx)
    return request


def _leave_out(request: MeasureRequest, status: RequestStatus, tx: Transaction) -> None:
    """This time is left out; the calendar, which goes on when a time comes due, goes on from it at once."""
    waited, request.status = request.status == RequestStatus.WAITING, status
    if waited and request.series_id is not None:
        tx.session.flush()
        go_on_with_calendar(request.client_id, request.series_id, tx, request.due_at)


def hold_for_answer(client_id: UUID, request_id: UUID, instrument_id: str, tx: Transaction) -> MeasureRequest:
    """The request that is answered, for nobody else to answer meanwhile. NotFound where it asks another instrument."""
    request = _in_hand(client_id, request_id, tx)
    if request.instrument != instrument_id:
        raise NotFound("measure request")
    return request


def settle(reading: Reading, answered: MeasureRequest | None, tx: Transaction) -> None:
    """An answer settles what asked for it, and every other request to which it is an answer as well."""
    zone, to = zone_of(reading.client_id, tx), None if answered is None else as_asked(answered)
    if answered is not None:
        answered.reading_id = reading.id
        _leave_out(answered, RequestStatus.ANSWERED, tx)
        tx.session.flush()
    for request_id in [request.id for request in open_of(reading.client_id, reading.instrument, tx)]:
        one = _in_hand(reading.client_id, request_id, tx)
        if one.status in OPEN and domain.is_settled_by(as_asked(one), to, reading.answered_at, zone):
            one.status, one.reading_id = RequestStatus.ANSWERED, reading.id


def _plans(tx: Transaction) -> list[MeasurePlan]:
    """The plans of what clients answer themselves; what a clinician judges, or paper alone asks, is asked by nobody."""
    return [plan for plan in tx.clinic.rules.measures if _is_for_clients(plan.instrument)]


def _is_for_clients(instrument_id: str) -> bool:
    instrument = find_instrument(instrument_id)
    return instrument is not None and instrument.answered_by == "client" and instrument.licence.text != "paper_only"


def _can_be_asked(instrument_id: str, tx: Transaction) -> bool:
    found = offered_one(instrument_id, tx)
    return found is not None and bool(found.worded)


def _plan_once(client_id: UUID, visit_id: UUID, wanted: Iterable[Wanted], occasion: Occasion, tx: Transaction) -> None:
    """However often we are told of a visit, each of its times is planned once."""
    planned = {(one.instrument, one.due_at) for one in planned_for(client_id, occasion, [visit_id], tx)}
    once = {instrument for instrument, _ in planned} if occasion is not Occasion.AFTER_SERIES else set()
    for one in wanted:
        if one.instrument not in once and (one.instrument, one.due_at) not in planned:
            _plan(client_id, visit_id, one, tx)


def _plan(
    client_id: UUID, visit_id: UUID | None, wanted: Wanted, tx: Transaction, series_id: UUID | None = None
) -> None:
    _set_due(_new(client_id, visit_id, wanted, tx, series_id), tx)


def _set_due(request: MeasureRequest, tx: Transaction) -> None:
    payload = {"request": str(request.id)}
    tx.set_timer("measure_due", subject=request.client_id, due_at=request.due_at, key=_key(request.id), **payload)


def _new(
    client_id: UUID, visit_id: UUID | None, wanted: Wanted, tx: Transaction, series_id: UUID | None = None
) -> MeasureRequest:
    return tx.add(
        MeasureRequest(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            instrument=wanted.instrument,
            occasion=wanted.occasion,
            visit_id=visit_id,
            series_id=series_id,
            due_at=wanted.due_at,
            status=RequestStatus.WAITING,
            nudges=0,
            asked_by=None,
            reading_id=None,
        )
    )


def _ask(request: MeasureRequest, tx: Transaction) -> None:
    """Tell that it is asked, or that the client is reminded of it, and set the time of the next reminder."""
    tx.publish(MeasureDue(subject=request.client_id, request=request.id, nudge=request.nudges))
    zone = zone_of(request.client_id, tx)
    at, _ = domain.next_reminder(request.due_at, request.nudges, _until(request, tx), zone)
    payload = {"request": str(request.id)}
    tx.set_timer("measure_reminder", subject=request.client_id, due_at=at, key=_key(request.id), **payload)


def _until(request: MeasureRequest, tx: Transaction) -> datetime | None:
    return start_of_visit(request.visit_id, tx) if request.occasion is Occasion.BEFORE_MEDICINE else None


def _in_hand(client_id: UUID, request_id: UUID, tx: Transaction) -> MeasureRequest:
    """The request, locked. The timer first: one that fires holds itself, and then wants the request."""
    tx.cancel_timer(_key(request_id))
    return tx.one(MeasureRequest, request_id, of=client_id, lock=True)


def _withdraw(client_id: UUID, request_id: UUID, tx: Transaction) -> None:
    request = _in_hand(client_id, request_id, tx)
    if request.status not in _DONE:
        request.status = RequestStatus.WITHDRAWN


def _key(request_id: UUID) -> str:
    return f"measure/{request_id}"
