"""The mail with which a client signs in: at once, in time, and with what opens the door in it alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from notify.settings import NotifySettings
from shared.events.intake import SignInAsked
from shared.events.notify import MessageFailed
from shared.links import link_path, link_proof

from .conftest import ROSA

LINK = UUID("01936d3e-5f00-7000-8000-000000000013")
PATH = link_path("maple", LINK)


def asks(notify: Any, *, minutes: int = 15) -> None:
    until = notify.bench.clock() + timedelta(minutes=minutes)
    notify.hear(SignInAsked, link=LINK, valid_until=until)


def test_whoever_asks_gets_the_link_at_night_and_without_consent_to_messages(
    notify: Any, post_office: Any, own_settings: NotifySettings
) -> None:
    notify.registered()
    notify.at(2026, 11, 3, 8, 0)  # 03:00 where Rosa lives.

    asks(notify)
    notify.work()

    [mail] = post_office.mails
    assert own_settings.link_secret is not None
    opens = link_proof(own_settings.link_secret, PATH)
    assert f"  http://afterglow.example{PATH}.{opens}" in mail.get_content().splitlines()
    assert mail["Subject"] == "You have a message from Maple Street"
    assert notify.ledger()["sign_in_link"]["status"] == "sent"


def test_it_is_sent_also_to_somebody_who_wants_no_messages(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.takes_back(notify.agrees())

    asks(notify)
    notify.work()

    assert len(post_office.mails) == 1


def test_a_link_that_is_over_is_not_sent(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.hear(SignInAsked, link=LINK, valid_until=notify.bench.clock())
    notify.work()

    assert post_office.mails == []
    assert notify.ledger()["sign_in_link"]["reason"] == "stale"


def test_while_the_post_is_in_trouble_it_is_tried_until_it_is_over(notify: Any, post_office: Any) -> None:
    notify.registered()
    post_office.answer = "451 4.3.0 Later"
    asks(notify)
    notify.work()
    assert notify.ledger()["sign_in_link"]["status"] == "queued"

    for _ in range(10):
        notify.wait(minutes=3)
    post_office.answer = "250 2.0.0 Kept"
    notify.wait(days=1)

    assert notify.ledger()["sign_in_link"]["reason"] == "stale"
    assert len(post_office.mails) == 0


def test_no_row_holds_what_opens_the_link(notify: Any, own_settings: NotifySettings) -> None:
    notify.registered()
    asks(notify)
    notify.work()

    assert own_settings.link_secret is not None
    opens = link_proof(own_settings.link_secret, PATH)
    with notify.bench.owner.connect() as connection:
        for table in ("message", "due_message", "outbox", "inbox_event", "audit"):
            rows = connection.execute(text(f"select t::text from {table} t")).scalars().all()
            assert not [row for row in rows if opens in row], table


def test_without_the_secret_no_link_is_sent_that_would_not_work(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.mails._links = type(notify.mails._links)("http://afterglow.example", None)
    asks(notify)
    notify.work()

    assert post_office.mails == []
    assert [told.subject for told in notify.bench.published(MessageFailed)] == [ROSA]
