"""One human at two clinics is one person to the network, and neither clinic learns of the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from intake.command_line import tell_of_everybody
from shared.events.intake import ClientErased, ClientRegistered, ClientUpdated
from shared.store.tenancy import set_clinic
from shared.testing.bench import Bench
from shared.testing.upgrades import Upgrade

from .people import Somebody, accepted

Register = Callable[..., Somebody]

ROSA = {"family_name": "Marin", "email": "rosa@example.org", "birth_date": "1984-05-17"}


def person(somebody: Somebody) -> str:
    """Whom everyone was told last that a client is."""
    told = [
        event.data["person"]
        for event in somebody.bench.published()
        if event.subject == somebody.id and event.type in (ClientRegistered.type, ClientUpdated.type)
    ]
    return str(told[-1])


def correct(somebody: Somebody, **changes: Any) -> None:
    path = f"/clients/{somebody.id}"
    etag = somebody.staff("front_desk").get(path).headers["ETag"]
    accepted(somebody.staff("front_desk").patch(path, changes, headers={"If-Match": etag}), 200)


def test_who_tells_two_clinics_the_same_of_themselves_is_one_person(register: Register) -> None:
    here = register("maple", **ROSA)
    there = register("cedar", **ROSA | {"given_name": "Rosalinda", "phone": "+12125550188"})

    assert person(here) == person(there)


@pytest.mark.parametrize(
    "written",
    [
        {"email": "Rosa@Example.ORG"},
        {"family_name": "MARIN"},
        {"family_name": "Ｍarin"},
    ],
)
def test_how_it_is_written_makes_no_difference(register: Register, written: dict[str, str]) -> None:
    assert person(register("maple", **ROSA)) == person(register("cedar", **ROSA | written))


@pytest.mark.parametrize(
    "other",
    [
        {"email": "rosa.marin@example.org"},
        {"birth_date": "1984-05-18"},
        {"family_name": "Marino"},
        {"email": None},
        {"birth_date": None},
    ],
)
def test_whoever_differs_in_one_of_them_or_has_not_said_it_is_somebody_else(
    register: Register, other: dict[str, Any]
) -> None:
    assert person(register("maple", **ROSA)) != person(register("cedar", **ROSA | other))


def test_two_of_whom_the_same_is_unknown_are_not_one(register: Register) -> None:
    unknown = ROSA | {"birth_date": None}
    assert person(register("maple", **unknown)) != person(register("cedar", **unknown))


def test_the_registering_clinic_is_answered_the_same_whether_or_not_another_one_knows_them(
    bench: Bench, register: Register
) -> None:
    register("maple", **ROSA)
    body = {"given_name": "Rosa", "time_zone": "America/New_York"}

    known, unknown = (
        bench.as_("front_desk", clinic="cedar").post("/clients", body | ROSA | {"email": email})
        for email in (ROSA["email"], "somebody@example.org")
    )

    first, second = accepted(known), accepted(unknown)
    assert set(first) == set(second)
    assert {name for name in first if first[name] != second[name]} == {"id", "email"}
    assert "person" not in known.get_data(as_text=True)
    assert dict(known.headers).keys() == dict(unknown.headers).keys()
    read = bench.as_("front_desk", clinic="cedar").get(f"/clients/{first['id']}")
    assert person(Somebody(bench, UUID(first["id"]), "cedar")) not in read.get_data(as_text=True)


def test_a_persons_number_does_not_tell_when_it_was_given(register: Register) -> None:
    assert person(register("maple", **ROSA))[14] == "4"  # Version 4 is chance; version 7 would be a time.


def test_two_clinics_that_register_one_human_at_the_same_moment_agree_who_it_is(bench: Bench) -> None:
    for round_ in range(5):
        gate = Barrier(4)
        body = {"given_name": "Rosa", "time_zone": "America/New_York"} | ROSA | {"email": f"r{round_}@example.org"}

        def make(clinic: str, gate: Barrier = gate, body: dict[str, Any] = body) -> None:
            gate.wait()
            accepted(bench.as_("front_desk", clinic=clinic).post("/clients", body))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(make, ["maple", "cedar"] * 2))

        told = bench.published(ClientRegistered)[-4:]
        assert len({event.data["person"] for event in told}) == 1


@pytest.mark.parametrize("mistake", [{"email": "typo@example.org"}, {"birth_date": "1948-05-17"}])
def test_a_correction_joins_and_never_separates(register: Register, mistake: dict[str, str]) -> None:
    here = register("maple", **ROSA)
    there = register("cedar", **ROSA | mistake)
    assert person(here) != person(there)

    correct(there, **{name: ROSA[name] for name in mistake})

    assert person(here) == person(there)
    correct(here, email="new.address@example.org")
    correct(there, email="newer.address@example.org", family_name="Marin-Abara")
    assert person(here) == person(there)


def test_whoever_shares_their_person_already_stays_with_it(register: Register) -> None:
    here, there = register("maple", **ROSA), register("cedar", **ROSA)
    somebody_else = register("cedar", **ROSA | {"email": "else@example.org"})

    correct(here, email="else@example.org")

    assert person(here) == person(there) != person(somebody_else)


def test_what_else_is_corrected_leaves_the_person_as_it_is(register: Register) -> None:
    here = register("maple", **ROSA)
    before = person(here)

    correct(here, display_name="Rosi", phone="+12125550199")

    assert person(here) == before


def test_an_erased_client_is_recognised_no_more(register: Register) -> None:
    here = register("maple", **ROSA)
    request = {"reason": "By their own wish.", "confirm": "Rosa"}
    accepted(here.staff("clinic_admin").post(f"/clients/{here.id}/erasure", request))
    accepted(here.staff("medical_director").post(f"/clients/{here.id}/erasure/confirmation", {"confirm": "Rosa"}), 200)
    assert len(here.bench.published(ClientErased)) == 1

    with here.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from known_person")) == 0


# What the function answers, and to whom.


def test_the_application_reads_no_mark_of_another_clinic_and_the_function_gives_a_number_alone(
    register: Register,
) -> None:
    here = register("maple", **ROSA)
    with here.bench.owner.connect() as connection:
        mark = connection.scalar(text("select mark from known_person"))
    assert len(mark) == 16

    for clinic in ("cedar", "*", None):
        with here.bench.store.engine.connect() as connection:
            if clinic is not None:
                set_clinic(connection, clinic)
            assert connection.scalar(text("select count(*) from known_person")) == 0
            query = text("select * from person_of(gen_random_uuid(), :mark, gen_random_uuid())")
            [row] = connection.execute(query, {"mark": mark}).all()
            assert [str(value) for value in row] == [person(here)]


def test_a_mark_says_nothing_without_the_networks_key(register: Register) -> None:
    here = register("maple", **ROSA)
    with here.bench.owner.connect() as connection:
        row = connection.execute(text("select * from known_person")).one()
    everything = " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row).casefold()
    for told in (*ROSA.values(), "rosa"):
        assert told.casefold() not in everything
        assert told.encode().hex() not in everything


def test_after_the_upgrade_everybody_is_told_of_once_and_those_who_are_one_are_joined(register: Register) -> None:
    here, there, alone = register("maple", **ROSA), register("cedar", **ROSA), register("cedar", given_name="Nell")
    with here.bench.owner.begin() as connection:  # As before: each a person of their own.
        connection.execute(text("update client set person_id = id"))
        connection.execute(text("update known_person set person = client_id"))

    told = list(tell_of_everybody(here.bench.store))

    assert set(told) == {here.id, there.id, alone.id}
    assert person(here) == person(there) != person(alone)
    assert len(here.bench.published(ClientUpdated)) == 3


def test_the_upgrade_makes_marks_of_those_who_are_there_and_leaves_everybody_who_they_were(upgrade: Upgrade) -> None:
    upgrade.to("0006")
    at = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
    own = {"given_name": "R", "display_name": "R", "time_zone": "UTC", "language": "en", "version": 1}
    here, there, unknown = uuid4(), uuid4(), uuid4()
    for client, clinic, known in (
        (here, "maple", ROSA),
        (there, "cedar", ROSA | {"email": "Rosa@Example.org"}),
        (unknown, "cedar", ROSA | {"email": None}),
    ):
        upgrade.insert("client", id=client, clinic=clinic, person_id=client, registered_at=at, **own, **known)

    upgrade.to("0007")

    with upgrade.admin.connect() as connection:
        rows = {row.client_id: row for row in connection.execute(text("select * from known_person"))}
    assert {client: row.person for client, row in rows.items()} == {client: client for client in (here, there, unknown)}
    assert rows[here].mark == rows[there].mark
    assert rows[unknown].mark is None
    upgrade.to()
