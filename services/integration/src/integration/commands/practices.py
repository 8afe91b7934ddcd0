"""Practices: what a client does again and again in a rhythm of their own, and how they are invited to it."""

from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.commands.checks import known_client, not_in_the_future
from integration.domain.living import day_by, on_the_day
from integration.domain.practising import PracticeStatus, next_invitation
from integration.domain.visibility import Visibility
from integration.models import Moment, Practice, PracticeLived
from integration.queries.checkins import rest_of
from integration.queries.clients import zone_of
from integration.queries.practices import lived_between, living_practices_of
from integration.schemas.commitments import ChangePractice, ChoosePractice, LivePractice
from shared.errors import Invalid, Refused
from shared.events.integration import Invitation, InvitationDue
from shared.languages import phrase
from shared.store import Transaction


def choose_practice(client_id: UUID, order: ChoosePractice, tx: Transaction) -> Practice:
    """Begin something in a rhythm of their own. Nobody hears of it; it is theirs alone unless they say otherwise."""
    known_client(client_id, tx)
    if order.insight_id is not None:
        tx.one(Moment, order.insight_id, of=client_id)
    practice = tx.add(
        Practice(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            name=order.name,
            why=order.why,
            insight_id=order.insight_id,
            every_days=order.every_days,
            remind=order.remind_at is not None,
            remind_at=_in_a_rhythm(order.remind_at, order.every_days),
            status=PracticeStatus.LIVING,
            visibility=order.visibility,
            begun_at=tx.now,
        )
    )
    _invite_next(practice, zone_of(client_id, tx), tx)
    return practice


def change_practice(client_id: UUID, practice_id: UUID, order: ChangePractice, tx: Transaction) -> Practice:
    """Say anew what it is, what it is for, and in which rhythm."""
    tx.cancel_timer(_key(practice_id))
    practice = tx.one(Practice, practice_id, of=client_id, lock=True)
    practice.name, practice.why = order.name, order.why
    practice.remind_at = _in_a_rhythm(order.remind_at, order.every_days)
    practice.every_days, practice.remind = order.every_days, order.remind_at is not None
    _invite_next(practice, zone_of(client_id, tx), tx)
    return practice


def move_practice(client_id: UUID, practice_id: UUID, status: PracticeStatus, tx: Transaction) -> Practice:
    """Let it rest, let it go, or take it up again. Nothing invites to what is not living."""
    tx.cancel_timer(_key(practice_id))
    practice = tx.one(Practice, practice_id, of=client_id, lock=True)
    practice.status = status
    _invite_next(practice, zone_of(client_id, tx), tx)
    return practice


def live_practice(client_id: UUID, practice_id: UUID, order: LivePractice, tx: Transaction) -> PracticeLived:
    """It was lived. A second tap on the same day, by their clock, is the same time; words go to that one.

    `Refused` where it rests or was let go: it is taken up again first.
    """
    practice = tx.one(Practice, practice_id, of=client_id, lock=True)
    if practice.status != PracticeStatus.LIVING:
        raise Refused("not_living", phrase("This practice rests. You can take it up again at any time."))
    lived_at, zone = not_in_the_future(order.lived_at, "/lived_at", tx), zone_of(client_id, tx)
    day = day_by(lived_at, zone)
    begins, ends = (on_the_day(one, zone, time()) for one in (day, day + timedelta(days=1)))
    for before in lived_between(practice, begins, ends, tx):
        if order.words is None or before.words is None:
            before.words = before.words or order.words
            return before
    return tx.add(
        PracticeLived(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            practice_id=practice.id,
            words=order.words,
            lived_at=lived_at,
        )
    )


def share_practice(client_id: UUID, practice_id: UUID, visibility: Visibility, tx: Transaction) -> Practice:
    """Show it to more people, or take it back; neither is told to anybody."""
    practice = tx.one(Practice, practice_id, of=client_id, lock=True)
    practice.visibility = visibility
    return practice


def invite(practice_id: UUID, tx: Transaction) -> None:
    """The time has come at which a client wanted to be invited to a practice; while they rest, nobody does.

    Of times that went by while nobody worked here there is one invitation, and no more.
    """
    practice = tx.one(Practice, practice_id, lock=True)
    if practice.status != PracticeStatus.LIVING or practice.remind_at is None:
        return
    if rest_of(practice.client_id, tx) is None:
        tx.publish(InvitationDue(subject=practice.client_id, kind=Invitation.RETURN))
    _invite_next(practice, zone_of(practice.client_id, tx), tx)


def keep_to_their_clock(client_id: UUID, tx: Transaction) -> None:
    """Where the client lives is known, or known anew: they are invited by their own clock."""
    zone = zone_of(client_id, tx)
    for practice in living_practices_of(client_id, tx):
        _invite_next(practice, zone, tx)


def _in_a_rhythm(remind_at: str | None, every_days: int | None) -> str | None:
    if remind_at is not None and every_days is None:
        raise Invalid.at("/remind_at", "no_rhythm", phrase("To be reminded, please choose a rhythm too."))
    return remind_at


def _invite_next(practice: Practice, zone: ZoneInfo, tx: Transaction) -> None:
    if practice.status != PracticeStatus.LIVING or practice.remind_at is None or practice.every_days is None:
        return
    due_at = next_invitation(
        tx.now,
        begun=practice.begun_at.astimezone(zone).date(),
        every_days=practice.every_days,
        at=time.fromisoformat(practice.remind_at),
        zone=zone,
    )
    tx.set_timer(
        "practice_invitation",
        subject=practice.client_id,
        due_at=due_at,
        key=_key(practice.id),
        practice=str(practice.id),
    )


def _key(practice_id: UUID) -> str:
    return f"practice/{practice_id}/invitation"
