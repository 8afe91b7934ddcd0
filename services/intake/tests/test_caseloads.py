"""Who looks after whom, and who opens a record that is not theirs."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.events.intake import CaseloadJoined, CaseloadLeft, ClientRegistered, GlassBroken
from shared.testing.bench import Bench

from .people import Somebody, accepted, problem

WHY = {"reason": "She called from the emergency room, and her therapist is away."}


@pytest.fixture
def tomas(register: Callable[..., Somebody]) -> Somebody:
    """A client of Maple whom nobody looks after yet."""
    return register(given_name="Tomás", family_name="Ilves")


def test_a_therapist_sees_a_client_from_the_moment_that_they_look_after_them(bench: Bench, tomas: Somebody) -> None:
    therapist = bench.as_("therapist")
    problem(therapist.get(f"/clients/{tomas.id}"), 403, "not_on_your_caseload")

    joined = accepted(bench.as_("front_desk").post(f"/clients/{tomas.id}/caseload", {"staff": "therapist-at-maple"}))

    assert joined == {
        "client_id": str(tomas.id),
        "staff": "therapist-at-maple",
        "joined_at": bench.clock().isoformat(),
    }
    accepted(therapist.get(f"/clients/{tomas.id}"), 200)
    (told,) = bench.published(CaseloadJoined)
    assert (told.subject, told.data["staff"]) == (tomas.id, "therapist-at-maple")


def test_a_therapist_sees_nothing_more_once_they_do_not_look_after_a_client(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/caseload/therapist-at-maple/leaving"

    accepted(bench.as_("clinic_admin").post(path), 200)

    problem(bench.as_("therapist").get(f"/clients/{rosa.id}"), 403, "not_on_your_caseload")
    (told,) = bench.published(CaseloadLeft)
    assert (told.subject, told.data["staff"]) == (rosa.id, "therapist-at-maple")
    problem(bench.as_("clinic_admin").post(path), 404, "not_found")


def test_that_somebody_looks_after_a_client_already_changes_nothing(bench: Bench, rosa: Somebody) -> None:
    since = bench.clock().isoformat()
    bench.advance(days=1)

    again = accepted(bench.as_("front_desk").post(f"/clients/{rosa.id}/caseload", {"staff": "therapist-at-maple"}))

    assert again["joined_at"] == since
    assert len(bench.published(CaseloadJoined)) == 1


def test_a_registration_may_name_the_therapist_and_says_so_after_the_client(bench: Bench, rosa: Somebody) -> None:
    told = [event.type for event in bench.published() if event.subject == rosa.id]

    assert told == [ClientRegistered.type, CaseloadJoined.type]


def test_therapists_have_a_list_of_their_own_clients_by_name(
    bench: Bench, register: Callable[..., Somebody], rosa: Somebody, tomas: Somebody
) -> None:
    ana = register(given_name="Ana", therapist="therapist-at-maple")
    register(given_name="Zoe", therapist="another-therapist")

    mine = accepted(bench.as_("therapist").get("/caseload"), 200)["items"]

    assert [(one["display_name"], one["client_id"]) for one in mine] == [("Ana", str(ana.id)), ("Rosa", str(rosa.id))]
    problem(bench.as_("front_desk").get("/caseload"), 403, "role_may_not")


def test_the_desk_and_the_client_see_who_looks_after_them(bench: Bench, rosa: Somebody, nell: Somebody) -> None:
    for caller in (bench.as_("front_desk"), rosa.themselves()):
        (one,) = accepted(caller.get(f"/clients/{rosa.id}/caseload"), 200)["items"]
        assert one["staff"] == "therapist-at-maple"
    problem(rosa.themselves().get(f"/clients/{nell.id}/caseload"), 404, "not_found")


def test_caseloads_are_the_desks_to_change_and_end_at_the_clinic(bench: Bench, nell: Somebody) -> None:
    for role in ("therapist", "prescriber", "nurse"):
        answer = bench.as_(role).post(f"/clients/{nell.id}/caseload", {"staff": "therapist-at-maple"})
        problem(answer, 403, "role_may_not")
    answer = bench.as_("front_desk").post(f"/clients/{nell.id}/caseload", {"staff": "therapist-at-maple"})
    problem(answer, 404, "not_found")


def test_a_record_opens_with_a_reason_for_one_hour(bench: Bench, tomas: Somebody) -> None:
    therapist = bench.as_("therapist")

    opening = accepted(therapist.post(f"/clients/{tomas.id}/opening", WHY))

    assert opening["closes_at"] == (bench.clock() + timedelta(hours=1)).isoformat()
    accepted(therapist.get(f"/clients/{tomas.id}"), 200)
    bench.advance(minutes=59)
    accepted(therapist.get(f"/clients/{tomas.id}"), 200)
    bench.advance(minutes=1)
    problem(bench.as_("therapist").get(f"/clients/{tomas.id}"), 403, "not_on_your_caseload")


def test_who_works_across_the_network_sees_nobody_before_they_have_opened_a_record(
    bench: Bench, tomas: Somebody
) -> None:
    network = bench.as_("network_admin")
    problem(network.get(f"/clients/{tomas.id}"), 403, "not_on_your_caseload")

    accepted(network.post(f"/clients/{tomas.id}/opening", WHY))

    accepted(network.get(f"/clients/{tomas.id}"), 200)
    bench.advance(hours=1)
    problem(bench.as_("network_admin").get(f"/clients/{tomas.id}"), 403, "not_on_your_caseload")


def test_it_opens_to_nobody_else_and_nobody_elses_record(
    bench: Bench, register: Callable[..., Somebody], tomas: Somebody
) -> None:
    other = register(given_name="Ines")

    accepted(bench.as_("network_admin").post(f"/clients/{tomas.id}/opening", WHY))

    problem(bench.as_("therapist").get(f"/clients/{tomas.id}"), 403, "not_on_your_caseload")
    problem(bench.as_("therapist").get(f"/clients/{other.id}"), 403, "not_on_your_caseload")


def test_everyone_hears_that_it_was_opened_and_nobody_why(bench: Bench, tomas: Somebody) -> None:
    opening = accepted(bench.as_("therapist").post(f"/clients/{tomas.id}/opening", WHY))

    (told,) = bench.published(GlassBroken)
    assert (told.subject, told.data["access"], told.data["staff"]) == (tomas.id, opening["id"], "therapist-at-maple")
    assert "emergency" not in json.dumps(told.data)


def test_what_is_read_in_an_opened_record_names_the_opening_in_the_audit(bench: Bench, tomas: Somebody) -> None:
    opening = accepted(bench.as_("therapist").post(f"/clients/{tomas.id}/opening", WHY))
    accepted(bench.as_("therapist").get(f"/clients/{tomas.id}"), 200)

    with bench.owner.connect() as connection:
        query = text("select grounds from audit where action = 'client.read' order by position desc limit 1")
        assert connection.scalar(query) == f"opened:{opening['id']}"


def test_the_client_and_who_answers_for_the_clinic_see_who_opened_it_and_why(bench: Bench, tomas: Somebody) -> None:
    opening = accepted(bench.as_("therapist").post(f"/clients/{tomas.id}/opening", WHY))

    for caller in (tomas.themselves(), bench.as_("clinic_admin"), bench.as_("medical_director")):
        (seen,) = accepted(caller.get(f"/clients/{tomas.id}/openings"), 200)["items"]
        assert seen == opening
        assert (seen["staff"], seen["reason"]) == ("therapist-at-maple", WHY["reason"])
    for role in ("front_desk", "therapist", "nurse"):
        problem(bench.as_(role).get(f"/clients/{tomas.id}/openings"), 403, "role_may_not")


@pytest.mark.parametrize("reason", ["", "look", " " * 20, "x" * 2001])
def test_a_reason_is_words_that_others_can_judge(bench: Bench, tomas: Somebody, reason: str) -> None:
    refusal = problem(bench.as_("therapist").post(f"/clients/{tomas.id}/opening", {"reason": reason}), 422, "invalid")

    assert {error["path"] for error in refusal["errors"]} == {"/reason"}
    assert bench.published(GlassBroken) == []


def test_whoever_has_nothing_to_open_is_told_so_and_alarms_nobody(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/opening"

    problem(bench.as_("therapist").post(path, WHY), 409, "on_your_caseload")
    for role in ("prescriber", "nurse", "medical_director"):
        problem(bench.as_(role).post(path, WHY), 409, "opening_not_needed")
    for role in ("front_desk", "clinic_admin", "partner"):
        problem(bench.as_(role).post(path, WHY), 403, "role_may_not")
    assert bench.published(GlassBroken) == []


def test_a_record_of_another_clinic_does_not_open(bench: Bench, nell: Somebody) -> None:
    problem(bench.as_("therapist").post(f"/clients/{nell.id}/opening", WHY), 404, "not_found")
