"""Somebody reaches out, and the front desk sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from shared.clinics import Clinic
from shared.events.intake import InquiryReceived
from shared.testing.bench import Bench
from shared.testing.inventory import tables_with

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


def test_a_network_writes_twenty_times_in_a_quarter_of_an_hour_and_is_told_whom_to_call(
    bench: Bench, maple: Clinic
) -> None:
    def write(clinic: str = "maple", **where: str) -> TestResponse:
        return bench.as_nobody().post(f"/clinics/{clinic}/inquiries", ROSA | {"in_crisis": True}, environ_base=where)

    for _ in range(20):
        accepted(write())

    answer = write()
    refusal = problem(answer, 429, "too_many_inquiries")
    assert refusal["facts"] == {"crisis_help": maple.crisis_line}
    assert answer.headers["Retry-After"] == "900"
    assert len(bench.published(InquiryReceived)) == 20
    accepted(write("cedar"))
    accepted(write(REMOTE_ADDR="192.0.2.1"))
    bench.advance(minutes=15)
    accepted(write())


def test_twenty_at_once_are_counted_one_by_one(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: bench.as_nobody().post("/clinics/maple/inquiries", ROSA), range(25)))

    assert sorted(answer.status_code for answer in answers) == [201] * 20 + [429] * 5


def test_no_row_tells_from_where_somebody_wrote_but_the_audits(bench: Bench) -> None:
    where = {"REMOTE_ADDR": "192.0.2.77"}
    accepted(bench.as_nobody().post("/clinics/maple/inquiries", ROSA, environ_base=where))

    assert tables_with("192.0.2.77", bench.owner) == {"audit"}
