import re
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from notify.adapters.smtp import Mail
from notify.adapters.webhooks import Outcome
from notify.app import service
from notify.commands.deliveries import attend_line
from notify.commands.messages import attend_message
from notify.models import Message
from notify.settings import NotifySettings
from shared.events import intake
from shared.settings import Settings
from shared.store import Actor
from shared.store.transaction import Origin
from shared.worker import Worker

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
ORIGIN = Origin("test", "test", "test")


def no_mail(mail: Mail) -> None:
    raise AssertionError("nothing may be sent")


def no_hook(*request: Any) -> Outcome:
    raise AssertionError("nothing may be sent")


def test_a_consent_that_comes_while_a_message_is_looked_at_is_not_missed(notify: Any, post_office: Any) -> None:
    notify.registered()

    with notify.bench.store.transaction("maple", Actor("notify"), ORIGIN) as tx:
        [message] = tx.session.scalars(select(Message.id))
        attend_message(message, no_mail, "http://afterglow.example", tx)
        notify.agrees()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "sent"


def test_a_consent_that_comes_while_a_delivery_is_looked_at_is_not_missed(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, "clearance.decided")
    notify.hear(intake.ClearanceDecided)

    with notify.bench.store.transaction("maple", Actor("notify"), ORIGIN) as tx:
        attend_line(UUID(subscription["id"]), ROSA, no_hook, tx)
        notify.shares()
    notify.work()

    assert notify.statuses(subscription) == ["delivered"]


def test_a_worker_sends_and_delivers_by_itself_and_stops(
    notify: Any, post_office: Any, harbor: Any, own_settings: NotifySettings, settings: Settings
) -> None:
    notify.subscribes(harbor.url, "clearance.decided")
    notify.registered()
    notify.agrees()
    notify.shares()
    notify.hear(intake.ClearanceDecided)

    worker = Worker(service, settings, notify.bench.store, own_settings, only=("jobs",))
    worker.start()
    assert post_office.asked.wait(20)
    assert harbor.asked.wait(20)

    assert worker.troubles() == []
    assert worker.stop(20)


def test_no_log_line_tells_who_somebody_is(notify: Any, post_office: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, "client.registered", scopes=("contact",))
    harbor.status = 500
    post_office.answer = "550 5.1.1 rosa@example.org is unknown"
    with structlog.testing.capture_logs() as lines:
        notify.shares()
        notify.agrees()
        notify.registered()
        notify.registered(UUID(int=ROSA.int + 1), time_zone="Nowhere/Land")
        notify.agrees(UUID(int=ROSA.int + 1))
        notify.work()
        notify.wait(seconds=10)

    assert {line["event"] for line in lines} >= {"message_failed", "message_held", "delivery_held"}
    assert not re.search(r"rosa|@example|\+1212|127\.0\.0\.1", str(lines), re.IGNORECASE)
