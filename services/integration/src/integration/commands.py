"""Changes in integration: load, decide, record, publish. The client's words never leave in an event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from integration import queries
from integration.domain import checkins
from integration.domain.change import compare
from integration.domain.visibility import Visibility, widened
from integration.models import CheckIn, Client, Commitment, Intention, Moment, Reading, RedFlag, Sensation, Window
from integration.schemas import AnswerCheckIn, MakeCommitment, PlaceSensation, SetIntention, WriteMoment
from shared.errors import Invalid, NotFound, Refused
from shared.events.integration import (
    CheckInCompleted,
    CheckInDue,
    CommitmentMade,
    EntryShared,
    IntentionSet,
    MeasureScored,
    RedFlagClosed,
    RedFlagRaised,
    RedFlagReason,
    WindowOpened,
)
from shared.measures import Incomplete, InvalidResponse, Unscorable, read_response, risk_answers, score
from shared.store import Transaction

CLOCKS_DIFFER_SECONDS = 300


def set_intention(client_id: UUID, order: SetIntention, tx: Transaction) -> Intention:
    """The client puts into words what a visit is for; an earlier intention stays beside it."""
    _known(client_id, tx)
    intention = tx.add(
        Intention(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            question=order.question,
            words=order.words,
            status="held",
            set_at=tx.now,
        )
    )
    tx.publish(IntentionSet(subject=client_id, intention=intention.id, question=order.question))
    return intention


def write_moment(client_id: UUID, order: WriteMoment, tx: Transaction) -> Moment:
    """Keep a moment. Unless the client shares it, nobody hears that it is there."""
    _known(client_id, tx)
    moment = tx.add(
        Moment(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            kind=order.kind,
            words=order.words,
            visibility=order.visibility,
            felt_at=_not_in_the_future(order.felt_at, tx),
            written_at=tx.now,
        )
    )
    _tell_if_widened(moment, Visibility.PRIVATE, tx)
    return moment


def share_moment(client_id: UUID, moment_id: UUID, visibility: Visibility, tx: Transaction) -> Moment:
    """Share a moment with more people, or take it back; taking back tells nobody."""
    moment = tx.one(Moment, moment_id, lock=True)
    if moment.client_id != client_id:
        raise NotFound("moment")
    before, moment.visibility = moment.visibility, visibility
    _tell_if_widened(moment, before, tx)
    return moment


def place_sensation(client_id: UUID, order: PlaceSensation, tx: Transaction) -> Sensation:
    """Place something felt on the body map. It stays here: no event, no adverse event, no risk."""
    _known(client_id, tx)
    return tx.add(
        Sensation(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            region=order.region,
            side=order.side,
            view=order.view,
            sensation=order.sensation,
            quality=order.quality,
            distressing=order.distressing,
            felt_at=_not_in_the_future(order.felt_at, tx),
        )
    )


def make_commitment(client_id: UUID, order: MakeCommitment, tx: Transaction) -> Commitment:
    """Turn an insight into a small action."""
    _known(client_id, tx)
    if order.insight_id is not None:
        moment = tx.one(Moment, order.insight_id)
        if moment.client_id != client_id:
            raise NotFound("moment")
    commitment = tx.add(
        Commitment(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            insight_id=order.insight_id,
            action=order.action,
            planned_for=order.when,
            with_whom=order.with_whom,
            status="open",
            made_at=tx.now,
        )
    )
    tx.publish(CommitmentMade(subject=client_id, commitment=commitment.id))
    return commitment


def open_window(client_id: UUID, visit_id: UUID, completed_at: datetime, tx: Transaction) -> None:
    """A medicine visit is over: open its window, once, and set a timer for each check-in."""
    if queries.window_of_visit(visit_id, tx) is not None:
        return
    times = checkins.due_times(completed_at, tx.clinic.rules.check_ins.hours_after)
    window = tx.add(
        Window(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            visit_id=visit_id,
            opened_at=completed_at,
            closes_at=max(times.values()),
        )
    )
    tx.session.flush()
    for hours, due_at in times.items():
        check_in = tx.add(
            CheckIn(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=client_id,
                window_id=window.id,
                hours_after=hours,
                due_at=due_at,
                status="waiting",
                answered_at=None,
            )
        )
        tx.set_timer("checkin_due", subject=client_id, due_at=due_at, key=_due_key(check_in), check_in=str(check_in.id))
    tx.publish(
        WindowOpened(
            subject=client_id,
            window=window.id,
            visit=visit_id,
            opened_at=window.opened_at,
            closes_at=window.closes_at,
        )
    )


def ask(check_in_id: UUID, tx: Transaction) -> None:
    """The time of a check-in has come, unless it was answered early."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status != "waiting":
        return
    check_in.status = "due"
    missed_at = check_in.due_at + checkins.MISSED_AFTER
    payload = {"check_in": str(check_in.id)}
    tx.set_timer("checkin_missed", subject=check_in.client_id, due_at=missed_at, key=_missed_key(check_in), **payload)
    tx.publish(
        CheckInDue(
            subject=check_in.client_id,
            check_in=check_in.id,
            window=check_in.window_id,
            hours_after=check_in.hours_after,
        )
    )


def miss(check_in_id: UUID, tx: Transaction) -> None:
    """A day has gone by without an answer. It may still be answered."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status == "due":
        check_in.status = "missed"


def answer_check_in(
    client_id: UUID, check_in_id: UUID, order: AnswerCheckIn, tx: Transaction
) -> tuple[CheckIn, str | None]:
    """Keep the answers, early, in time or late, but once; returns the check-in and whom to call, if that is needed."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.client_id != client_id:
        raise NotFound("check_in")
    if check_in.status == "completed":
        raise Refused("already_answered", "This check-in has been answered. You can write a moment instead.")
    check_in.status, check_in.answered_at = "completed", tx.now
    check_in.how_are_you, check_in.slept = order.how_are_you, order.slept
    check_in.help_now, check_in.hard_thoughts = order.help_now, order.hard_thoughts
    check_in.burning_or_blood = order.burning_or_blood
    tx.cancel_timer(_due_key(check_in))
    tx.cancel_timer(_missed_key(check_in))
    tx.publish(CheckInCompleted(subject=client_id, check_in=check_in.id, window=check_in.window_id, answered_at=tx.now))
    reasons = checkins.flags_of(
        help_now=order.help_now, hard_thoughts=order.hard_thoughts, burning_or_blood=order.burning_or_blood
    )
    raise_flags(client_id, reasons, tx)
    return check_in, tx.clinic.crisis_line if checkins.shows_help(reasons) else None


def raise_flags(client_id: UUID, reasons: Iterable[RedFlagReason], tx: Transaction) -> None:
    """Open a red flag for each reason; people are told, and no medicine visit starts until one has closed it."""
    for reason in reasons:
        flag = tx.add(
            RedFlag(id=tx.new_id(), clinic=tx.clinic_id, client_id=client_id, reason=reason, raised_at=tx.now)
        )
        tx.publish(RedFlagRaised(subject=client_id, flag=flag.id, reason=reason, raised_at=tx.now))


def ask_for_help(client_id: UUID, tx: Transaction) -> str:
    """The client asks for help now, known to us or not; returns whom to call meanwhile."""
    raise_flags(client_id, [RedFlagReason.HELP_NOW], tx)
    return tx.clinic.crisis_line


def close_flag(client_id: UUID, flag_id: UUID, note: str, tx: Transaction) -> RedFlag:
    """A person looked after it and says what was done."""
    flag = tx.one(RedFlag, flag_id, lock=True)
    if flag.client_id != client_id:
        raise NotFound("red_flag")
    if flag.closed_at is not None:
        raise Refused("already_closed", "This red flag was closed before.", facts={"closed_by": flag.closed_by})
    flag.closed_at, flag.closed_by, flag.note = tx.now, tx.actor.id, note
    tx.publish(RedFlagClosed(subject=client_id, flag=flag.id, closed_at=tx.now))
    return flag


def answer_measure(client_id: UUID, resource: dict[str, Any], tx: Transaction) -> tuple[Reading, str | None]:
    """Score a client's answers and compare them with the baseline; returns the reading and whom to call, if needed."""
    _known(client_id, tx)
    try:
        given = read_response(resource)
    except InvalidResponse as invalid:
        errors = [{"path": f"/response{error['path']}", "message": error["message"]} for error in invalid.errors]
        raise Invalid(
            "response_invalid", "The questionnaire response cannot be read; see errors.", errors=errors
        ) from None
    answered_at = _authored(given.authored, tx)
    at_risk = [RedFlagReason.SUICIDALITY] if risk_answers(given.instrument, given.answers) else []
    try:
        scored = score(given.instrument, given.answers)
    except Incomplete as incomplete:
        raise Invalid(
            "measure_incomplete",
            "Some questions were left open, and this measure is not scored with missing answers.",
            errors=[{"path": f"/response/item/{link}", "message": "Not answered."} for link in incomplete.link_ids],
            facts={"help": tx.clinic.crisis_line} if at_risk else None,
        ) from None
    except Unscorable as unscorable:
        raise Invalid("measure_not_scorable", str(unscorable)) from None
    baseline = queries.baseline_of(client_id, scored.instrument_id, tx)
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
            band=scored.band.title if scored.band else None,
            is_baseline=False,
            answered_at=answered_at,
            baseline=compared.baseline,
            baseline_answered_at=compared.baseline_answered_at,
            change_percent=compared.change_percent,
            response=compared.response,
            remission=compared.remission,
            overlapping=compared.overlapping,
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
    return reading, tx.clinic.crisis_line if at_risk else None


def _known(client_id: UUID, tx: Transaction) -> Client:
    return tx.one(Client, client_id)


def _tell_if_widened(moment: Moment, before: Visibility, tx: Transaction) -> None:
    if widened(before, moment.visibility):
        tx.publish(EntryShared(subject=moment.client_id, moment=moment.id, visible_to=moment.visibility.value))


def _not_in_the_future(felt_at: datetime | None, tx: Transaction) -> datetime:
    at = felt_at or tx.now
    if (at - tx.now).total_seconds() > CLOCKS_DIFFER_SECONDS:
        message = "This has not happened yet."
        raise Invalid("in_the_future", message, errors=[{"path": "/felt_at", "message": message}])
    return at


def _authored(authored: datetime | None, tx: Transaction) -> datetime:
    if authored is None:
        message = "Say when the questions were answered."
        raise Invalid("authored_missing", message, errors=[{"path": "/response/authored", "message": message}])
    if (authored - tx.now).total_seconds() > CLOCKS_DIFFER_SECONDS:
        message = "Answers cannot come from the future."
        raise Invalid("in_the_future", message, errors=[{"path": "/response/authored", "message": message}])
    return authored


def _due_key(check_in: CheckIn) -> str:
    return f"checkin/{check_in.id}/due"


def _missed_key(check_in: CheckIn) -> str:
    return f"checkin/{check_in.id}/missed"
