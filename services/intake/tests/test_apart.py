"""Clinics stay apart, the doors are described, and what intake says is what the journey needs."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from intake.holdings import HOLDINGS
from shared.events import catalogue
from shared.store.tenancy import set_clinic
from shared.testing.bench import Bench
from shared.web.factory import COMMON

from .people import Somebody, accepted, phq9, problem

TABLES = sorted(holding.table for holding in HOLDINGS)


@pytest.fixture
def everything(rosa: Somebody) -> Somebody:
    """A client of Maple with a row in each table about clients."""
    inquiry = {"name": "Rosa", "email": "rosa@example.org"}
    opening = {"reason": "She called from the emergency room."}
    accepted(rosa.staff("network_admin").post(f"/clients/{rosa.id}/opening", opening))
    erasure = {"reason": "She asked for it by letter.", "confirm": "Rosa"}
    accepted(rosa.staff("clinic_admin").post(f"/clients/{rosa.id}/erasure", erasure))
    accepted(rosa.bench.as_nobody().post("/clinics/maple/inquiries", inquiry))
    rosa.cleared()
    accepted(rosa.consent("treatment"))
    rosa.bench.app.test_client().post("/intake/clinics/maple/sign-in", data={"email": "rosa@example.org"})
    return rosa


@pytest.mark.parametrize("clinic", [None, "cedar", "*"])
def test_the_database_itself_shows_no_row_of_another_clinic(everything: Somebody, clinic: str | None) -> None:
    def rows(connection: Connection) -> dict[str, int]:
        return {table: connection.scalar(text(f"select count(*) from {table}")) for table in TABLES}

    with everything.bench.owner.begin() as connection:
        assert min(rows(connection).values()) > 0
    with everything.bench.store.engine.begin() as connection:
        if clinic:
            set_clinic(connection, clinic)
        assert rows(connection) == dict.fromkeys(TABLES, 0)


def test_the_database_itself_refuses_a_row_that_points_to_another_clinic(rosa: Somebody) -> None:
    with rosa.bench.owner.begin() as connection, pytest.raises(Exception, match="foreign key"):
        connection.execute(
            text(
                "insert into consent (id, clinic, client_id, kind, text_version, text_sha256, signed_name_sealed,"
                " granted_at) values (gen_random_uuid(), 'cedar', :client, 'treatment', '1', '', 'X', now())"
            ),
            {"client": rosa.id},
        )


def test_another_clinics_staff_find_nothing_of_a_client(everything: Somebody) -> None:
    bench, client = everything.bench, everything.id
    screening = accepted(bench.as_("prescriber").get("/screenings"), 200)["items"][0]["id"]
    consent = accepted(everything.themselves().get(f"/clients/{client}/consents"), 200)["items"][0]["id"]
    elsewhere = {role: bench.as_(role, clinic="cedar") for role in ("front_desk", "prescriber", "therapist", "nurse")}

    for role, path in (
        ("front_desk", f"/clients/{client}"),
        ("prescriber", f"/clients/{client}/screening-form"),
        ("therapist", f"/screenings/{screening}"),
        ("front_desk", f"/clients/{client}/clearance"),
        ("nurse", f"/clients/{client}/consents"),
    ):
        problem(elsewhere[role].get(path), 404, "not_found")
    # A therapist is told of any client who is not theirs, whether there is one or not, that they are not theirs.
    for anybody in (client, UUID(int=1)):
        answer = elsewhere["therapist"].get(f"/clients/{anybody}")
        problem(answer, 403, "not_on_your_caseload")
    for role, path, body in (
        ("nurse", f"/clients/{client}/screenings", {"form_version": "1", "answers": {}, "measures": []}),
        ("prescriber", f"/screenings/{screening}/clearance", {"outcome": "declined", "reason": "No."}),
    ):
        problem(elsewhere[role].post(path, body), 404, "not_found")
    change = {"display_name": "X"}
    problem(elsewhere["front_desk"].patch(f"/clients/{client}", change, headers={"If-Match": '"1"'}), 404, "not_found")
    themselves_elsewhere = bench.as_("client", clinic="cedar", client_id=client)
    problem(themselves_elsewhere.post(f"/clients/{client}/consents/{consent}/withdrawal"), 404, "not_found")
    body = {"kind": "treatment", "text_version": "2026-01", "signed_name": "Rosa"}
    problem(themselves_elsewhere.post(f"/clients/{client}/consents", body), 404, "not_found")
    assert accepted(elsewhere["prescriber"].get("/screenings"), 200)["items"] == []
    assert accepted(elsewhere["front_desk"].get("/inquiries"), 200)["items"] == []
    assert bench.published()[-1].type.endswith("consent.granted.v1")


def test_every_door_is_described_with_its_action_and_who_is_refused_without_a_token(bench: Bench) -> None:
    document = accepted(bench.as_nobody().get("/openapi.json"), 200)

    assert document["openapi"] == "3.1.0"
    doors = {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "patch") and operation["x-action"] not in COMMON
    }
    assert sorted(doors) == [
        "GET /intake/caseload",
        "GET /intake/clients/{client_id}",
        "GET /intake/clients/{client_id}/caseload",
        "GET /intake/clients/{client_id}/clearance",
        "GET /intake/clients/{client_id}/consents",
        "GET /intake/clients/{client_id}/erasure",
        "GET /intake/clients/{client_id}/openings",
        "GET /intake/clients/{client_id}/screening-form",
        "GET /intake/clinic",
        "GET /intake/clinic/changes",
        "GET /intake/clinic/changes/{change_id}",
        "GET /intake/clinic/rules",
        "GET /intake/clinic/versions",
        "GET /intake/clinic/versions/{number}",
        "GET /intake/clinics/{clinic}/consent-texts",
        "GET /intake/inquiries",
        "GET /intake/screenings",
        "GET /intake/screenings/{screening_id}",
        "PATCH /intake/clients/{client_id}",
        "PATCH /intake/clinic",
        "POST /intake/clients",
        "POST /intake/clients/{client_id}/caseload",
        "POST /intake/clients/{client_id}/caseload/{staff}/leaving",
        "POST /intake/clients/{client_id}/consents",
        "POST /intake/clients/{client_id}/consents/{consent_id}/withdrawal",
        "POST /intake/clients/{client_id}/erasure",
        "POST /intake/clients/{client_id}/erasure/confirmation",
        "POST /intake/clients/{client_id}/erasure/withdrawal",
        "POST /intake/clients/{client_id}/opening",
        "POST /intake/clients/{client_id}/screenings",
        "POST /intake/clinic/changes/{change_id}/withdrawal",
        "POST /intake/clinic/rules/proposals",
        "POST /intake/clinic/rules/proposals/{proposal_id}/approval",
        "POST /intake/clinic/rules/proposals/{proposal_id}/rejection",
        "POST /intake/clinic/rules/proposals/{proposal_id}/withdrawal",
        "POST /intake/clinics/{clinic}/inquiries",
        "POST /intake/inquiries/{inquiry_id}/erasure",
        "POST /intake/screenings/{screening_id}/clearance",
    ]
    nowhere = "00000000-0000-7000-8000-000000000000"
    for door, operation in doors.items():
        assert operation["summary"]
        if operation["x-action"] != "public":
            method, path = door.split()
            path = path.removeprefix("/intake").replace("{", "").replace("}", "")
            for name in ("client_id", "screening_id", "consent_id", "change_id", "proposal_id", "inquiry_id"):
                path = path.replace(name, nowhere)
            path = path.replace("number", "1")
            problem(getattr(bench.as_nobody(), method.lower())(path, json={}), 401, "token_missing")


def test_the_journey_is_told_in_one_order_with_nothing_in_it_that_stays_at_intake(rosa: Somebody) -> None:
    words = "free words of hers"
    screening = rosa.hand_in(phq9(2, at=rosa.bench.clock() - timedelta(days=21)), pregnancy=None)
    reviewed = [{"code": flag["code"], "finding": words} for flag in screening["flags"]]
    order = {"outcome": "cleared_with_conditions", "conditions": words, "reviewed_flags": reviewed}
    accepted(rosa.decide(screening, **order))
    for kind in ("treatment", "messaging"):
        accepted(rosa.consent(kind, signed_name=words))
    sharing = accepted(rosa.consent("data_sharing", partner="harbor-primary-care", signed_name=words))
    accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents/{sharing['id']}/withdrawal"))

    told = [event for event in rosa.bench.published() if event.subject == rosa.id]

    assert [(event.sequence, catalogue[event.type].name) for event in told] == [
        (1, "intake.client.registered"),
        (2, "intake.caseload.joined"),
        (3, "intake.screening.submitted"),
        (4, "intake.screening.flagged"),
        (5, "intake.clearance.decided"),
        (6, "intake.consent.granted"),
        (7, "intake.consent.granted"),
        (8, "intake.consent.granted"),
        (9, "intake.consent.withdrawn"),
    ]
    assert words not in json.dumps([event.data for event in told])
    # That a screening was flagged is itself clinical.
    problem(rosa.staff("front_desk").get(f"/clients/{rosa.id}/events"), 403, "role_may_not")
    history = accepted(rosa.staff("therapist").get(f"/clients/{rosa.id}/events"), 200)["items"]
    assert [(entry["sequence"], entry["type"]) for entry in history] == [(e.sequence, e.type) for e in told]
