"""What somebody who has the whole database of sessions, and no key, finds out; and what an upgrade makes of it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select, text

from sessions.holdings import HOLDINGS
from sessions.models import Base, Client, Entry, Occupied, Step, Visit
from shared.events.intake import ClientUpdated
from shared.store.sealed import sealed_attributes
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.testing.inventory import columns_in_clear, tables_about_clients, tables_with
from shared.testing.upgrades import Upgrade

from .conftest import Story

ACTOR, ORIGIN = Actor("test"), Origin("test.look", "r", "r")

IN_CLEAR = {
    # What booking and readiness are decided from: until when and for which routes somebody is cleared, and the events
    # that told it. Conditions and reasons stay in intake.
    "client.outcome",
    "client.valid_until",
    "client.cleared_routes",
    "client.clearance_source",
    "client.intention_source",
    "consent.kind",
    "consent.source",
    "red_flag.source",
    # Choices of ours: of which kind, by which route, where it stands, and the code of the rule that holds a visit.
    "series.protocol",
    "series.route",
    "series.status",
    "step.kind",
    "visit.kind",
    "visit.route",
    "visit.status",
    "visit.held_reason",
    "entry.kind",
    # Ids of rooms, of staff and of the client, which the database keeps from being taken twice.
    "visit.resources",
    "occupied.resource",
    "occupied.everywhere",
    # Who of the staff did it: the subject of their sign-in.
    "series.planned_by",
    "entry.actor",
    "escort_link.made_by",
    # The log of controlled substances of clients who were erased. It says of whom nothing.
    "dispensed.visit_day",
    "dispensed.route",
    "dispensed.lot",
    "dispensed.given_by",
    "dispensed.ordered_by",
    "dispensed.keep_until",
}


def test_every_table_with_a_clients_id_is_among_the_holdings(rosa: Story) -> None:
    assert tables_about_clients(rosa.bench.owner) | {"client"} <= {holding.table for holding in HOLDINGS}
    assert {holding.table for holding in HOLDINGS} == set(Base.metadata.tables) - {"dispensed"}


def test_what_is_not_sealed_is_on_a_list_with_its_reason(rosa: Story) -> None:
    assert columns_in_clear(rosa.bench.owner) == IN_CLEAR


def test_neither_names_nor_numbers_nor_what_the_record_says_lie_in_clear(rosa: Story) -> None:
    rosa.lives()
    for words in ("Rosalinda", "Annabel Marin", "+12125550147", "KX-2208", "syringe", "order_id"):
        assert tables_with(words, rosa.bench.owner) == set(), words
    # The search finds what is there.
    assert "series" in tables_with("induction", rosa.bench.owner)


@pytest.mark.parametrize("model", list(Base.__subclasses__()))
def test_what_is_sealed_has_a_place_of_its_own(model: type[Base]) -> None:
    for attribute in sealed_attributes(model):
        assert attribute.place == f"{model.__tablename__}.{attribute.name}"


def test_a_name_that_is_told_again_unchanged_lies_as_before(rosa: Story) -> None:
    def at_rest() -> list[bytes]:
        with rosa.bench.owner.connect() as connection:
            return [bytes(name) for name in connection.scalars(text("select display_name_sealed from client"))]

    rosa.registered()
    before = at_rest()
    rosa.tell(ClientUpdated)

    assert at_rest() == before
    rosa.tell(ClientUpdated, display_name="Rosita")
    assert at_rest() != before


def test_a_long_record_opens_with_one_question_for_its_keys(rosa: Story) -> None:
    rosa.checked_in()
    for number in range(30):
        assert rosa.measured(100 + number, 80).status_code == 201
    asked: list[str] = []
    event.listen(rosa.bench.store.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    restarted = Store("sessions", rosa.bench.store.engine, rosa.bench.store.keyring.master, clock=rosa.bench.clock)

    with restarted.transaction("maple", ACTOR, ORIGIN) as tx:
        lines = tx.all(select(Entry).where(Entry.kind == "vitals"))
        assert sorted(line.data["systolic"] for line in lines) == list(range(100, 130))

    assert len([statement for statement in asked if "from data_key" in statement]) == 1


def test_rows_of_before_are_sealed_and_say_whose_they_are(upgrade: Upgrade, rosa: Story) -> None:
    upgrade.to("0006")
    now, client, series, visit, line = rosa.bench.clock(), rosa.client, uuid4(), uuid4(), uuid4()
    own = {"clinic": "maple", "client_id": client}
    upgrade.insert("client", id=client, clinic="maple", display_name="Rosalinda")
    upgrade.insert("client", id=uuid4(), clinic="cedar", display_name=None)
    plan = {"protocol": "induction", "route": "IM", "status": "planned", "planned_by": "ana", "rules_version": 1}
    upgrade.insert("series", id=series, **own, **plan, planned_at=now)
    escort = {"escort_name": "Annabel", "escort_phone": "+12125550147"}
    planned = {"kind": "medicine", "status": "booked", "resources": "[]", "version": 1, "starts_at": now}
    upgrade.insert("visit", id=visit, **own, **planned, **escort, series_id=series, ends_at="2027-01-01T00:00:00Z")
    upgrade.insert("step", series_id=series, position=1, clinic="maple", kind="medicine", visit_id=visit)
    upgrade.insert("step", series_id=series, position=2, clinic="maple", kind="medicine", visit_id=None)
    upgrade.insert("occupied", visit_id=visit, resource="room", clinic="maple", during="[2026-11-02,2026-11-03)")
    written = {"clinic": "maple", "visit_id": visit, "at": now, "entered_at": now, "actor": "ana"}
    upgrade.insert("entry", id=line, **written, kind="vitals", data=json.dumps({"systolic": 131}))
    upgrade.insert("entry", id=uuid4(), **written, kind="vitals", data="{}", correction_of=line)

    upgrade.to()

    store = upgrade.store(rosa.bench.clock)
    with store.transaction("maple", ACTOR, ORIGIN) as tx:
        assert tx.one(Client, client).display_name == "Rosalinda"
        found = tx.one(Visit, visit)
        assert {name: getattr(found, name) for name in escort} == escort
        assert (tx.one(Entry, line).data, whose(tx)) == ({"systolic": 131}, {client})
    for words in ("Rosalinda", "Annabel", "+12125550147", "systolic"):
        assert tables_with(words, upgrade.admin) == set(), words
    store.engine.dispose()


def whose(tx: Transaction) -> set[Any]:
    return {row.client_id for model in (Entry, Step, Occupied) for row in tx.all(select(model))}
