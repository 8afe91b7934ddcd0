"""What a clinician judged, or the client answered on paper, is typed in: scored as ever, and never lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from shared.clinics import AuthorisationKind
from shared.events.intake import AuthorisationGranted, CaseloadLeft
from shared.events.integration import MeasureScored, RedFlagRaised, RedFlagSaidAgain
from shared.measures import instruments, load_instrument
from shared.testing.visitor import Visitor, visitor

from .conftest import ITEMS, Story
from .reading_pages import herself, on_to, words
from .test_measure_texts import load
from .test_question_pages import asked
from .test_today_pages import due_check_in

MADRS = [item.link_id for item in load_instrument("madrs").items]
ORS = [item.link_id for item in load_instrument("ors").items]
THREES: dict[str, Any] = dict.fromkeys(MADRS, "3") | {MADRS[-1]: "0"}
ONES: dict[str, Any] = dict.fromkeys(ITEMS, "1") | {ITEMS[8]: "0"}


def local(story: Story, **ago: float) -> str:
    """A day and time by the clinic's clock, as a browser sends it."""
    at = (story.bench.clock() - timedelta(**ago)).astimezone(ZoneInfo("America/New_York"))
    return at.replace(tzinfo=None).isoformat(timespec="minutes")


def typed_in(story: Story, instrument: str = "") -> str:
    return f"/people/{story.client}/measures/typed-in" + (f"/{instrument}" if instrument else "")


@pytest.fixture
def nurse(rosa: Story) -> Visitor:
    return visitor(rosa.bench, "nurse")


def test_what_was_judged_is_scored_and_stands_there_with_the_time_before(rosa: Story, nurse: Visitor) -> None:
    first = nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa, days=8), **THREES)
    assert first.status_code == 303

    answer = nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa, hours=2), **(THREES | {MADRS[0]: "1"}))

    [before, kept] = rosa.see("measures")
    assert (before["score"], kept["score"], kept["instrument"]) == (27, 25, "madrs")
    assert kept["answered_at"] == (rosa.bench.clock() - timedelta(hours=2)).isoformat()
    on_to(answer, f"{typed_in(rosa)}?kept={kept['id']}")
    said = words(nurse.get(f"{typed_in(rosa)}?kept={kept['id']}"))
    assert "It is kept." in said
    assert "MADRS 25" in said
    assert "The time before: 27" in said
    assert [one.data["score"] for one in rosa.bench.published(MeasureScored)] == [27, 25]
    assert rosa.bench.published(RedFlagRaised) == []


def test_what_is_answered_on_paper_has_its_change_from_the_baseline(rosa: Story) -> None:
    rosa.screened(18)
    sam = visitor(rosa.bench, "therapist")

    answer = sam.post(typed_in(rosa, "phq-9"), answered_at=local(rosa, hours=1), **ONES)

    said = words(sam.get(answer.headers["Location"].removeprefix("/integration")))
    assert "PHQ-9 8 55.6 % lower than 18 before the treatment" in said
    assert "Mild" in said or "mild" in said


def test_it_settles_what_the_client_is_asked(rosa: Story, nurse: Visitor) -> None:
    asked(rosa)
    assert "10 questions" in words(herself(rosa).get("/questions"))
    nurse.post(typed_in(rosa, "phq-9"), answered_at=local(rosa), **ONES)
    assert "Nothing is asked now." in words(herself(rosa).get("/questions"))


def test_marks_on_paper_are_typed_in_millimetres_and_read_in_centimetres(rosa: Story, nurse: Visitor) -> None:
    page = words(nurse.get(typed_in(rosa, "ors")))
    assert "The four lines of the paper form from top to bottom, each in millimetres from its left end." in page
    assert "Item 4 (0 to 100)" in page

    answer = nurse.post(typed_in(rosa, "ors"), answered_at=local(rosa), **dict.fromkeys(ORS, "61"))

    said = words(nurse.get(answer.headers["Location"].removeprefix("/integration")))
    assert "ORS 24.4" in said
    assert "Below the cut-off" in said


def test_without_a_text_items_go_by_their_numbers_and_with_it_by_its_words(rosa: Story, nurse: Visitor) -> None:
    bare = words(nurse.get(typed_in(rosa, "madrs")))
    assert "Item 10 (0 to 6)" in bare
    assert "Its words are not here." in bare

    load(rosa.bench, "madrs")

    worded = nurse.get(typed_in(rosa, "madrs")).get_data(as_text=True)
    assert "Words 10, " in worded
    assert worded.count('type="radio"') == 70
    assert "Its words are not here." not in worded


def test_everything_can_be_typed_in_by_groups_and_what_is_judged_comes_first(rosa: Story, nurse: Visitor) -> None:
    page = nurse.get(typed_in(rosa)).get_data(as_text=True)
    assert page.count("/measures/typed-in/") == len(instruments())
    judged, paper, both = (
        page.index(heading) for heading in ("Judged by a clinician", "Answered on paper alone", "on their own pages")
    )
    assert judged < page.index("MADRS") < paper < page.index("SRS: Session") < both < page.index("PHQ-9")


def test_what_is_to_be_mended_is_named_for_each_item_and_nothing_that_was_typed_is_lost(
    rosa: Story, nurse: Visitor
) -> None:
    sent = THREES | {MADRS[1]: "", MADRS[3]: "9", MADRS[4]: "x"}

    answer = nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa, hours=1), **sent)

    said, page = words(answer, 422), answer.get_data(as_text=True)
    assert "Nothing is kept yet" in said
    assert "Item 2 – This one is still open." in said
    assert "Item 4 – Please give a number from 0 to 6." in said
    assert "Item 5 – Please give a number from 0 to 6." in said
    assert f'value="{local(rosa, hours=1)}"' in page
    assert page.count('value="3"') == 6
    assert 'value="9"' in page
    assert 'value="x"' in page
    assert rosa.see("measures") == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("", "Please fill this in."),
        ("yesterday", "Please give a day and a time."),
        ("0026-11-02T10:00", "Please look at the year."),
        ("ahead", "This has not happened yet."),
    ],
)
def test_it_says_when_it_was_answered_and_not_ahead(rosa: Story, nurse: Visitor, at: str, told: str) -> None:
    at = local(rosa, hours=-2) if at == "ahead" else at
    answer = nurse.post(typed_in(rosa, "madrs"), answered_at=at, **THREES)
    assert f"When was it answered? – {told}" in words(answer, 422)
    assert answer.get_data(as_text=True).count('value="3"') == 9
    assert rosa.see("measures") == []


def test_an_answer_that_calls_for_a_person_says_at_once_what_to_do_and_leads_there(rosa: Story, nurse: Visitor) -> None:
    answer = nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **(THREES | {MADRS[-1]: "5"}))

    page = nurse.get(answer.headers["Location"].removeprefix("/integration"))
    said = words(page)
    assert "An answer calls for a person now" in said
    assert "ask them the C-SSRS" in said
    assert "988" in said
    assert f'href="/integration/people/{rosa.client}/red-flags"' in page.get_data(as_text=True)
    assert rosa.see("measures")[0]["score"] == 32
    [flag] = rosa.bench.published(RedFlagRaised)

    closing = f"/clients/{rosa.client}/red-flags/{flag.data['flag']}/closing"
    rosa.bench.as_("prescriber").post(closing, {"note": "Seen; safe with her sister."})

    again = words(nurse.get(answer.headers["Location"].removeprefix("/integration")))
    assert "An answer calls for a person now" not in again


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({MADRS[1]: ""}, 200),  # Something is open.
        ({"answered_at": ""}, 422),
        ({"answered_at": "ahead"}, 422),
        ({MADRS[2]: "7"}, 200),
        ({MADRS[-1]: "66"}, 422),
    ],
)
def test_it_is_heard_whatever_else_is_to_be_mended_and_stands_there_still(
    rosa: Story, nurse: Visitor, changes: dict[str, str], status: int
) -> None:
    sent = THREES | {MADRS[-1]: "5", "answered_at": local(rosa)} | changes
    sent |= {"answered_at": local(rosa, hours=-3)} if sent["answered_at"] == "ahead" else {}

    answer = nurse.post(typed_in(rosa, "madrs"), **sent)

    assert "An answer calls for a person now" in words(answer, status)
    assert f'value="{sent[MADRS[-1]]}"' in answer.get_data(as_text=True)
    assert answer.get_data(as_text=True).count('value="3"') >= 8
    assert len(rosa.bench.published(RedFlagRaised)) == 1
    assert rosa.see("measures") == []


def test_what_is_judged_is_no_question_for_a_client(rosa: Story) -> None:
    load(rosa.bench, "madrs")
    for path in (typed_in(rosa), typed_in(rosa, "madrs")):
        assert herself(rosa).get(path).status_code == 403
    assert herself(rosa).post(typed_in(rosa, "madrs"), answered_at=local(rosa), **THREES).status_code == 403
    request = rosa.bench.as_("therapist").post(f"/clients/{rosa.client}/measure-requests", {"instrument": "madrs"})
    assert request.status_code == 409
    assert "MADRS" not in words(herself(rosa).get("/questions"))


@pytest.mark.parametrize("role", ["prescriber", "medical_director", "front_desk", "clinic_admin"])
def test_nobody_else_types_it_in(rosa: Story, role: str) -> None:
    somebody = visitor(rosa.bench, role)
    assert somebody.get(typed_in(rosa)).status_code == 403
    assert somebody.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **THREES).status_code == 403
    assert rosa.see("measures") == []


def test_a_therapist_does_so_for_their_caseload_alone(rosa: Story) -> None:
    rosa.tell(CaseloadLeft)
    assert visitor(rosa.bench, "therapist").get(typed_in(rosa, "ors")).status_code == 403


def test_of_the_use_of_substances_a_therapist_types_in_what_the_client_allows(rosa: Story, nurse: Visitor) -> None:
    sam = visitor(rosa.bench, "therapist")
    assert "AUDIT-C" in words(nurse.get(typed_in(rosa)))
    assert "AUDIT-C" not in words(sam.get(typed_in(rosa)))
    assert sam.get(typed_in(rosa, "audit-c")).status_code == sam.get(typed_in(rosa, "nothing")).status_code == 404

    rosa.tell(AuthorisationGranted, authorisation=str(uuid4()), kind=AuthorisationKind.PART2.value, partner=None)

    assert sam.get(typed_in(rosa, "audit-c")).status_code == 200


def test_their_measures_lead_there_for_whoever_may(rosa: Story) -> None:
    page = f"/people/{rosa.client}/measures"
    assert "Type in a measure" in words(visitor(rosa.bench, "therapist").get(page))
    assert "Type in a measure" not in words(visitor(rosa.bench, "prescriber").get(page))


# Who did what, and who said what.


def audited(story: Story) -> list[tuple[str, str]]:
    query = "select action, outcome from audit where roles = 'nurse' order by position"
    with story.bench.owner.connect() as owner:
        return [(row.action, row.outcome) for row in owner.exec_driver_sql(query)]


def test_whoever_only_looked_is_not_said_to_have_typed_in_or_to_be_on_it(rosa: Story, nurse: Visitor) -> None:
    rosa.do("help")
    for page in ("/red-flags", f"/people/{rosa.client}/red-flags", typed_in(rosa), typed_in(rosa, "madrs")):
        assert nurse.get(page).status_code == 200
    assert audited(rosa) == [
        ("red_flag.look", "done"),
        ("red_flag.look", "done"),
        ("measure.type_in", "shown"),
        ("measure.type_in", "shown"),
    ]


def test_what_a_clinician_judged_is_no_yes_of_the_client(rosa: Story, nurse: Visitor) -> None:
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **(THREES | {MADRS[-1]: "6"}))

    therapist = visitor(rosa.bench, "therapist")
    for page in ("/red-flags", f"/people/{rosa.client}/red-flags", "/people", f"/people/{rosa.client}"):
        said = words(therapist.get(page))
        assert "An answer about thoughts of ending their life calls for somebody" in said, page
        assert "Said yes to thoughts" not in said, page
    assert "was told that you may need somebody." in words(herself(rosa).get("/help"))


def test_a_form_that_was_to_be_mended_says_it_once_and_after_an_hour_it_is_said_again(
    rosa: Story, nurse: Visitor
) -> None:
    grave = {name: said for name, said in THREES.items() if name != MADRS[0]} | {MADRS[-1]: "6"}
    for _ in range(3):
        nurse.post(typed_in(rosa, "madrs"), answered_at="", **grave)
        nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **grave)
    assert [flag["said_again"] for flag in rosa.see("red-flags", "nurse")] == [0]
    assert len(rosa.bench.published(RedFlagRaised)) == 1

    rosa.bench.advance(hours=1)
    visitor(rosa.bench, "nurse").post(typed_in(rosa, "madrs"), answered_at=local(rosa), **grave)
    assert [flag["said_again"] for flag in rosa.see("red-flags", "nurse")] == [1]


def test_what_is_typed_in_after_somebody_said_that_they_are_on_it_calls_anew(rosa: Story, nurse: Visitor) -> None:
    grave = THREES | {MADRS[-1]: "6"}
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa, hours=1), **grave)
    [flag] = rosa.see("red-flags", "nurse")
    nurse.post(f"/people/{rosa.client}/red-flags/{flag['id']}/acknowledgement")
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **grave)
    assert [one["said_again"] for one in rosa.see("red-flags", "nurse")] == [1]
    assert len(rosa.bench.published(RedFlagSaidAgain)) == 1


def test_what_staff_type_in_after_the_client_said_it_herself_is_said_again(rosa: Story) -> None:
    check_in = due_check_in(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", hard_thoughts="yes")
    nurse = visitor(rosa.bench, "nurse")
    assert "Said yes to thoughts of ending their life" in words(nurse.get("/red-flags"))
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **(THREES | {MADRS[-1]: "6"}))
    [flag] = rosa.see("red-flags", "nurse")
    assert (flag["said_again"], flag["said_yes"], flag["asks_for"]) == (1, True, "administer_c_ssrs")
    said = words(nurse.get("/red-flags"))
    assert "Said yes to thoughts of ending their life or hurting themselves; an answer to a questionnaire" in said


def test_a_yes_of_the_client_is_told_also_where_a_questionnaire_called_first(rosa: Story) -> None:
    check_in, nurse = due_check_in(rosa), visitor(rosa.bench, "nurse")
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **(THREES | {MADRS[-1]: "6"}))
    assert "Said yes to thoughts" not in words(nurse.get("/red-flags"))

    herself(rosa).post(f"/check-ins/{check_in}", hard_thoughts="yes")

    assert "Said yes to thoughts of ending their life" in words(nurse.get("/red-flags"))


def test_staff_read_who_typed_it_in_and_the_client_is_not_told_that_she_answered(rosa: Story, nurse: Visitor) -> None:
    nurse.post(typed_in(rosa, "ors"), answered_at=local(rosa), **dict.fromkeys(ORS, "61"))

    therapist = visitor(rosa.bench, "therapist")
    assert "typed in by Jo Lindqvist" in words(therapist.get(f"/people/{rosa.client}/measures"))
    printed = words(herself(rosa).get("/journey/print"))
    assert "Your clinic wrote down how you have been." in printed
    assert "You answered some questions" not in printed


def test_what_the_client_answered_by_herself_names_nobody(rosa: Story) -> None:
    rosa.reading("phq-9", 6)
    assert "typed in by" not in words(visitor(rosa.bench, "therapist").get(f"/people/{rosa.client}/measures"))
    assert "You answered some questions" in words(herself(rosa).get("/journey/print"))


def test_the_whole_record_says_it_in_words_and_by_the_score_that_people_read(rosa: Story, nurse: Visitor) -> None:
    nurse.post(typed_in(rosa, "ors"), answered_at=local(rosa), **dict.fromkeys(ORS, "61"))
    nurse.post(typed_in(rosa, "madrs"), answered_at=local(rosa), **(THREES | {MADRS[-1]: "6"}))
    asked(rosa)

    said = words(herself(rosa).get(f"/clients/{rosa.client}/whole-record"))

    assert "Score 24.4" in said
    assert "Which is called Below the cut-off" in said
    assert "Typed in by Jo Lindqvist" in said
    assert "Your answers" not in said
    assert "Why An answer about thoughts of ending their life calls for somebody" in said
    assert "What the questionnaire’s rule asked for ask them the C-SSRS" in said
    assert "asked for by the staff" in said
    for code in ("suicidality", "wished", "below cut off", "administer c ssrs"):
        assert code not in said
