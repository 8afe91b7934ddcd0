"""A yes that calls for a person is heard, and whoever says it is told whom to call, whatever else is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.events.integration import CheckInCompleted, MeasureScored
from shared.measures import load_instrument, write_response

from .conftest import ITEMS, Story, refused
from .reading_pages import herself, on_to, words
from .test_check_in_pages import due
from .test_measure_texts import load
from .test_question_pages import ONES, asked
from .test_red_flags import open_flags, raised

RISK = ITEMS[8]
TOO_LONG = "x" * 10_001


def response(story: Story, **changes: Any) -> dict[str, Any]:
    """A completed PHQ-9 whose last answer calls for a person."""
    answers = dict.fromkeys(ITEMS, 0) | {RISK: 1}
    return write_response(load_instrument("phq-9"), answers, story.bench.clock()) | changes


def with_a_wrong_answer(story: Story) -> dict[str, Any]:
    given = response(story)
    given["item"][0] = {"linkId": ITEMS[0], "answer": [{"valueInteger": 12}]}
    return given


def contradicting_itself(story: Story) -> dict[str, Any]:
    given = response(story)
    coding = {"system": "http://loinc.org", "code": "LA6568-5", "display": "Nearly every day"}
    given["item"][8]["answer"] = [{"valueCoding": coding}]
    return given


def heard(story: Story, document: dict[str, Any], *reasons: str) -> None:
    assert raised(story) == list(reasons)
    assert [flag["reason"] for flag in open_flags(story)] == list(reasons)
    assert "988" in document["facts"]["help"]


# A check-in.


@pytest.mark.parametrize(
    "wrong",
    [{"how_are_you": TOO_LONG}, {"slept": "perhaps"}, {"unheard_of": True}, {"craving": [True]}],
    ids=lambda one: next(iter(one)),
)
def test_a_yes_is_heard_though_another_answer_cannot_be_kept(rosa: Story, wrong: dict[str, Any]) -> None:
    answer = rosa.do(f"check-ins/{due(rosa)}/answer", hard_thoughts=True, **wrong)

    heard(rosa, refused(answer, "invalid", 422), "suicidality")
    assert rosa.bench.published(CheckInCompleted) == []


def test_without_a_yes_nobody_is_called_and_nothing_is_told(rosa: Story) -> None:
    check_in = due(rosa)
    for said in ({"hard_thoughts": False}, {"hard_thoughts": None}, {"hard_thoughts": "perhaps"}, {"help_now": 0}):
        document = refused(rosa.do(f"check-ins/{check_in}/answer", how_are_you=TOO_LONG, **said), "invalid", 422)
        assert "facts" not in document
    assert raised(rosa) == []


def test_a_yes_that_can_wait_for_the_morning_is_heard_and_nobody_is_alarmed(rosa: Story) -> None:
    answer = rosa.do(f"check-ins/{due(rosa)}/answer", how_are_you=TOO_LONG, burning_or_blood=True)
    assert "facts" not in refused(answer, "invalid", 422)
    assert raised(rosa) == ["bladder"]


def test_a_yes_is_heard_though_nobody_knows_the_check_in(rosa: Story) -> None:
    answer = rosa.do(f"check-ins/{uuid4()}/answer", unsafe_at_home=True, feels_unreal=True)
    document = refused(answer, "not_found", 404)
    heard(rosa, document, "unsafe_at_home", "feels_unreal")
    assert document["facts"]["emergency"] is True


def test_a_yes_to_the_check_in_of_somebody_else_is_ones_own(rosa: Story) -> None:
    check_in = due(rosa)
    other = Story(rosa.bench).registered()
    refused(other.do(f"check-ins/{check_in}/answer", help_now=True), "not_found", 404)
    assert (open_flags(rosa), len(open_flags(other))) == ([], 1)


def test_what_is_sent_mended_is_kept_and_calls_for_the_same_once_more(rosa: Story) -> None:
    check_in = due(rosa)
    rosa.do(f"check-ins/{check_in}/answer", hard_thoughts=True, how_are_you=TOO_LONG)
    answered = rosa.do(f"check-ins/{check_in}/answer", hard_thoughts=True, how_are_you="Low.")
    assert (answered.status_code, raised(rosa)) == (201, ["suicidality"])
    assert len(rosa.bench.published(CheckInCompleted)) == 1


def test_the_page_has_all_that_was_typed_still_and_whom_to_call_above_it(rosa: Story) -> None:
    check_in = due(rosa)
    answer = herself(rosa).post(f"/check-ins/{check_in}", how_are_you=TOO_LONG, hard_thoughts="yes")

    said = words(answer, 422)
    assert said.index("988") < said.index("Your answers are not kept yet")
    assert "is told now that you may need somebody" in said
    assert TOO_LONG in answer.get_data(as_text=True)
    assert raised(rosa) == ["suicidality"]


def test_a_page_that_is_gone_says_whom_to_call(rosa: Story) -> None:
    said = words(herself(rosa).post(f"/check-ins/{uuid4()}", chest_pain_or_fainting="yes"), 404)
    assert "988" in said
    assert raised(rosa) == ["chest_pain_or_fainting"]


# Help itself.


@pytest.mark.parametrize("body", [{"why": "because"}, "help", [1]])
def test_help_is_heard_in_whatever_words_a_device_sends_it(rosa: Story, body: Any) -> None:
    me = rosa.bench.as_("client", client_id=rosa.client)
    answer = me.post(f"/clients/{rosa.client}/help", body)
    heard(rosa, refused(answer, "invalid", 422), "help_now")


# A measure.


def wrong_in_time(story: Story) -> dict[str, Any]:
    return {"response": response(story, authored="2090-01-01T00:00:00Z")}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (wrong_in_time, "in_the_future"),
        (lambda story: {"response": response(story, authored="this morning")}, "response_invalid"),
        (lambda story: {"response": response(story, status="in-progress")}, "response_invalid"),
        (lambda story: {"response": response(story, questionnaire="urn:whose")}, "response_invalid"),
        (lambda story: {"response": with_a_wrong_answer(story)}, "response_invalid"),
        (lambda story: {"response": contradicting_itself(story)}, "response_invalid"),
        (lambda story: {"response": response(story), "request_id": "1"}, "invalid"),
        (lambda story: {"respons": response(story)}, "invalid"),
        (lambda story: {"response": [response(story)]}, "invalid"),
    ],
)
def test_an_answer_that_calls_for_a_person_is_heard_though_the_response_is_refused(
    rosa: Story, body: Any, code: str
) -> None:
    document = rosa.do("measures", **body(rosa)).get_json()
    assert (document["status"], raised(rosa)) == (422, ["suicidality"]), document
    assert document["code"] == code
    heard(rosa, document, "suicidality")
    assert rosa.bench.published(MeasureScored) == []


def test_it_is_heard_though_the_request_is_nobodys(rosa: Story) -> None:
    answer = rosa.do("measures", response=response(rosa), request_id=str(uuid4()))
    heard(rosa, refused(answer, "not_found", 404), "suicidality")


def test_it_is_heard_of_a_client_who_has_not_been_heard_of(rosa: Story) -> None:
    stranger = Story(rosa.bench)
    answer = stranger.do("measures", response=response(stranger))
    assert "988" in refused(answer, "not_found", 404)["facts"]["help"]
    assert raised(stranger) == ["suicidality"]


def test_the_lowest_answers_call_nobody_however_wrong_the_rest_is(rosa: Story) -> None:
    given = write_response(load_instrument("phq-9"), dict.fromkeys(ITEMS, 0), rosa.bench.clock())
    assert "facts" not in rosa.do("measures", response=given | {"status": "amended"}).get_json()
    assert raised(rosa) == []


def test_what_was_handed_in_well_is_heard_once(rosa: Story) -> None:
    answer = rosa.do("measures", response=response(rosa))
    assert answer.status_code == 201
    assert [flag["said_again"] for flag in open_flags(rosa)] == [0]


def test_an_answer_out_of_range_on_the_page_is_heard_and_named(rosa: Story) -> None:
    answer = herself(rosa).post(asked(rosa), **(ONES | {RISK: "9"}))
    said = words(answer, 422)
    assert "Please give a number from 0 to 3." in said
    assert "988" in said
    assert raised(rosa) == ["suicidality"]


def test_a_form_with_something_open_keeps_what_was_answered_beside_whom_to_call(rosa: Story) -> None:
    answer = herself(rosa).post(asked(rosa), **(ONES | {RISK: "1", ITEMS[2]: ""}))
    said, page = words(answer, 422), answer.get_data(as_text=True)
    assert "988" in said
    assert "Question 3 – This one is still open." in said
    assert page.count(" checked>") == len(ITEMS) - 1
    assert raised(rosa) == ["suicidality"]


C_SSRS = "c-ssrs-since-last-contact"
SINCE = [item.link_id for item in load_instrument(C_SSRS).items]


@pytest.mark.parametrize(
    ("said", "where", "reasons", "kept"),
    [
        (dict.fromkeys(SINCE, "0") | {SINCE[1]: "1", SINCE[2]: "1"}, "/help", ["suicidality"], 1),
        (dict.fromkeys(SINCE, "0"), "/questions?kept=answers", [], 1),
        ({SINCE[0]: "0"}, "/questions?kept=gone", [], 0),
        ({SINCE[5]: "7"}, "/help", ["suicidality"], 0),
    ],
    ids=["risk", "none", "unfinished", "unreadable risk"],
)
def test_answers_that_waited_while_the_clinic_took_the_words_away_are_heard_and_kept_where_they_can(
    rosa: Story, said: dict[str, str], where: str, reasons: list[str], kept: int
) -> None:
    text = load(rosa.bench, C_SSRS).get_json()["id"]
    address = asked(rosa, C_SSRS)
    assert rosa.bench.as_("clinic_admin").post(f"/measure-texts/{text}/withdrawal", {}).status_code == 201
    assert herself(rosa).get(address).status_code == 404

    on_to(herself(rosa).post(address, **said), where)

    assert raised(rosa) == reasons
    assert len(rosa.see("measures")) == kept


def test_a_second_set_of_answers_is_heard_though_it_cannot_be_read(rosa: Story) -> None:
    address = asked(rosa)
    herself(rosa).post(address, **ONES)
    on_to(herself(rosa).post(address, **(ONES | {RISK: "9"})), "/help")
    assert raised(rosa) == ["suicidality"]


# What waited on a device.


def test_a_check_in_that_waited_is_of_when_it_was_written(rosa: Story) -> None:
    check_in = due(rosa)
    rosa.bench.advance(hours=5)
    on_to(herself(rosa).post_late(f"/check-ins/{check_in}", timedelta(hours=3), slept="yes"), "/today?kept=check-in")
    [told] = rosa.bench.published(CheckInCompleted)
    assert told.data["answered_at"] == (rosa.bench.clock() - timedelta(hours=3)).isoformat()


def test_answers_of_a_device_with_a_wrong_clock_are_not_of_before_they_were_asked(rosa: Story) -> None:
    address, at = asked(rosa), rosa.bench.clock()
    rosa.bench.advance(hours=1)
    on_to(herself(rosa).post_late(address, timedelta(days=30), **ONES), "/questions?kept=answers")
    assert rosa.see("measures")[0]["answered_at"] == at.isoformat()


def test_what_feels_unreal_is_asked_once_a_yes_tells_somebody(rosa: Story) -> None:
    rosa.visited()
    [check_in, *_] = rosa.see("windows")[0]["check_ins"]
    rosa.bench.advance(hours=24)
    unreal, pages = "feel unreal?", (f"/check-ins/{check_in['id']}", "/today")
    assert [unreal in words(herself(rosa).get(page)) for page in pages] == [False, False]
    rosa.bench.advance(hours=1)
    assert [unreal in words(herself(rosa).get(page)) for page in pages] == [True, True]


def test_a_client_hands_in_nothing_that_a_clinician_judges_and_is_heard_all_the_same(rosa: Story) -> None:
    madrs = load_instrument("madrs")
    answers = {item.link_id: item.maximum for item in madrs.items}
    answer = rosa.do("measures", response=write_response(madrs, answers, rosa.bench.clock()))
    heard(rosa, refused(answer, "rated_by_a_clinician"), "suicidality")
    assert rosa.see("measures") == []


@pytest.mark.parametrize("wrong", [{}, {"authored": "2090-01-01T00:00:00Z"}], ids=["kept", "refused"])
def test_the_flag_says_what_the_questionnaire_asks_for(rosa: Story, wrong: dict[str, Any]) -> None:
    rosa.do("measures", response=response(rosa) | wrong)
    assert [flag["asks_for"] for flag in open_flags(rosa)] == ["administer_c_ssrs"]


# What is wrong with the request itself.


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"])
def test_a_yes_under_a_wrong_name_is_heard_and_answers_nothing(rosa: Story, kind: str) -> None:
    address, me = (
        f"/clients/{rosa.client}/check-ins/{due(rosa)}/answer",
        rosa.bench.as_("client", client_id=rosa.client),
    )
    for body in (b'{"hard_thoughts": true}', b"hard_thoughts=true"):
        said = me.client.post(f"/integration{address}", data=body, content_type=kind, headers=me.headers)
        assert (said.status_code, rosa.bench.published(CheckInCompleted)) == (415, [])
    assert raised(rosa) == ["suicidality"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"how_are_you": "ma\xf1ana", "hard_thoughts": true}',
        b'\xef\xbb\xbf{"hard_thoughts": true, "unknown": 1}',
        '{"hard_thoughts": true, "unknown": 1}'.encode("utf-16"),
    ],
    ids=["another encoding", "with a mark before it", "in UTF-16"],
)
def test_a_yes_that_is_not_quite_json_is_heard(rosa: Story, body: bytes) -> None:
    address, me = (
        f"/clients/{rosa.client}/check-ins/{due(rosa)}/answer",
        rosa.bench.as_("client", client_id=rosa.client),
    )
    said = me.client.post(f"/integration{address}", data=body, content_type="application/json", headers=me.headers)
    assert said.status_code in (400, 422)
    heard(rosa, said.get_json(), "suicidality")


@pytest.mark.parametrize("key", ["the-same", "x" * 300])
def test_a_yes_under_a_key_that_cannot_be_used_is_heard(rosa: Story, key: str) -> None:
    address, me = (
        f"/clients/{rosa.client}/check-ins/{due(rosa)}/answer",
        rosa.bench.as_("client", client_id=rosa.client),
    )
    headers = me.headers | {"Idempotency-Key": key}
    for body, status in (({"slept": True}, 201), ({"hard_thoughts": True}, 422)):
        said = me.client.post(f"/integration{address}", json=body, headers=headers)
        assert said.status_code == (422 if len(key) > 200 else status)
    assert raised(rosa) == ["suicidality"]


def test_what_is_repeated_under_its_key_is_heard_once(rosa: Story) -> None:
    address, me = f"/clients/{rosa.client}/help", rosa.bench.as_("client", client_id=rosa.client)
    headers = me.headers | {"Idempotency-Key": "again"}
    assert [me.client.post(f"/integration{address}", json={}, headers=headers).status_code for _ in range(2)] == [
        201
    ] * 2
    assert [flag["said_again"] for flag in open_flags(rosa)] == [0]


def test_a_page_that_was_open_before_its_address_changed_is_heard(rosa: Story) -> None:
    check_in = due(rosa)
    on_to(herself(rosa).post(f"/today/check-ins/{check_in}", hard_thoughts="yes"), "/help")
    assert raised(rosa) == ["suicidality"]


def test_a_device_with_a_wrong_clock_says_nothing_of_before_the_visit_and_loses_no_yes(rosa: Story) -> None:
    rosa.visited()
    ended = rosa.bench.clock()
    [check_in, *_] = rosa.see("windows")[0]["check_ins"]
    rosa.bench.advance(hours=48)
    herself(rosa).post_late(f"/check-ins/{check_in['id']}", timedelta(days=80), feels_unreal="yes")
    assert raised(rosa) == ["feels_unreal"]
    [told] = rosa.bench.published(CheckInCompleted)
    assert told.data["answered_at"] == ended.isoformat()


def test_a_form_to_be_mended_asks_for_no_more_than_it_did(rosa: Story) -> None:
    rosa.visited()
    [check_in, *_] = rosa.see("windows")[0]["check_ins"]
    rosa.bench.advance(hours=2)
    said = words(herself(rosa).post(f"/check-ins/{check_in['id']}", how_are_you=TOO_LONG), 422)
    assert "feel unreal?" not in said
    assert "Your answers are not kept yet" in said


@pytest.mark.parametrize("clinic", ["maple", "cedar"])
def test_staff_call_nobody_for_whoever_is_not_known_at_their_clinic(rosa: Story, clinic: str) -> None:
    somebody = uuid4() if clinic == "maple" else rosa.client
    nurse = rosa.bench.as_("nurse", clinic=clinic)
    refused(nurse.post(f"/clients/{somebody}/measures", {"response": response(rosa)}), "not_found", 404)
    assert raised(rosa) == []
    with rosa.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from audit where action = 'refused.heard'")) == 0
