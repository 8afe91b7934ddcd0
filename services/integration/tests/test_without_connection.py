"""What a client sends without a connection: it may wait, and whom to call stands in the page beforehand."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from integration.domain.checkins import ASKED, AT_ONCE, EMERGENCY
from integration.pages.checkin_forms import check_in_form
from shared.measures import load_instrument
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, words
from .test_question_pages import asked
from .test_today_pages import due_check_in


def called_for(answer: TestResponse) -> dict[str, tuple[str, str]]:
    """What calls for a person on a page, by the id of the question: whom, and from which answer on."""
    fieldsets = [one for one in Page(answer).all("fieldset") if "data-calls" in one]
    return {one["id"]: (one["data-calls"], one["data-calls-at"]) for one in fieldsets}


def form_to(answer: TestResponse, address: str) -> dict[str, Any]:
    return next(one for one in Page(answer).all("form") if one.get("action") == address)


def test_a_questionnaire_says_which_answers_call_for_a_person(rosa: Story) -> None:
    page = herself(rosa).get(asked(rosa))

    risky = {number: item.risk for number, item in enumerate(load_instrument("phq-9").items, 1) if item.risk}
    assert len(risky) == 1
    assert called_for(page) == {f"q-{number}": ("line", str(risk.at_least)) for number, risk in risky.items()}


def test_a_check_in_waits_and_says_which_answers_call_for_a_person(rosa: Story) -> None:
    check_in = due_check_in(rosa)

    for page in (herself(rosa).get("/today"), herself(rosa).get(f"/check-ins/{check_in}")):
        assert "data-offline" in form_to(page, f"/integration/check-ins/{check_in}")
        assert called_for(page) == {
            f"check-in-{question}": ("emergency" if reason in EMERGENCY else "line", "yes")
            for question, reason in ASKED.items()
            if reason in AT_ONCE
        }


def test_whether_somebody_is_unsafe_at_home_is_in_no_draft(rosa: Story) -> None:
    due_check_in(rosa)

    fieldsets = Page(herself(rosa).get("/today")).all("fieldset")

    assert [one["id"] for one in fieldsets if "data-no-draft" in one] == ["check-in-unsafe_at_home"]


def test_what_feels_unreal_may_be_left_out_of_the_form_and_of_nothing_else() -> None:
    whole, early = check_in_form(), check_in_form(asks_unreal=False)

    assert list(whole.asks) == [name for name in whole.asks if name in early.asks or name == "feels_unreal"]
    assert "feels_unreal" not in early.asks


def test_help_waits_too_and_calls_by_itself(rosa: Story) -> None:
    form = form_to(herself(rosa).get("/help"), "/integration/help")

    assert form["data-offline"] == "Help now"
    assert form["data-calls"] == "line"


def test_the_page_of_help_has_its_place_for_what_waits_after_all_else(rosa: Story) -> None:
    page = herself(rosa).get("/help").get_data(as_text=True).partition("</main>")[0]

    assert page.index('id="call-now"') < page.index("Back to today") < page.index("data-waits-here")


def test_after_chest_pain_the_emergency_number_is_first_without_a_connection_too(rosa: Story) -> None:
    check_in = due_check_in(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", chest_pain_or_fainting="yes")

    assert form_to(herself(rosa).get("/help"), "/integration/help")["data-calls"] == "emergency"


def test_the_page_of_help_can_be_left_quickly_whatever_was_said(rosa: Story) -> None:
    page = herself(rosa).get("/help")

    [link] = [one for one in Page(page).all("a") if "data-instead" in one]
    assert link["href"] == "https://www.weather.gov/", "elsewhere, where nothing tells of it"
    assert (link["rel"], link["referrerpolicy"]) == ("noreferrer", "no-referrer")
    assert "Your browser’s history still has where you were." in words(page)
    assert words(page).index("Leave this page") < words(page).index("At once, at any hour")


def test_each_page_of_a_client_has_whom_to_call_and_nothing_else_about_them(rosa: Story) -> None:
    said = herself(rosa).get("/journey").get_data(as_text=True)

    whom = said.partition('<template id="whom-to-call">')[2].partition("</template>")[0]
    assert 'href="tel:988"' in whom
    assert 'href="tel:911"' in whom
    assert "Rosa" not in whom
    assert "Maple" not in whom


def test_the_team_has_no_such_thing_in_its_pages(rosa: Story) -> None:
    assert "whom-to-call" not in visitor(rosa.bench, "therapist").get("/people").get_data(as_text=True)


@pytest.mark.parametrize(("path", "is_kept"), [("psychotherapy-notes", False), ("notes", True)])
def test_of_a_psychotherapy_note_nothing_lies_on_a_device(rosa: Story, path: str, is_kept: bool) -> None:
    address = f"/people/{rosa.client}/{path}"

    form = form_to(visitor(rosa.bench, "therapist").get(address), f"/integration{address}")

    assert ("data-draft" in form) is is_kept
