"""Somebody reaches out, and the front desk sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from shared.clinics import Clinic
from shared.events.intake import InquiryReceived
from shared.testing.bench import Bench

from .people import accepted, problem

ROSA = {"name": "Rosa Marin", "email": "rosa@example.org", "adult": True, "in_crisis": None}


def test_anybody_may_reach_out_without_signing_in(bench: Bench) -> None:
    receipt = accepted(bench.as_nobody().post("/clinics/maple/inquiries", ROSA))

    assert receipt["crisis_help"] is None
    (told,) = bench.published()
    assert (told.type, told.about, str(told.subject)) == (InquiryReceived.type, "inquiry", receipt["id"])
    heard = {"contact_name": "Rosa Marin", "email": "rosa@example.org", "source": "web", "in_crisis": None}
    assert told.data == heard


def test_whoever_is_in_a_crisis_learns_at_once_whom_to_call(bench: Bench, maple: Clinic) -> None:
    receipt = accepted(bench.as_nobody().post("/clinics/maple/inquiries", ROSA | {"in_crisis": True}))

    assert receipt["crisis_help"] == maple.crisis_line


def test_what_was_left_out_is_unknown_and_not_no(bench: Bench) -> None:
    accepted(bench.as_nobody().post("/clinics/maple/inquiries", {"name": "Rosa", "email": "rosa@example.org"}))

    (seen,) = accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"]
    assert seen["adult"] is None
    assert seen["in_crisis"] is None
    assert seen["phone"] is None
    assert seen["client_id"] is None


def test_the_desk_sees_first_who_waits_and_of_them_who_is_in_a_crisis(bench: Bench) -> None:
    inquiries = {}
    for name, in_crisis in (("done", True), ("calm", None), ("urgent", True)):
        body = ROSA | {"name": name, "in_crisis": in_crisis}
        inquiries[name] = accepted(bench.as_nobody().post("/clinics/maple/inquiries", body))["id"]
        bench.clock.at += timedelta(minutes=5)
    done = {"inquiry_id": inquiries["done"], "given_name": "D", "family_name": "E", "time_zone": "UTC"}
    client = accepted(bench.as_("front_desk").post("/clients", done))

    items = accepted(bench.as_("clinic_admin").get("/inquiries"), 200)["items"]

    assert [item["name"] for item in items] == ["urgent", "calm", "done"]
    assert items[-1]["client_id"] == client["id"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": "   "}, "/name"),
        ({"name": "Rosa\0"}, "/name"),
        ({"message": "half a pair: \ud800"}, "/message"),
        ({"email": "rosa"}, "/email"),
        ({"adult": "yes"}, "/adult"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"source": "advert"}, "/source"),
        ({"colour": "teal"}, "/colour"),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_is_told(bench: Bench, wrong: dict, path: str) -> None:
    refusal = problem(bench.as_nobody().post("/clinics/maple/inquiries", ROSA | wrong), 422, "invalid")

    assert [error["path"] for error in refusal["errors"]] == [path]
    assert bench.published() == []


def test_a_clinic_that_is_not_here_is_not_found(bench: Bench) -> None:
    problem(bench.as_nobody().post("/clinics/birch/inquiries", ROSA), 404, "not_found")


def test_the_same_idempotency_key_sent_by_many_at_once_is_one_inquiry(bench: Bench) -> None:
    def send(_: int) -> tuple[int, str]:
        headers = {"Idempotency-Key": "form-1"}
        answer = bench.as_nobody().post("/clinics/maple/inquiries", ROSA, headers=headers)
        return answer.status_code, answer.get_json()["id"]

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(8)))

    assert len(answers) == 1
    assert len(bench.published()) == 1


def test_who_reached_out_is_no_therapists_and_no_clients_business(bench: Bench) -> None:
    for role in ("therapist", "prescriber", "nurse"):
        problem(bench.as_(role).get("/inquiries"), 403, "role_may_not")
    client = bench.as_("client", client_id=UUID(int=1))
    problem(client.get("/inquiries"), 403, "role_may_not")
