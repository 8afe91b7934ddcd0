"""The front desk makes clients of people and corrects what is known of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.events.intake import ClientRegistered, ClientUpdated
from shared.testing.bench import Bench

from .people import Somebody, accepted, problem

ROSA = {
    "given_name": "Rosa",
    "family_name": "Marin",
    "birth_date": "1984-05-17",
    "email": "rosa@example.org",
    "phone": "+1 (212) 555-0123",
    "time_zone": "America/New_York",
}


def inquiry(bench: Bench, clinic: str = "maple") -> str:
    body = {"name": "Rosa", "email": "rosa@example.org"}
    return accepted(bench.as_nobody().post(f"/clinics/{clinic}/inquiries", body))["id"]


def test_a_client_is_made_of_an_inquiry_and_everyone_hears_what_they_need(bench: Bench) -> None:
    asked = inquiry(bench)

    answer = bench.as_("front_desk").post("/clients", ROSA | {"inquiry_id": asked})

    client = accepted(answer)
    assert answer.headers["ETag"] == '"1"'
    assert client["display_name"] == "Rosa"
    assert client["phone"] == "+12125550123"
    assert client["birth_date"] == "1984-05-17"
    (told,) = bench.published(ClientRegistered)
    assert (str(told.subject), told.sequence) == (client["id"], 1)
    assert told.data == {
        "person": told.data["person"],
        "inquiry": asked,
        "display_name": "Rosa",
        "email": "rosa@example.org",
        "phone": "+12125550123",
        "time_zone": "America/New_York",
        "language": "en",
    }


def test_two_desks_that_press_together_make_one_client_of_one_inquiry(bench: Bench) -> None:
    body = ROSA | {"inquiry_id": inquiry(bench)}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: bench.as_("front_desk").post("/clients", body), range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    refusal = problem(next(a for a in answers if a.status_code == 409), 409, "inquiry_already_registered")
    made = next(a for a in answers if a.status_code == 201).get_json()
    assert refusal["facts"] == {"client_id": made["id"]}
    assert len(bench.published(ClientRegistered)) == 1


def test_an_inquiry_of_another_clinic_is_not_found(bench: Bench) -> None:
    body = ROSA | {"inquiry_id": inquiry(bench, "cedar")}

    problem(bench.as_("front_desk").post("/clients", body), 404, "not_found")


def test_the_same_idempotency_key_sent_twice_registers_once(bench: Bench) -> None:
    desk, headers = bench.as_("front_desk"), {"Idempotency-Key": "register-rosa"}

    first, again = (desk.post("/clients", ROSA, headers=headers) for _ in range(2))

    assert accepted(first) == accepted(again)
    assert again.headers["ETag"] == '"1"'
    assert len(bench.published()) == 1


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"phone": "212 555 0123"}, "/phone", "phone_not_possible"),
        ({"phone": "+1 2"}, "/phone", "phone_not_possible"),
        ({"birth_date": "2026-11-03"}, "/birth_date", "birth_date_in_future"),
        ({"time_zone": "New York"}, "/time_zone", "invalid"),
        ({"email": "rosa at example"}, "/email", "invalid"),
        ({"language": "english!"}, "/language", "invalid"),
        ({"given_name": None}, "/given_name", "invalid"),
    ],
)
def test_what_cannot_be_so_is_named_and_nobody_is_registered(bench: Bench, wrong: dict, path: str, code: str) -> None:
    refusal = problem(bench.as_("front_desk").post("/clients", ROSA | wrong), 422, code)

    assert [error["path"] for error in refusal["errors"]] == [path]
    assert bench.published() == []


def test_a_correction_needs_the_version_that_it_was_decided_on(rosa: Somebody) -> None:
    desk, path = rosa.staff("front_desk"), f"/clients/{rosa.id}"
    problem(desk.patch(path, {"display_name": "Rosi"}), 428, "if_match_missing")

    corrected = desk.patch(path, {"display_name": "Rosi"}, headers={"If-Match": '"1"'})

    assert accepted(corrected, 200)["display_name"] == "Rosi"
    assert corrected.headers["ETag"] == '"2"'
    problem(desk.patch(path, {"display_name": "Ro"}, headers={"If-Match": '"1"'}), 412, "version_changed")
    assert accepted(desk.get(path), 200)["display_name"] == "Rosi"


def test_a_correction_leaves_what_is_absent_and_null_removes_an_address(rosa: Somebody) -> None:
    change = {"email": None, "phone": "+44 20 7946 0018", "time_zone": "Europe/London"}
    path = f"/clients/{rosa.id}"

    client = accepted(rosa.staff("clinic_admin").patch(path, change, headers={"If-Match": '"1"'}), 200)

    assert (client["given_name"], client["email"], client["phone"]) == ("Rosa", None, "+442079460018")
    (told,) = rosa.bench.published(ClientUpdated)
    assert told.data == {
        "display_name": "Rosa",
        "email": None,
        "phone": "+442079460018",
        "time_zone": "Europe/London",
        "language": "en",
        "person": told.data["person"],
    }


def test_saying_what_is_known_already_changes_nothing(rosa: Somebody) -> None:
    change = {"given_name": "Rosa", "phone": "+12125550123"}

    answer = rosa.staff("front_desk").patch(f"/clients/{rosa.id}", change, headers={"If-Match": '"1"'})

    assert accepted(answer, 200)
    assert answer.headers["ETag"] == '"1"'
    assert rosa.bench.published(ClientUpdated) == []


def test_a_birth_date_is_corrected_and_cannot_be_in_the_future(rosa: Somebody) -> None:
    desk, path = rosa.staff("front_desk"), f"/clients/{rosa.id}"
    problem(desk.patch(path, {"birth_date": "2026-11-03"}, headers={"If-Match": '"1"'}), 422, "birth_date_in_future")

    corrected = desk.patch(path, {"birth_date": "1984-05-18"}, headers={"If-Match": '"1"'})

    assert accepted(corrected, 200)["birth_date"] == "1984-05-18"
    unknown = desk.patch(path, {"birth_date": None}, headers={"If-Match": '"2"'})
    assert accepted(unknown, 200)["birth_date"] is None


def test_a_name_cannot_be_removed(rosa: Somebody) -> None:
    answer = rosa.staff("front_desk").patch(f"/clients/{rosa.id}", {"given_name": None}, headers={"If-Match": '"1"'})

    problem(answer, 422, "invalid")


def test_everybody_who_cares_for_a_client_may_read_them_and_only_the_desk_corrects(rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}"
    for role in ("front_desk", "therapist", "prescriber", "nurse", "clinic_admin", "medical_director"):
        assert accepted(rosa.staff(role).get(path), 200)["id"] == str(rosa.id)
    assert accepted(rosa.themselves().get(path), 200)["email"] == "rosa@example.org"
    for role in ("therapist", "prescriber", "nurse", "medical_director"):
        problem(rosa.staff(role).patch(path, {}, headers={"If-Match": '"1"'}), 403, "role_may_not")


def test_a_client_reads_nobody_else(rosa: Somebody, nell: Somebody) -> None:
    problem(rosa.themselves().get(f"/clients/{nell.id}"), 404, "not_found")
