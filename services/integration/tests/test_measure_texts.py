"""A clinic loads the words of an instrument by a permission of its own; nobody else ever has them."""

import io
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.measures import load_instrument
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .conftest import Story, refused
from .reading_pages import on_to, words

SECRET = "an unmistakable heron"  # nosec B105 # words by which the text is looked for, and no password.


def wording_of(instrument_id: str, **changes: Any) -> dict[str, Any]:
    """Words that nobody wrote an instrument in."""
    instrument = load_instrument(instrument_id)
    lists = {item.answer_list: item.options for item in instrument.items if item.options}
    return {
        "language": "en",
        "permission": "A letter of 2 November 2026",
        "stem": "Of the last weeks:",
        "items": {item.link_id: f"Words {number}, {SECRET}" for number, item in enumerate(instrument.items, 1)},
        "options": {name: {one.code: f"Answer {one.value}" for one in options} for name, options in lists.items()},
    } | changes


def load(bench: Bench, instrument_id: str, role: str = "clinic_admin", **changes: Any) -> TestResponse:
    body = {"instrument": instrument_id, "wording": wording_of(instrument_id, **changes)}
    return bench.as_(role).post("/measure-texts", body)


def languages(bench: Bench, instrument_id: str, clinic: str = "maple") -> list[str]:
    items = bench.as_("therapist", clinic=clinic).get("/measures/instruments").get_json()["items"]
    found: list[str] = next(one["languages"] for one in items if one["id"] == instrument_id)
    return found


def asked_with(bench: Bench, instrument_id: str, clinic: str = "maple") -> list[dict[str, Any]]:
    caller = bench.as_("client", clinic=clinic, client_id=Story(bench).client)
    items: list[dict[str, Any]] = caller.get(f"/measures/questionnaires?instrument={instrument_id}").get_json()["items"]
    return items


def test_what_ships_can_be_asked_and_what_a_clinic_loads_only_with_its_words(bench: Bench) -> None:
    assert (languages(bench, "phq-9"), languages(bench, "who-5"), languages(bench, "ors")) == (["en"], [], [])
    assert asked_with(bench, "who-5") == []

    assert load(bench, "who-5").status_code == 201

    assert languages(bench, "who-5") == ["en"]
    [form] = asked_with(bench, "who-5")
    assert form["questionnaire"]["resourceType"] == "Questionnaire"
    assert form["questionnaire"]["item"][1]["text"] == f"Words 1, {SECRET}"


def test_another_clinic_sees_neither_the_words_nor_that_there_are_any(bench: Bench) -> None:
    text = load(bench, "who-5").get_json()["id"]
    assert languages(bench, "who-5", "cedar") == asked_with(bench, "who-5", "cedar") == []
    admin = bench.as_("clinic_admin", clinic="cedar")
    assert admin.get("/measure-texts").get_json()["items"] == []
    assert admin.post(f"/measure-texts/{text}/withdrawal").status_code == 404
    assert visitor(bench, "clinic_admin", clinic="cedar").get(f"/measures/texts/{text}").status_code == 404


def test_no_event_and_no_answer_has_the_words(rosa: Story) -> None:
    load(rosa.bench, "who-5")
    rosa.bench.as_("therapist").post(f"/clients/{rosa.client}/measure-requests", {"instrument": "who-5"})
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:afterglow:questionnaire:who-5|1",
        "status": "completed",
        "authored": rosa.bench.clock().isoformat(),
        "item": [{"linkId": f"who-5-{n}", "answer": [{"valueInteger": 2}]} for n in range(1, 6)],
    }
    reading = rosa.do("measures", response=response).get_json()
    assert (reading["score"], reading["shown"]) == (10, "40")
    given = rosa.bench.as_("therapist").get(f"/clients/{rosa.client}/measures/{reading['id']}/response")
    assert SECRET not in given.get_data(as_text=True)
    assert SECRET not in str([event.data for event in rosa.bench.published()])


def test_other_words_in_the_same_language_take_their_place_and_the_first_stay_withdrawn(bench: Bench) -> None:
    first = load(bench, "who-5").get_json()["id"]
    second = load(bench, "who-5", stem="Lately:").get_json()["id"]
    listed = bench.as_("medical_director").get("/measure-texts").get_json()["items"]
    assert [one["id"] for one in listed] == [second]
    assert "Withdrawn" in words(visitor(bench, "medical_director").get(f"/measures/texts/{first}"))

    assert bench.as_("clinic_admin").post(f"/measure-texts/{second}/withdrawal").status_code == 201
    assert languages(bench, "who-5") == []
    refused(bench.as_("clinic_admin").post(f"/measure-texts/{second}/withdrawal"), "withdrawn_before")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"items": {}}, "/wording/items/who-5-1"),
        ({"items": {"who-5-1": "x", "who-5-9": "x"}}, "/wording/items/who-5-9"),
        ({"options": {"time": {}}}, "/wording/options/time"),
        ({"language": "English"}, "/wording/language"),
        ({"permission": " "}, "/wording/permission"),
        ({"stem": "a\0b"}, "/wording/stem"),
        ({"else": 1}, "/wording/else"),
    ],
)
def test_words_that_do_not_fit_are_refused_and_it_says_where(bench: Bench, changes: dict[str, Any], path: str) -> None:
    problem = refused(load(bench, "who-5", **changes), "wording_invalid", 422)
    assert any(error["path"].startswith(path) for error in problem["errors"]), problem["errors"]
    assert languages(bench, "who-5") == []


@pytest.mark.parametrize("instrument", ["ors", "srs", "phq-9"])
def test_what_its_licence_keeps_on_paper_and_what_ships_takes_no_other_words(bench: Bench, instrument: str) -> None:
    refused(load(bench, instrument), "not_for_loading")


@pytest.mark.parametrize("role", ["medical_director", "therapist", "front_desk", "client"])
def test_nobody_but_a_clinic_admin_loads_a_text(bench: Bench, role: str) -> None:
    caller = bench.as_(role, client_id=Story(bench).client if role == "client" else None)
    answer = caller.post("/measure-texts", {"instrument": "who-5", "wording": wording_of("who-5")})
    assert answer.status_code == 403


def typed(**changes: str) -> dict[str, str]:
    text = wording_of("who-5")
    fields = {f"item-{link}": said for link, said in text["items"].items()}
    fields |= {f"option-time-{code}": said for code, said in text["options"]["time"].items()}
    permission = {"granted_by": "The owner", "reference": "Letter 7", "granted_on": "2026-11-02"}
    return (
        {"instrument": "who-5", "language": "en", "stem": text["stem"], "notices": ""} | permission | fields | changes
    )


def test_an_admin_types_it_in_and_sees_it_and_withdraws_it(bench: Bench) -> None:
    admin = visitor(bench, "clinic_admin")
    listed = words(admin.get("/measures/texts"))
    assert "Its licence keeps it on paper: it may not be made electronic." in listed
    assert "Question 5" in words(admin.get("/measures/texts/loading?instrument=who-5"))

    answer = admin.post("/measures/texts", **typed())
    [text] = bench.as_("clinic_admin").get("/measure-texts").get_json()["items"]
    on_to(answer, f"/measures/texts/{text['id']}?done=loaded")
    said = words(admin.get(f"/measures/texts/{text['id']}"))
    assert "The owner; Letter 7; 2026-11-02" in said
    assert f"Words 5, {SECRET}" in said
    assert "Withdraw it" not in words(visitor(bench, "medical_director").get(f"/measures/texts/{text['id']}"))

    on_to(admin.post(f"/measures/texts/{text['id']}/withdrawal"), "/measures/texts?done=withdrawn")
    assert admin.post(f"/measures/texts/{text['id']}/withdrawal").status_code == 422


def test_what_is_missing_stands_at_its_field_and_what_was_typed_is_still_there(bench: Bench) -> None:
    answer = visitor(bench, "clinic_admin").post(
        "/measures/texts", **typed(**{"item-who-5-3": "", "granted_by": "", "language": "English"})
    )
    said = words(answer, 422)
    assert "Question 3 – Please fill this in." in said
    assert "Who granted the permission – Please fill this in." in said
    assert "Please give a language like en or es-MX." in said
    assert f"Words 5, {SECRET}" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (json.dumps(wording_of("who-5")), 303),
        (json.dumps(wording_of("who-5", items={})), 422),
        ("[]", 422),
        ("{", 422),
        ("[" * 100_000, 422),
        ("\xff\xfe", 422),
    ],
)
def test_the_same_as_a_file(bench: Bench, content: str, status: int) -> None:
    file = (io.BytesIO(content.encode("latin-1")), "who-5.json", "application/json")
    answer = visitor(bench, "clinic_admin").post("/measures/texts/file", instrument="who-5", file=file)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert languages(bench, "who-5") == (["en"] if status == 303 else [])


def test_what_no_text_can_be_loaded_for_has_no_form(bench: Bench) -> None:
    admin = visitor(bench, "clinic_admin")
    for name in ("ors", "phq-9", "nothing", ""):
        assert "The text of which questionnaire?" in words(admin.get(f"/measures/texts/loading?instrument={name}"))
        assert admin.post("/measures/texts", **typed(instrument=name)).status_code == 422
