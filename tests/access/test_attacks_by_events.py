"""Events that say what is not so, statements that forgot the clinic, partners of two clinics, and what lies around."""

import json
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from shared.bus.inbox import InboxWorker
from shared.clock import uuid7
from shared.events.envelope import Envelope, Undecodable
from shared.events.intake import CaseloadJoined, ClientRegistered, ClientUpdated, GlassBroken
from shared.events.language import Event
from shared.store.tenancy import set_clinic

from .attacker import ATTACKER, REQUEST_ID, addresses, assert_nothing_of_maple, bearer
from .town import CEDAR, MAPLE, Town, Who


def forged(town: Town, event: type[Event] = ClientUpdated) -> Envelope:
    """An event of Cedar about Maple's client."""
    mine = {"staff": "mallory", "display_name": "Mallory", "email": "mallory@cedar.example"}
    data = event.sample_data()
    return Envelope(
        id=uuid7(town.bench.clock()),
        type=event.type,
        publisher="intake",
        clinic=CEDAR,
        about="client",
        subject=town.maple.known.id,
        sequence=1,
        time=town.bench.clock(),
        correlation_id="attack",
        causation_id="attack",
        data=data | {name: value for name, value in mine.items() if name in data},
    )


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("clinicid", "maple"),
        ("clinicid", "*"),
        ("partitionkey", "maple/client/{theirs}"),
        ("partitionkey", "cedar/client/{own}"),
        ("subject", "client/{own}"),
        ("source", "/afterglow/sessions"),
        ("type", "afterglow.sessions.session.dosed.v1"),
    ],
)
def test_a_message_whose_attributes_disagree_is_set_aside(town: Town, attribute: str, value: str) -> None:
    envelope = forged(town)
    ids = {"theirs": town.maple.known.id, "own": town.cedar.known.id}
    message = envelope.as_cloudevent() | {attribute: value.format(**ids)}
    with pytest.raises(Undecodable):
        Envelope.from_bytes(json.dumps(message).encode(), routing_key=envelope.routing_key)


def test_a_message_that_came_by_another_clinics_key_is_set_aside(town: Town) -> None:
    envelope = forged(town)
    assert Envelope.from_bytes(envelope.to_bytes(), routing_key=envelope.routing_key) == envelope
    with pytest.raises(Undecodable):
        Envelope.from_bytes(envelope.to_bytes(), routing_key=envelope.routing_key.replace(CEDAR, MAPLE))


@pytest.mark.parametrize("town", ["sessions", "integration", "notify"], indirect=True)
@pytest.mark.parametrize("event", [ClientRegistered, ClientUpdated, CaseloadJoined, GlassBroken])
def test_an_event_of_one_clinic_about_the_others_client_changes_and_opens_nothing(
    town: Town, event: type[Event]
) -> None:
    before, envelope = rows_of(town, MAPLE), forged(town, event)
    with town.bench.owner.begin() as connection:  # What was forged before may still wait in the same line.
        for table in ("inbox_event", "inbox_stream"):
            connection.execute(text(f"delete from {table} where stream = :stream"), {"stream": envelope.stream})

    town.bench.deliver(envelope)
    while InboxWorker(town.bench.store, town.service.handlers).handle():
        pass

    assert rows_of(town, MAPLE) == before
    for endpoint, names in addresses(town):
        if town.entrances[endpoint].method == "GET":
            for who in (ATTACKER, Who.of("therapist", CEDAR)):
                answer = town.call(endpoint, town.path(endpoint, names), who, REQUEST_ID)
                assert_nothing_of_maple(answer, *names.values())


TENANT_TABLES = text("""
    select table_name from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'clinic' and table_type = 'BASE TABLE' order by table_name
""")
DIGEST = "select md5(string_agg(cast(t as text), '|' order by cast(t as text))) from {} t where clinic = :clinic"
# What only says that something was asked, came, or was said.
GROWING = {"audit", "audit_unchained", "inbox_event", "inbox_stream", "idempotency"}


def rows_of(town: Town, clinic: str) -> dict[str, Any]:
    """A digest of all rows of a clinic, by table."""
    with town.bench.owner.connect() as connection:
        tables = [table for table in connection.scalars(TENANT_TABLES) if table not in GROWING]
        return {table: connection.scalar(text(DIGEST.format(table)), {"clinic": clinic}) for table in tables}


def test_a_statement_that_forgot_the_clinic_sees_and_changes_nothing_of_another(town: Town) -> None:
    with town.bench.owner.connect() as connection:
        tables = connection.scalars(TENANT_TABLES).all()
        count = "select count(*) from {} where clinic = 'maple'"
        filled = {table for table in tables if connection.scalar(text(count.format(table)))}
    assert len(filled) >= 10
    before = rows_of(town, MAPLE)
    for table in tables:
        for statement in ("select clinic from {}", "update {} set clinic = 'cedar'", "delete from {}"):
            touched = tried(town, statement.format(table) + " where clinic = 'maple'")
            assert touched in (0, None) or (table, statement) == ("clinic", "select clinic from {}"), (table, statement)
    assert rows_of(town, MAPLE) == before


def tried(town: Town, statement: str) -> int | None:
    """How many rows a statement of Cedar's touches; None where the application may not make such a one at all."""
    with town.bench.store.engine.connect() as connection:
        set_clinic(connection, CEDAR)
        try:
            return connection.execute(text(statement)).rowcount
        except DBAPIError as denied:
            if "permission denied" in str(denied) or "append-only" in str(denied):
                return None
            raise


def test_a_handler_that_writes_for_the_wrong_clinic_fails(town: Town) -> None:
    row = {"id": town.maple.known.id}
    statement = text("insert into caseload (client_id, staff, clinic, joined_at) values (:id, 'm', 'maple', now())")
    with town.bench.store.engine.connect() as connection:
        set_clinic(connection, CEDAR)
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(statement, row)


@pytest.mark.parametrize("town", ["notify"], indirect=True)
def test_a_partner_of_both_clinics_is_told_by_each_of_its_own_alone_and_signed_by_each(town: Town) -> None:
    clients = {str(who.id): house.clinic for house in town.houses.values() for who in (house.known, house.other)}
    with town.bench.owner.connect() as connection:
        query = text(
            "select d.clinic, s.clinic as by, client from delivery d join subscription s on s.id = subscription"
        )
        rows = connection.execute(query).all()
    assert {row.clinic for row in rows} == {MAPLE, CEDAR}
    for row in rows:
        assert row.clinic == row.by == clients[str(row.client)]
    body = {"partner": "eastside", "url": "http://127.0.0.1:9/e", "types": ["clearance.decided"], "scopes": ["summary"]}
    made = [bearer(town, Who.of("clinic_admin", clinic)).post("/subscriptions", body) for clinic in (MAPLE, CEDAR)]
    assert len({answer.get_json()["secret"] for answer in made}) == 2


@pytest.mark.parametrize("town", ["notify"], indirect=True)
@pytest.mark.parametrize("again", ["retry", "skip"])
def test_a_delivery_of_one_clinic_is_not_sent_again_by_the_other(town: Town, again: str) -> None:
    theirs, own = town.maple.ids, town.cedar.ids
    for subscription in (theirs["subscription_id"], own["subscription_id"]):
        answer = bearer(town).post(f"/subscriptions/{subscription}/deliveries/{theirs['delivery_id']}/{again}")
        assert answer.status_code == 404
        assert_nothing_of_maple(answer)


def test_metrics_health_and_the_document_know_nobody(town: Town) -> None:
    known = {str(who.id) for house in town.houses.values() for who in (house.known, house.other)}
    known |= {"Known of", "Other of", "-at-cedar", "mail-of-", "mallory"}
    for path in ("/metrics", "/health/ready", "/health/live", "/openapi.json"):
        said = town.bench.as_nobody().get(path).get_data(as_text=True)
        assert [each for each in known if each in said] == [], path


def test_what_is_logged_of_what_was_denied_names_nobody(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for endpoint, names in addresses(town):
        town.call(endpoint, town.path(endpoint, names), ATTACKER, REQUEST_ID)
    printed = capfd.readouterr()
    said = printed.out + printed.err + caplog.text
    assert said.count(REQUEST_ID) >= 10
    assert [each for each in ("Known of", "mail-of-", str(town.maple.known.id)) if each in said] == []


def test_no_place_in_a_table_of_all_clinics_leaves_it(town: Town) -> None:
    """It would count: who looks twice knows how much the others did meanwhile."""
    for holding in town.service.holdings:
        columns = inspect(holding.model).columns
        counting = {name for name, column in columns.items() if column.identity is not None}
        assert not counting & set(holding.fields), holding.table
    for path in ("/audit", f"/clients/{town.cedar.known.id}/accounting"):
        assert '"position"' not in bearer(town).get(path).get_data(as_text=True)
