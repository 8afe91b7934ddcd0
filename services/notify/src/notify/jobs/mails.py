"""Sending the messages that are due."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.exc import OperationalError

from notify.adapters.smtp import Mail
from notify.commands.messages import Attended, attend_message
from notify.models import DueMessage
from notify.wording import Links
from shared.store import Actor, Store
from shared.store.retries import describe
from shared.store.transaction import Origin

log = structlog.get_logger()

AT_ONCE = 20
HELD_BY_A_FAULT = timedelta(seconds=30)
"""A message that we cannot even make up our mind about must not keep the others from leaving."""


class SendMessages:
    """Attends to due messages, each in a transaction of its own; workers share them out by their row locks.

    `post` hands one mail over, and raises MailDelayed or MailRefused; `links` says where a mail's link leads.
    """

    def __init__(self, post: Callable[[Mail], None], links: Links) -> None:
        self.name = "mails"
        self._post = post
        self._links = links

    def run_once(self, store: Store, stopping: Callable[[], bool] = bool) -> int:
        """Attend to some messages; a stop waits for the one in hand, and a post in trouble ends the round."""
        handled = 0
        for call in _due(store):
            if stopping():
                break
            attended = self._attend(store, call.message, call.clinic)
            handled += attended is not Attended.IN_HAND
            if attended is Attended.POST_IN_TROUBLE:
                break
        return handled

    def _attend(self, store: Store, message: UUID, clinic: str) -> Attended:
        origin = Origin("message.attend", str(message), str(message))
        try:
            with store.transaction(clinic, Actor("notify"), origin) as tx:
                return attend_message(message, self._post, self._links, tx)
        except OperationalError:
            raise
        except Exception as error:
            log.error("message_held", clinic=clinic, message=str(message), error=describe(error))
            _hold(store, message)
            return Attended.DONE


def _due(store: Store) -> list[Row[UUID, str]]:
    with store.carrier() as session:
        query = (
            select(DueMessage.message, DueMessage.clinic)
            .where(DueMessage.due_at <= store.clock())
            .order_by(DueMessage.due_at, DueMessage.position)
            .limit(AT_ONCE)
            # What another worker has in hand is not even looked at.
            .with_for_update(skip_locked=True)
        )
        return list(dict.fromkeys(session.execute(query).all()))


def _hold(store: Store, message: UUID) -> None:
    with store.carrier() as session:
        calls = update(DueMessage).where(DueMessage.message == message, DueMessage.due_at <= store.clock())
        session.execute(calls.values(due_at=store.clock() + HELD_BY_A_FAULT))
