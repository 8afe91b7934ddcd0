"""A client is erased at intake: what becomes of them at notify."""

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from notify.holdings import HOLDINGS
from shared.clock import uuid7
from shared.events import intake, integration, sessions
from shared.events.notify import MessageSent
from shared.testing.inventory import places_of, rows_about

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
NELL = UUID("01936d3e-5f00-7000-8000-00000000a003")
INQUIRY = UUID("01936d3e-5f00-7000-8000-00000000b001")
TOMAS = UUID("01936d3e-5f00-7000-8000-00000000a002")

TABLES = places_of(HOLDINGS)


def counted(notify: Any, client: UUID) -> dict[str, int]:
    return rows_about(client, TABLES, notify.bench.owner)


@pytest.fixture
def known(notify: Any, harbor: Any, post_office: Any) -> Any:
    """Rosa and Tomás of Maple, of each a mail that has left, one that waits for morning, and an event that waits."""
    harbor.status = 503
    notify.subscribes(harbor.url, "clearance.decided")
    for client, address in ((ROSA, "rosa@example.org"), (TOMAS, "tomas@example.org")):
        notify.registered(client, email=address)
        notify.agrees(client)
        notify.shares(client)
        notify.hear(intake.CaseloadJoined, client, staff="therapist-at-maple")
        notify.hear(intake.GlassBroken, client, access=uuid7(notify.bench.clock()))
    notify.work()
    for client in (ROSA, TOMAS):
        # Somebody is on it: nobody is called for either any more.
        flag = uuid7(notify.bench.clock())
        notify.hear(integration.RedFlagRaised, client, flag=flag)
        notify.hear(integration.RedFlagAcknowledged, client, flag=flag)
    notify.work()
    notify.at(2026, 11, 3, 6, 0)
    for client in (ROSA, TOMAS):
        notify.hear(integration.RestBegun, client, rest=uuid7(notify.bench.clock()))
        notify.hear(sessions.AppointmentBooked, client)
        notify.hear(intake.ClearanceDecided, client)
    notify.work()
    return notify


def test_nothing_is_left_of_a_client_who_is_erased_and_others_keep_all_of_theirs(known: Any) -> None:
    before = counted(known, TOMAS)
    assert set(before) == set(TABLES) == set(counted(known, ROSA))

    known.hear(intake.ClientErased)

    assert counted(known, ROSA) == {}
    assert counted(known, TOMAS) == before
    assert known.bench.as_("front_desk").get(f"/clients/{ROSA}/messages").status_code == 404


def test_what_was_to_be_told_about_how_they_reached_out_goes_too(known: Any) -> None:
    known.hear(intake.InquiryReceived, INQUIRY, in_crisis=True)
    assert counted(known, INQUIRY)["message"] == 1

    known.hear(intake.ClientErased, inquiries=[INQUIRY])

    assert counted(known, INQUIRY) == {}


def test_an_inquiry_that_became_no_client_goes_by_itself_and_does_not_come_back(known: Any) -> None:
    known.hear(intake.InquiryReceived, INQUIRY, in_crisis=True)
    assert counted(known, INQUIRY)["message"] == 1
    before = counted(known, ROSA)

    known.hear(intake.InquiryErased, INQUIRY)

    assert counted(known, ROSA) == before
    known.bench.hear_all_again()
    assert counted(known, INQUIRY) == {}


def test_what_waited_for_morning_or_for_a_partner_never_leaves(known: Any, post_office: Any, harbor: Any) -> None:
    known.hear(intake.ClientErased)
    post_office.mails.clear()
    harbor.hooks.clear()
    harbor.status = 204

    known.wait(hours=12)

    assert {mail["To"] for mail in post_office.mails} == {"tomas@example.org"}
    assert len(harbor.hooks) == 1
    assert str(TOMAS).encode() in harbor.hooks[0].body


def test_what_was_told_of_them_keeps_its_places_and_says_nothing_more(known: Any) -> None:
    told = [envelope for envelope in known.bench.published(MessageSent) if envelope.subject == ROSA]
    assert [envelope.sequence for envelope in told] == [1]

    known.hear(intake.ClientErased)

    [tombstone] = [envelope for envelope in known.bench.published() if envelope.subject == ROSA]
    assert (tombstone.id, tombstone.sequence, tombstone.data) == (told[0].id, 1, {})
    assert tombstone.erased
    assert all(envelope.data for envelope in known.bench.published() if envelope.subject == TOMAS)


def test_neither_late_events_nor_a_replay_bring_anybody_back(known: Any, post_office: Any) -> None:
    known.hear(intake.ClientErased)
    post_office.mails.clear()

    known.registered()
    known.agrees()
    known.hear(integration.RedFlagRaised)
    known.bench.hear_all_again()
    known.wait(hours=12)

    assert counted(known, ROSA) == {}
    assert {mail["To"] for mail in post_office.mails} == {"tomas@example.org"}


def test_an_erasure_that_is_told_twice_is_one(known: Any) -> None:
    known.hear(intake.ClientErased)
    before = known.bench.published()

    known.hear(intake.ClientErased)

    assert counted(known, ROSA) == {}
    assert known.bench.published() == before


def test_the_audit_says_what_went_and_names_nobody(known: Any) -> None:
    gone = counted(known, ROSA)

    known.hear(intake.ClientErased)

    with known.bench.owner.connect() as connection:
        query = text("select clients, detail from audit where action = 'client.erase'")
        [(clients, detail)] = connection.execute(query).all()
    assert clients == [ROSA]
    assert detail == {table: gone[table] for table in detail}
    assert set(detail) == {"contact", "consent", "message", "paging", "rest", "delivery", "due_message", "due_delivery"}


def test_a_clinic_erases_its_own_clients_and_no_others(known: Any) -> None:
    before = counted(known, ROSA)

    known.hear(intake.ClientErased, clinic="cedar")

    assert counted(known, ROSA) == before


def test_an_erasure_waits_for_the_mail_in_hand_and_then_takes_it_too(known: Any, post_office: Any) -> None:
    post_office.hold.clear()
    post_office.asked.clear()
    known.at(2026, 11, 3, 18, 0)
    sender = threading.Thread(target=known.mails.run_once, args=(known.bench.store,))
    sender.start()
    assert post_office.asked.wait(10)

    eraser = threading.Thread(target=known.hear, args=(intake.ClientErased,))
    eraser.start()
    known.bench.somebody_waits()
    post_office.hold.set()
    sender.join()
    eraser.join()

    assert counted(known, ROSA) == {}
    assert str(ROSA) not in str([envelope.data for envelope in known.bench.published() if not envelope.erased])


def test_an_erasure_waits_for_the_partner_in_hand_and_then_takes_what_they_were_told(known: Any, harbor: Any) -> None:
    harbor.hold.clear()
    harbor.asked.clear()
    known.at(2026, 11, 3, 18, 0)
    teller = threading.Thread(target=known.partners.run_once, args=(known.bench.store,))
    teller.start()
    assert harbor.asked.wait(10)

    eraser = threading.Thread(target=known.hear, args=(intake.ClientErased,))
    eraser.start()
    known.bench.somebody_waits()
    harbor.hold.set()
    teller.join()
    eraser.join()

    # It is to be looked at again; whoever does finds nothing.
    assert set(counted(known, ROSA)) <= {"due_delivery"}
    known.wait(hours=12)
    assert counted(known, ROSA) == {}
