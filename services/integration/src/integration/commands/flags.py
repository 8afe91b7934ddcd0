"""What calls for a person: help, and red flags."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, text

from integration.domain.on_it import is_left_to_it, left_to_it_until
from integration.domain.reading_words import SharedWords, list_version, wants_a_reader
from integration.domain.risk_actions import most_urgent
from integration.models import PleaseRead, RedFlag
from integration.queries.flags import open_flag
from integration.queries.on_call import grounds_for
from shared.errors import Refused
from shared.events.integration import (
    RedFlagAcknowledged,
    RedFlagClosed,
    RedFlagReason,
    RedFlagSaidAgain,
    WordsToRead,
    red_flag_raised,
)
from shared.languages import phrase
from shared.store import Transaction
from shared.store.erasure import erased_at

_SAME_PAPER = timedelta(hours=1)
"""What staff type in within it, while nobody is on a flag, is one thing said, whoever typed in whichever paper.

What a client says is counted always.
"""

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('red_flag'), hashtext(:client))")


def raise_flags(
    client_id: UUID, reasons: Iterable[RedFlagReason], tx: Transaction, *, actions: Iterable[str] = ()
) -> None:
    """Open a red flag for each reason; people are told, and no medicine visit starts until one has closed it.

    `actions` is what the answers of a questionnaire ask for (`RiskAnswer.action`): the most urgent is kept on the flag.
    A reason whose flag is open is kept on that flag as said again: people are being called for it. Where somebody has
    said that they are on it, they are called anew, once until somebody says so again.
    """
    reasons = dict.fromkeys(reasons)
    if reasons:
        # Two calls at the same moment are about one flag. Who calls may not be known here yet, and have no row.
        tx.session.execute(_ONE_AT_A_TIME, {"client": str(client_id)})
    asked_for = tuple(actions)
    for reason in reasons:
        flag = open_flag(client_id, reason, tx)
        if flag is None:
            flag = _open(client_id, reason, tx)
        elif not _is_sent_again(flag, asked_for, tx):
            _say_again(flag, tx)
        flag.said_yes = flag.said_yes or not asked_for
        flag.asks_for = most_urgent([flag.asks_for, *asked_for])


def _open(client_id: UUID, reason: RedFlagReason, tx: Transaction) -> RedFlag:
    flag = RedFlag(
        id=tx.new_id(),
        clinic=tx.clinic_id,
        client_id=client_id,
        reason=reason,
        raised_at=tx.now,
        said_again=0,
        said_yes=False,
    )
    tx.publish(red_flag_raised(client_id, flag.id, reason, tx.now))
    return tx.add(flag)


def _say_again(flag: RedFlag, tx: Transaction) -> None:
    flag.said_again, flag.said_again_at = flag.said_again + 1, tx.now
    if flag.acknowledged_at is not None:
        flag.acknowledged_at = flag.acknowledged_by = None
        tx.publish(RedFlagSaidAgain(subject=flag.client_id, flag=flag.id, said_at=tx.now))


def _is_sent_again(flag: RedFlag, asked_for: Collection[str], tx: Transaction) -> bool:
    """Whether it is taken for the same paper, which staff sent again: people are being called for it already.

    What asks for more than was asked for before is something new.
    """
    is_new = flag.asks_for is None or most_urgent([flag.asks_for, *asked_for]) != flag.asks_for
    waits = flag.acknowledged_at is None and tx.now - (flag.said_again_at or flag.raised_at) < _SAME_PAPER
    return tx.actor.client_id is None and waits and not is_new


def ask_for_help(client_id: UUID, tx: Transaction) -> str:
    """The client asks for help now, known to us or not; returns whom to call meanwhile.

    Of somebody who was erased nothing is kept, not even this.
    """
    if erased_at(client_id, tx) is None:
        raise_flags(client_id, [RedFlagReason.HELP_NOW], tx)
    return tx.clinic.crisis_line


def acknowledge_flag(client_id: UUID, flag_id: UUID, tx: Transaction) -> RedFlag:
    """Somebody says, by name, that they are on it: nobody else is called, unless it is still open in an hour.

    Whoever says so meanwhile, or twice, changes nothing: the first is on it.
    """
    flag = _open_one(client_id, flag_id, tx)
    if not is_left_to_it(flag.acknowledged_at, tx.now):
        flag.acknowledged_at, flag.acknowledged_by = tx.now, tx.actor.id
        until = left_to_it_until(tx.now)
        tx.publish(RedFlagAcknowledged(subject=client_id, flag=flag.id, acknowledged_at=tx.now, left_to_it_until=until))
    return flag


def close_flag(client_id: UUID, flag_id: UUID, note: str, tx: Transaction) -> RedFlag:
    """A clinician looked after it and says, by name, what was done."""
    flag = _open_one(client_id, flag_id, tx)
    flag.closed_at, flag.closed_by, flag.note = tx.now, tx.actor.id, note
    tx.publish(RedFlagClosed(subject=client_id, flag=flag.id, closed_at=tx.now))
    return flag


def _open_one(client_id: UUID, flag_id: UUID, tx: Transaction) -> RedFlag:
    tx.grounds = grounds_for(client_id, tx)
    flag = tx.one(RedFlag, flag_id, of=client_id, lock=True)
    if flag.closed_at is not None:
        raise Refused("already_closed", phrase("This red flag was closed before."), facts={"closed_by": flag.closed_by})
    return flag


def ask_to_read(
    client_id: UUID, source: SharedWords, source_id: UUID, words: str | None, tx: Transaction, *, anew: bool = False
) -> None:
    """Ask a person to read words that a client has shared, where the list says so.

    Once for each place; `anew` where other words stand there now than somebody has read. Never of what is private:
    nobody hears of that, whatever it says.
    """
    if words is None or not wants_a_reader(words):
        return
    request = tx.session.scalars(select(PleaseRead).filter_by(source=source, source_id=source_id)).first()
    if request is None:
        request = tx.add(
            PleaseRead(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=client_id,
                source=source,
                source_id=source_id,
                list_version=list_version(),
                asked_at=tx.now,
            )
        )
    elif anew and request.read_at is not None:
        request.asked_at, request.list_version = tx.now, list_version()
        request.read_at = request.read_by = None
    else:
        return
    tx.publish(WordsToRead(subject=client_id, request=request.id))


def mark_as_read(client_id: UUID, request_id: UUID, tx: Transaction) -> PleaseRead:
    """Somebody says, by name, that they have read it. Whoever says so later changes nothing."""
    request = tx.one(PleaseRead, request_id, of=client_id, lock=True)
    if request.read_at is None:
        request.read_at, request.read_by = tx.now, tx.actor.id
    return request


def ask_no_more_to_read(source: SharedWords, source_id: UUID, tx: Transaction) -> None:
    """Words are gone: nobody is asked to read them any more. That somebody has read them stays."""
    unread = (PleaseRead.source == source, PleaseRead.source_id == source_id, PleaseRead.read_at.is_(None))
    tx.session.execute(delete(PleaseRead).where(*unread))
