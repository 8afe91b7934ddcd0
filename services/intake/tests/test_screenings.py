"""A client hands in a screening, and prescribers find it in their queue."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.clinics import Clinic
from shared.events.intake import ScreeningFlagged, ScreeningSubmitted
from shared.measures import load_instrument, write_response

from .people import NO_TO_EVERYTHING, PHQ9_ITEMS, Somebody, accepted, phq9, problem

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)


def codes(screening: dict) -> list[str]:
    return [flag["code"] for flag in screening["flags"]]


def test_the_form_says_what_to_ask_with_each_rule_and_its_source(rosa: Somebody, maple: Clinic) -> None:
    form = accepted(rosa.themselves().get(f"/clients/{rosa.id}/screening-form"), 200)

    assert form["version"] == "1"
    assert form["crisis_line"] == maple.crisis_line
    pregnancy = next(question for question in form["questions"] if question["id"] == "pregnancy")
    assert (pregnancy["flags_when"], pregnancy["level"]) == ("yes", "stop_until_clinician")
    assert pregnancy["source"]
    phq, gad = form["instruments"]
    assert (phq["id"], phq["required"], gad["id"], gad["required"]) == ("phq-9", True, "gad-7", False)
    assert [item["link_id"] for item in phq["items"]][:9] == PHQ9_ITEMS
    assert [option["value"] for option in phq["items"][0]["options"]] == [0, 1, 2, 3]
    assert phq["notices"]


def test_the_front_desk_does_not_see_what_is_asked_or_answered(rosa: Somebody) -> None:
    screening = rosa.hand_in()
    desk = rosa.staff("front_desk")
    for path in (f"/clients/{rosa.id}/screening-form", "/screenings", f"/screenings/{screening['id']}"):
        problem(desk.get(path), 403, "role_may_not")
    problem(desk.post(f"/clients/{rosa.id}/screenings", {}), 403, "role_may_not")


def test_a_blank_answer_is_flagged_and_never_taken_as_no(rosa: Somebody) -> None:
    screening = rosa.hand_in(phq9(0, at=rosa.bench.clock()), pregnancy=None)

    assert codes(screening) == ["pregnancy_unknown"]
    assert screening["level"] == "needs_clinician"
    assert screening["crisis_help"] is None


def test_an_answer_that_is_not_there_at_all_is_unknown_too(rosa: Somebody) -> None:
    body = {"form_version": "1", "answers": {}, "measures": []}

    screening = accepted(rosa.themselves().post(f"/clients/{rosa.id}/screenings", body))

    assert codes(screening) == [*(f"{question}_unknown" for question in NO_TO_EVERYTHING), "phq-9_unknown"]
    seen = accepted(rosa.staff("nurse").get(f"/screenings/{screening['id']}"), 200)
    assert seen["answers"] == dict.fromkeys(NO_TO_EVERYTHING)


def test_everyone_hears_that_it_came_and_its_scores_but_no_answers(rosa: Somebody) -> None:
    answered_at = rosa.bench.clock() - timedelta(days=21)
    screening = rosa.hand_in(phq9(2, at=answered_at), pregnancy=None)

    (submitted,) = rosa.bench.published(ScreeningSubmitted)
    assert submitted.data == {
        "screening": screening["id"],
        "measures": [
            {"instrument": "phq-9", "version": "1", "score": 18, "answered_at": answered_at.isoformat()},
        ],
    }
    assert screening["measures"] == [
        {
            "instrument": "phq-9",
            "version": "1",
            "score": 18,
            "band": "moderately_severe",
            "answered_at": answered_at.isoformat(),
        }
    ]
    (flagged,) = rosa.bench.published(ScreeningFlagged)
    assert flagged.sequence == submitted.sequence + 1
    assert flagged.data == {
        "screening": screening["id"],
        "level": "needs_clinician",
        "flags": [
            {"code": "pregnancy_unknown", "level": "needs_clinician"},
            {"code": "phq9_item9", "level": "needs_clinician"},
        ],
    }


def test_a_screening_in_which_nothing_asks_for_a_clinician_is_not_flagged_to_others(rosa: Somebody) -> None:
    nothing = rosa.hand_in(phq9(0, at=rosa.bench.clock()))
    assert (nothing["flags"], nothing["level"]) == ([], None)

    information = rosa.hand_in(phq9(0, at=rosa.bench.clock()), bipolar=True)
    assert (codes(information), information["level"]) == (["bipolar_yes"], "info")

    assert rosa.bench.published(ScreeningFlagged) == []
    assert len(rosa.bench.published(ScreeningSubmitted)) == 2


def test_substance_use_is_flagged_here_and_hidden_from_whoever_else_listens(rosa: Somebody) -> None:
    screening = rosa.hand_in(phq9(0, at=rosa.bench.clock()), substance_use=True)

    assert codes(screening) == ["substance_use_yes"]
    assert screening["flags"][0]["part2"] is True
    (flagged,) = rosa.bench.published(ScreeningFlagged)
    assert "substance" not in flagged.to_bytes().decode()


@pytest.mark.parametrize("crisis", ["item 9", "question"])
def test_an_answer_that_tells_of_a_crisis_is_met_with_the_crisis_line_at_once(
    rosa: Somebody, maple: Clinic, crisis: str
) -> None:
    now = rosa.bench.clock()
    if crisis == "item 9":
        screening = rosa.hand_in(phq9(0, 0, 0, 0, 0, 0, 0, 0, 3, at=now))
    else:
        screening = rosa.hand_in(phq9(0, at=now), thoughts_of_ending_life=True)

    assert screening["crisis_help"] == maple.crisis_line


def test_an_unfinished_phq9_is_no_error_has_no_score_and_still_shows_item_9(rosa: Somebody, maple: Clinic) -> None:
    screening = rosa.hand_in(phq9(None, 1, 1, 1, 1, 1, 1, 1, 1, at=rosa.bench.clock()))

    assert codes(screening) == ["phq-9_incomplete", "phq9_item9"]
    assert screening["measures"][0]["score"] is None
    assert screening["crisis_help"] == maple.crisis_line
    (submitted,) = rosa.bench.published(ScreeningSubmitted)
    assert submitted.data["measures"] == []


def test_an_answer_to_a_question_that_was_not_asked_is_refused(rosa: Somebody) -> None:
    body = {"form_version": "1", "answers": NO_TO_EVERYTHING | {"favourite_colour": True}, "measures": []}

    refusal = problem(rosa.themselves().post(f"/clients/{rosa.id}/screenings", body), 422, "question_unknown")

    assert [error["path"] for error in refusal["errors"]] == ["/answers/favourite_colour"]
    assert rosa.bench.published(ScreeningSubmitted) == []


def test_an_answer_that_is_neither_yes_nor_no_nor_blank_is_refused(rosa: Somebody) -> None:
    body = {"form_version": "1", "answers": {"pregnancy": "no"}, "measures": []}

    problem(rosa.themselves().post(f"/clients/{rosa.id}/screenings", body), 422, "invalid")


@pytest.mark.parametrize(
    ("measures", "code"),
    [
        ([{"resourceType": "Patient"}], "questionnaire_response_invalid"),
        ([phq9(1, at=None)], "authored_missing"),
        (["phq-9"], "invalid"),
        ([write_response(load_instrument("dast-10"), {"dast-10-1": 1}, NOW)], "measure_not_asked"),
    ],
)
def test_a_measure_that_cannot_be_read_is_refused_and_nothing_is_kept(
    rosa: Somebody, measures: list, code: str
) -> None:
    body = {"form_version": "1", "answers": {}, "measures": measures}

    problem(rosa.themselves().post(f"/clients/{rosa.id}/screenings", body), 422, code)

    assert accepted(rosa.staff("prescriber").get("/screenings"), 200)["items"] == []


def test_a_clinician_may_write_answers_down_for_a_client_and_that_is_told_apart(rosa: Somebody) -> None:
    body = {"form_version": "1", "answers": NO_TO_EVERYTHING, "measures": []}

    screening = accepted(rosa.staff("nurse").post(f"/clients/{rosa.id}/screenings", body))

    assert screening["client_answered"] is False
    assert rosa.hand_in()["client_answered"] is True


def test_the_queue_holds_what_waits_for_a_decision_oldest_first(rosa: Somebody, register) -> None:
    tomas = register(given_name="Tomas", family_name="Okoro")
    first = rosa.hand_in(phq9(0, at=rosa.bench.clock()), pregnancy=True)
    rosa.bench.clock.at += timedelta(minutes=5)
    second = tomas.hand_in()
    queue = rosa.staff("prescriber")

    waiting = accepted(queue.get("/screenings?open=true"), 200)["items"]
    assert [(item["id"], item["display_name"], item["decided"]) for item in waiting] == [
        (first["id"], "Rosa", False),
        (second["id"], "Tomas", False),
    ]
    assert (waiting[0]["level"], codes(waiting[0])) == ("stop_until_clinician", ["pregnancy_yes"])

    accepted(rosa.decide(first))
    assert [item["id"] for item in accepted(queue.get("/screenings?open=true"), 200)["items"]] == [second["id"]]
    everything = accepted(queue.get("/screenings"), 200)["items"]
    assert [(item["id"], item["decided"]) for item in everything] == [(first["id"], True), (second["id"], False)]
    problem(queue.get("/screenings?open=perhaps"), 422, "query_malformed")


def test_answering_again_replaces_the_screening_in_the_queue_and_does_not_unsay_a_yes(rosa: Somebody) -> None:
    first = rosa.hand_in(phq9(0, at=rosa.bench.clock()), psychosis_now=True)
    rosa.bench.clock.at += timedelta(minutes=5)

    second = rosa.hand_in(phq9(0, at=rosa.bench.clock()))

    assert codes(second) == ["psychosis_now_changed"]
    assert second["level"] == "stop_until_clinician"
    waiting = accepted(rosa.staff("prescriber").get("/screenings?open=true"), 200)["items"]
    assert [item["id"] for item in waiting] == [second["id"]]
    refusal = problem(rosa.decide(first), 409, "newer_screening")
    assert refusal["facts"]["screening_id"] == second["id"]


def test_a_yes_of_before_the_screening_last_decided_on_counts_no_more(rosa: Somebody) -> None:
    for answers in ({"pregnancy": True}, {}):
        rosa.bench.clock.at += timedelta(days=1)
        screening = rosa.hand_in(phq9(0, at=rosa.bench.clock()), **answers)
    accepted(rosa.decide(screening))
    rosa.bench.clock.at += timedelta(days=80)

    assert rosa.hand_in(phq9(0, at=rosa.bench.clock()))["flags"] == []


def test_the_answers_stay_readable_with_the_version_that_was_answered(rosa: Somebody) -> None:
    screening = rosa.hand_in(pregnancy=None, seizures=True)

    for role in ("prescriber", "therapist", "nurse", "medical_director"):
        seen = accepted(rosa.staff(role).get(f"/screenings/{screening['id']}"), 200)
        said = NO_TO_EVERYTHING | {"pregnancy": None, "seizures": True}
        assert seen["answers"] == {question: said[question] for question in said if question not in seen["withheld"]}
        assert seen["form_version"] == "1"
        assert seen["flags"] == screening["flags"]
        assert seen["decisions"] == []
    problem(rosa.themselves().get(f"/screenings/{screening['id']}"), 403, "role_may_not")
