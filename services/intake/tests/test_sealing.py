"""What somebody who has the whole database of intake, and no key, finds out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from intake.access.links import client_by_email
from intake.holdings import HOLDINGS
from intake.models import Base, Clearance, Client, Consent, Inquiry, Screening
from shared.store import Actor
from shared.store.sealed import sealed_attributes
from shared.store.transaction import Origin, Store
from shared.testing.bench import Bench
from shared.testing.inventory import columns_in_clear, tables_about_clients, tables_with
from shared.testing.upgrades import Upgrade

from .people import Somebody, accepted

ACTOR, ORIGIN = Actor("test"), Origin("test.look", "r", "c")

# The clinic's own affairs, said by its staff about no client.
OF_THE_CLINIC = ("clinic_change.", "clinic_version.", "sign_in.")

IN_CLEAR = {
    # What is a choice among ours, or a version, tells of nobody.
    "client.time_zone",
    "client.language",
    "inquiry.time_zone",
    "inquiry.source",
    "attempt.kind",
    "screening.form_version",
    "screening.level",
    "clearance.outcome",
    "clearance.routes_cleared",
    "consent.kind",
    "consent.text_version",
    "consent.text_sha256",
    "consent.partner",
    # By its last day a clearance ends.
    "clearance.valid_until",
    # Who of the staff it was, as in the audit.
    "screening.submitted_by",
    "clearance.decided_by",
    "opening.staff",
    "erasure_request.requested_by",
}


def test_every_table_with_a_clients_id_is_among_the_holdings(bench: Bench) -> None:
    # Sign-ins are out of the application's reach, and end with the client by a function of their own.
    assert tables_about_clients(bench.owner) - {"sign_in"} | {"client"} == {holding.table for holding in HOLDINGS}


def test_what_is_not_sealed_is_on_a_list_with_its_reason(bench: Bench) -> None:
    clear = {name for name in columns_in_clear(bench.owner) if not name.startswith(OF_THE_CLINIC)}

    assert clear == IN_CLEAR


def test_what_is_sealed_has_a_place_of_its_own() -> None:
    for mapper in Base.registry.mappers:
        for attribute in sealed_attributes(mapper.class_):
            assert attribute.place == f"{mapper.class_.__tablename__}.{attribute.name}"


def test_nothing_that_somebody_told_the_clinic_lies_in_clear(bench: Bench, register: Callable[..., Somebody]) -> None:
    inquiry = {"name": "Rosalinda", "email": "r.marin@example.org", "phone": "555 0188", "message": "A long winter."}
    asked = accepted(bench.as_nobody().post("/clinics/maple/inquiries", inquiry))["id"]
    rosa = register(inquiry_id=asked, display_name="Rosi", email="r.marin@example.org", birth_date="1984-05-17")
    screening = rosa.hand_in(pregnancy=None)
    findings = [{"code": flag["code"], "finding": "Her test was negative."} for flag in screening["flags"]]
    order = {"conditions": "With her sister there.", "reason": "After a talk.", "reviewed_flags": findings}
    accepted(rosa.decide(screening, outcome="cleared_with_conditions", **order))
    accepted(rosa.consent("treatment", signed_name="R. Marin", signed_name_drawn="M123 45L321 54"))
    accepted(bench.as_("network_admin").post(f"/clients/{rosa.id}/opening", {"reason": "A call at night."}))

    told = ["Rosalinda", "r.marin@example.org", "555 0188", "A long winter", "Rosi", "Marin", "1984-05-17"]
    told += ["pregnancy", "test was negative", "With her sister", "After a talk", "A call at night", "L321 54"]
    for words in told:
        assert tables_with(words, bench.owner) == set(), words
    # The search finds what is there.
    assert tables_with("cleared_with_conditions", bench.owner) == {"clearance"}


@pytest.mark.parametrize("typed", ["rosa@example.org", "Rosa@Example.ORG", "  rosa@example.org "])
def test_a_client_is_found_by_their_address_however_it_is_typed(bench: Bench, rosa: Somebody, typed: str) -> None:
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        found = client_by_email(tx, typed)
        assert found is not None
        assert found.id == rosa.id
    with bench.store.transaction("cedar", ACTOR, ORIGIN) as tx:
        assert client_by_email(tx, typed) is None


def test_a_corrected_address_finds_the_client_and_the_old_one_does_not(bench: Bench, rosa: Somebody) -> None:
    def correct(email: str | None, version: int) -> None:
        answer = bench.as_("front_desk").patch(
            f"/clients/{rosa.id}", {"email": email}, headers={"If-Match": f'"{version}"'}
        )
        accepted(answer, 200)

    def found(address: str) -> bool:
        with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
            return client_by_email(tx, address) is not None

    correct("new@example.org", 1)
    assert (found("new@example.org"), found("rosa@example.org")) == (True, False)
    correct(None, 2)
    assert not found("new@example.org")


def test_the_same_address_has_another_index_at_another_clinic(bench: Bench, register: Callable[..., Somebody]) -> None:
    for clinic in ("maple", "cedar"):
        register(clinic, email="rosa@example.org")

    with bench.owner.connect() as connection:
        assert len(set(connection.scalars(text("select email_index from client")))) == 2


def test_rows_of_before_are_sealed_and_say_the_same(upgrade: Upgrade, bench: Bench) -> None:
    now, [rosa, inquiry, screening, clearance, consent] = bench.clock(), [UUID(int=number) for number in range(1, 6)]
    upgrade.to("0006")
    upgrade.insert(
        "inquiry",
        id=inquiry,
        clinic="maple",
        name="Rosalinda",
        email="rosa@example.org",
        message="A long winter.",
        source="web",
        received_at=now,
    )
    upgrade.insert(
        "client",
        id=rosa,
        clinic="maple",
        person_id=UUID(int=7),
        inquiry_id=inquiry,
        given_name="Rosalinda",
        family_name="Marin",
        display_name="Rosi",
        birth_date="1984-05-17",
        email="Rosa@Example.org",
        time_zone="UTC",
        language="en",
        version=1,
        registered_at=now,
    )
    upgrade.insert(
        "screening",
        id=screening,
        clinic="maple",
        client_id=rosa,
        form_version="1",
        answers='{"pregnancy": null}',
        measures_given="[]",
        flags_raised='[{"code": "pregnancy_unknown"}]',
        submitted_at=now,
        submitted_by="client",
        client_answered=True,
    )
    upgrade.insert(
        "clearance",
        id=clearance,
        clinic="maple",
        client_id=rosa,
        screening_id=screening,
        outcome="declined",
        routes_cleared="[]",
        reason="Not now.",
        reviewed_flags="[]",
        rules_version=1,
        decided_at=now,
        decided_by="prescriber",
    )
    upgrade.insert(
        "consent",
        id=consent,
        clinic="maple",
        client_id=rosa,
        kind="treatment",
        text_version="1",
        text_sha256="0",
        signed_name="R. Marin",
        granted_at=now,
    )

    upgrade.to("0008")

    for words in ("Rosalinda", "rosa@example.org", "A long winter", "Marin", "Rosi", "1984-05-17", "Not now"):
        assert tables_with(words, upgrade.admin) == set(), words
    assert b"Rosalinda" not in upgrade.file("client") + upgrade.file("inquiry")
    upgrade.to()
    store = upgrade.store(bench.clock)
    _says_the_same(store, rosa)
    store.engine.dispose()


def _says_the_same(store: Store, rosa: UUID) -> None:
    with store.transaction("maple", ACTOR, ORIGIN) as tx:

        def one(model: Any) -> Any:
            [row] = tx.all(select(model))
            return row

        client = one(Client)
        assert (client.given_name, client.family_name, client.display_name) == ("Rosalinda", "Marin", "Rosi")
        assert (client.birth_date.isoformat(), client.email, client.phone) == ("1984-05-17", "Rosa@Example.org", None)
        inquiry = one(Inquiry)
        assert (inquiry.client_id, inquiry.name, inquiry.message) == (rosa, "Rosalinda", "A long winter.")
        assert one(Screening).answers == {"pregnancy": None}
        assert one(Screening).flags_raised == [{"code": "pregnancy_unknown"}]
        assert (one(Clearance).reason, one(Clearance).reviewed_flags) == ("Not now.", [])
        assert one(Consent).signed_name == "R. Marin"
        assert client_by_email(tx, "rosa@example.org") is client
