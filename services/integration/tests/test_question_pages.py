"""A client is asked on a phone: a questionnaire on one page, nothing that must be answered, and no number in reply."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.clinics import AuthorisationKind
from shared.events.intake import AuthorisationGranted
from shared.events.integration import RedFlagRaised
from shared.testing.bench import Bench
from shared.testing.html import Page

from .conftest import ITEMS, Story
from .reading_pages import herself, on_to, words
from .test_measure_texts import load, wording_of

ONES: dict[str, Any] = dict.fromkeys(ITEMS, "1") | {ITEMS[8]: "0"}


def asked(story: Story, instrument: str = "phq-9") -> str:
    request = story.bench.as_("therapist").post(f"/clients/{story.client}/measure-requests", {"instrument": instrument})
    assert request.status_code == 201, request.get_json()
    address: str = f"/questions/{request.get_json()['id']}"
    return address


def test_what_is_asked_stands_there_and_need_not_be_answered(rosa: Story) -> None:
    me = herself(rosa)
    assert "Nothing is asked now." in words(me.get("/questions"))
    asked(rosa)
    said = words(me.get("/questions"))
    assert "PHQ-9: Patient Health Questionnaire, depression" in said
    assert "10 questions" in said
    assert "You need not answer" in said


def test_today_leads_there_while_something_is_asked(rosa: Story) -> None:
    me, led = herself(rosa), "The clinic would like to know how you are: 1 set of questions, if you like"
    assert led not in words(me.get("/today"))
    address = asked(rosa)
    assert led in words(me.get("/today"))
    me.post(f"{address}/skipping")
    assert led not in words(me.get("/today"))


FOREIGN = "Estas preguntas están en otro idioma"


def test_all_of_it_is_one_form_in_the_instruments_own_words_and_language_with_its_notice(rosa: Story) -> None:
    answer = herself(rosa).get(asked(rosa), headers={"Accept-Language": "es"})
    said, page = words(answer), answer.get_data(as_text=True)
    assert "Little interest or pleasure in doing things" in said
    assert "Copyright © Pfizer" in said
    assert FOREIGN in said
    assert page.count('<fieldset class="card question-of"') == 10
    assert page.count('lang="en"') > 10
    assert 'data-offline="' in page
    assert 'name="number"' in page
    assert Page(answer) is not None


def test_answers_are_kept_with_thanks_and_without_a_number(rosa: Story) -> None:
    rosa.screened(18)
    me = herself(rosa)
    address = asked(rosa)

    answer = me.post(address, **ONES)

    on_to(answer, "/questions?kept=answers")
    said = words(me.get("/questions?kept=answers")).partition("Over time")[0]
    assert "Thank you. Your answers are kept" in said
    assert "Nothing is asked now." in said
    assert not {"8", "mild", "better", "score"} & set(said.split())
    assert [reading["score"] for reading in rosa.see("measures")] == [18, 8]
    on_to(me.post(address, **ONES), "/questions?kept=before")


def test_what_is_open_is_named_and_nothing_that_was_answered_is_lost(rosa: Story) -> None:
    answer = herself(rosa).post(asked(rosa), **(ONES | {ITEMS[1]: "", ITEMS[3]: "9"}))
    said = words(answer, 422)
    assert "Your answers are not kept yet" in said
    assert "Question 2 – This one is still open." in said
    assert "Question 4 – Please give a number from 0 to 3." in said
    assert answer.get_data(as_text=True).count(" checked>") == 7
    assert rosa.see("measures") == []


def test_an_answer_that_calls_for_a_person_shows_whom_to_call_whatever_is_open(rosa: Story) -> None:
    me = herself(rosa)
    on_to(me.post(asked(rosa), **(ONES | {ITEMS[8]: "1"})), "/help")
    assert "988" in words(me.get("/help"))
    assert "988" in words(me.post(asked(rosa), **{ITEMS[8]: "1"}), 422)
    assert len(rosa.bench.published(RedFlagRaised)) == 1


def test_answers_that_waited_for_a_connection_are_of_when_they_were_given(rosa: Story) -> None:
    address = asked(rosa)
    rosa.bench.advance(hours=5)
    on_to(herself(rosa).post_late(address, timedelta(hours=3), **ONES), "/questions?kept=answers")
    given = (rosa.bench.clock() - timedelta(hours=3)).isoformat()
    assert rosa.see("measures")[0]["answered_at"] == given


def test_not_this_time_is_an_answer_too(rosa: Story) -> None:
    me = herself(rosa)
    address = asked(rosa)
    on_to(me.post(f"{address}/skipping"), "/questions?kept=skipped")
    assert "Nothing is asked now." in words(me.get("/questions?kept=skipped"))


def test_a_question_that_is_left_out_after_another_says_so_and_is_not_missed(rosa: Story) -> None:
    rosa.tell(AuthorisationGranted, authorisation=str(uuid4()), kind=AuthorisationKind.PART2.value, partner=None)
    me = herself(rosa)
    address = asked(rosa, "audit-c")
    page = me.get(address)
    assert "Leave this one out where your answer to question 1 is: Never." in words(page)
    assert 'data-left-out-by="68518-0"' in page.get_data(as_text=True)

    said = words(me.post(address, **{"68518-0": "0", "68519-8": "2"}), 422)
    assert "By your answer to an earlier question this one is left out." in said
    on_to(me.post(address, **{"68518-0": "0"}), "/questions?kept=answers")


def test_a_text_of_the_clinics_own_is_asked_in_the_clients_language(rosa: Story) -> None:
    load(rosa.bench, "who-5")
    load(rosa.bench, "who-5", language="es", stem="En las últimas dos semanas:")
    address = asked(rosa, "who-5")
    me = herself(rosa)
    said = words(me.get(address, headers={"Accept-Language": "es"}))
    assert "En las últimas dos semanas:" in said
    assert FOREIGN not in said
    assert "Of the last weeks:" in words(me.get(address, headers={"Accept-Language": "en"}))


def test_their_own_picture_says_sums_and_no_judgement_and_of_depth_that_it_is_no_aim(rosa: Story) -> None:
    rosa.screened(18).visited()
    load(rosa.bench, "ebi")
    me = herself(rosa)
    me.post(asked(rosa), **ONES)
    items = [f"ebi-{n}" for n in range(1, 7)]
    on_to(me.post(asked(rosa, "ebi"), **dict.fromkeys(items, "50")), "/questions?kept=answers")

    said = words(me.get("/questions"))
    assert "your answers added up to 18, of 27 at most" in said
    assert "It asks how an experience was. More is no aim, and less is no lack." in said
    for judged in ("mild", "severe", "Response", "Remission", "better", "worse", "lower than"):
        assert judged not in said


def test_another_clients_questions_are_not_there(rosa: Story, bench: Bench) -> None:
    other = herself(Story(bench).registered())
    address = asked(rosa)
    assert other.get(address).status_code == other.post(address, **ONES).status_code == 404
    assert other.get(f"/questions/{uuid4()}").status_code == 404


@pytest.mark.parametrize("odd", ["٣", "1.0", "-1", "2" * 400, " "])
def test_what_is_no_answer_is_open(rosa: Story, odd: str) -> None:
    assert herself(rosa).post(asked(rosa), **(ONES | {ITEMS[0]: odd})).status_code == 422
    assert wording_of("who-5")["items"]
