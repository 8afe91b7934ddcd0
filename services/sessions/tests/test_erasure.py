"""A client is erased at intake: what becomes of them at sessions, and what the law has us keep."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from sessions.domain.retention import keep_until
from sessions.holdings import HOLDINGS
from sessions.models import Dispensed
from shared.clinics import Clinic
from shared.events.intake import ClearanceDecided, ClientErased, ClientRegistered, ClinicConfigured
from shared.events.integration import RedFlagRaised
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.inventory import REMEMBERING, places_of, rows_about, tables_with

from .conftest import Story

ABOUT = places_of(HOLDINGS)


def counted(story: Story) -> dict[str, int]:
    return rows_about(story.client, ABOUT, story.bench.owner)


def laid_aside(bench: Bench) -> list[Dispensed]:
    with bench.store.transaction("maple", Actor("inspector"), Origin("look", "r", "r")) as tx:
        return list(tx.all(select(Dispensed)))


@pytest.fixture
def everything(bench: Bench) -> Story:
    """A client about whom every table has a row."""
    return Story(bench).lives()


@pytest.fixture
def ada(bench: Bench, everything: Story) -> Story:
    """Another client of Maple, who lives as much two days later."""
    return Story(bench).lives(days=2)


def test_nothing_is_left_of_a_client_who_is_erased_and_others_keep_all_of_theirs(everything: Story, ada: Story) -> None:
    before, record = counted(ada), ada.see("/record")
    assert set(before) == set(ABOUT) == set(counted(everything))

    everything.tell(ClientErased)

    assert counted(everything) == {}
    assert tables_with(str(everything.client), everything.bench.owner) <= REMEMBERING
    assert counted(ada) == before
    assert ada.see("/record") == record
    assert everything.bench.as_("nurse").get(f"/visits/{everything.visit}/record").status_code == 404
    ada.bench.advance(hours=1)
    ada.measured(126, 80)
    assert ada.discharge().status_code == 201


def test_their_time_is_free_for_others(everything: Story) -> None:
    other = Story(everything.bench).may_be_booked()
    assert other.book().status_code == 409

    everything.tell(ClientErased)

    assert other.book().status_code == 201


def test_what_was_told_of_them_keeps_its_places_and_says_nothing_more(everything: Story, ada: Story) -> None:
    bench = everything.bench
    told = [(event.id, event.type, event.sequence) for event in bench.published() if event.subject == everything.client]
    assert [sequence for _, _, sequence in told] == list(range(1, len(told) + 1))

    everything.tell(ClientErased)

    left = [event for event in bench.published() if event.subject == everything.client]
    assert [(event.id, event.type, event.sequence) for event in left] == told
    assert all(event.erased and event.data == {} for event in left)
    assert all(event.data and not event.erased for event in bench.published() if event.subject == ada.client)


def test_neither_late_events_nor_a_replay_bring_anybody_back(everything: Story, ada: Story) -> None:
    everything.tell(ClientErased)
    before, told = counted(ada), len(everything.bench.published())

    everything.tell(ClientRegistered)
    everything.cleared()
    everything.tell(RedFlagRaised)
    everything.bench.hear_all_again()

    assert counted(everything) == {}
    assert counted(ada) == before
    assert len(everything.bench.published()) == told
    assert everything.book(role="prescriber").status_code == 404


def test_an_erasure_that_is_told_twice_is_one_and_its_audit_says_what_went(everything: Story) -> None:
    held = counted(everything)

    everything.tell(ClientErased)
    everything.tell(ClientErased)

    with everything.bench.owner.connect() as connection:
        query = text("select actor, clients, detail from audit where action = 'client.erase'")
        [line] = connection.execute(query)
    assert (line.actor, line.clients) == ("event:intake", [everything.client])
    assert line.detail == {holding.table: held[holding.table] for holding in HOLDINGS}
    assert len(laid_aside(everything.bench)) == 1


def test_a_clinic_erases_its_own_clients_and_no_others(everything: Story) -> None:
    before = counted(everything)

    everything.bench.hear(ClientErased.from_data(everything.client, ClientErased.sample_data()), clinic="cedar")

    assert counted(everything) == before
    assert laid_aside(everything.bench) == []


def test_another_clinic_erases_no_line_of_this_ones_record(everything: Story) -> None:
    before = counted(everything)

    with everything.bench.store.transaction("cedar", Actor("somebody"), Origin("erase", "r", "r")) as tx:
        erased = tx.session.scalars(text("select erase_entries(:client)"), {"client": everything.client}).all()

    assert erased == []
    assert counted(everything) == before


def test_the_application_erases_no_line_of_whoever_was_not_erased_and_makes_nobody_so_for_a_moment(
    everything: Story,
) -> None:
    before, store = counted(everything), everything.bench.store

    with store.transaction("maple", Actor("somebody"), Origin("erase", "r", "r")) as tx:
        erased = tx.session.scalars(text("select erase_entries(:client)"), {"client": everything.client}).all()

    assert erased == []
    assert counted(everything) == before
    for forgetting in ("delete from erased", "update erased set subject = gen_random_uuid()"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            store.transaction("maple", Actor("somebody"), Origin("erase", "r", "r")) as tx,
        ):
            tx.session.execute(text(forgetting))


def test_nobody_but_the_application_may_erase_lines(everything: Story) -> None:
    with everything.bench.owner.connect() as connection:
        query = text("select proacl::text, proconfig from pg_proc where proname = 'erase_entries'")
        granted, pinned = connection.execute(query).one()
    assert sorted(one.partition("=")[0] for one in granted.strip("{}").split(",")) == ["sessions_app", "sessions_owner"]
    assert pinned == ["search_path=public, pg_temp"]


def test_a_tombstone_of_another_service_moves_the_cursor_and_does_nothing(rosa: Story) -> None:
    bench = rosa.registered().bench
    decided = ClearanceDecided.from_data(rosa.client, ClearanceDecided.sample_data())
    bench.deliver(replace(bench.envelope(decided), erased=True, data={}))
    bench.settle()

    with bench.owner.connect() as connection:
        cursor = text("select handled from inbox_stream where publisher = 'intake' and stream like :of")
        assert connection.scalar(cursor, {"of": f"%{rosa.client}"}) == 3
        assert connection.scalar(text("select outcome from client")) is None
    # The next one of the same client is handled as ever.
    rosa.cleared().consenting()
    assert rosa.book().status_code == 201


def test_of_a_dose_stays_what_was_given_by_whom_and_nothing_of_whom(everything: Story) -> None:
    given_at = everything.bench.clock()

    everything.tell(ClientErased)

    [line] = laid_aside(everything.bench)
    assert (line.visit_day, line.given_at, line.route.value) == (date(2026, 11, 2), given_at, "IM")
    assert (line.dose_mg, line.lot) == (Decimal(30), "KX-2208")
    assert (line.given_by, line.ordered_by) == ("nurse-at-maple", "prescriber-at-maple")
    assert line.keep_until == date(2028, 11, 2)
    said = " ".join(str(getattr(line, column.key)) for column in Dispensed.__table__.columns)
    for telling in (str(everything.client), everything.visit, everything.order, "Rosalinda", "Annabel"):
        assert telling not in said


def test_it_goes_when_its_last_day_is_over_at_the_clinic(everything: Story, maple: Clinic) -> None:
    everything.tell(ClientErased)
    midnight = datetime(2028, 11, 3, tzinfo=maple.zone)

    everything.bench.advance(seconds=(midnight - everything.bench.clock()).total_seconds() - 1)
    assert len(laid_aside(everything.bench)) == 1
    everything.bench.advance(seconds=2)
    assert laid_aside(everything.bench) == []


def test_a_clinic_that_keeps_for_longer_has_its_way(everything: Story, maple: Clinic) -> None:
    longer = {"category": "controlled_substances", "years": 7, "basis": "clinic", "source": "State law."}
    facts: dict[str, Any] = maple.dump() | {"version": maple.version + 1, "retention": [longer]}
    everything.bench.hear(ClinicConfigured(subject=maple.subject, clinic=Clinic.load(facts)))

    everything.tell(ClientErased)

    assert [line.keep_until for line in laid_aside(everything.bench)] == [date(2033, 11, 2)]


def test_nobody_keeps_for_less_than_the_law_asks() -> None:
    assert keep_until(date(2026, 11, 2), None) == date(2028, 11, 2)
    assert keep_until(date(2026, 11, 2), 1) == date(2028, 11, 2)
    assert keep_until(date(2028, 2, 29), 3) == date(2031, 3, 1)
    assert keep_until(date(2028, 2, 29), 4) == date(2032, 2, 29)
