"""A blood pressure that cannot be is not written down; one at the clinic's limit is told apart while it is the last."""

import pytest

from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

from .conftest import Story, refused

SWAPPED = [(80, 120), (110, 110)]
SENTENCE = "The upper pressure is not above the lower one. Were they swapped?"
HIGH = "At or above the clinic’s limit, 160/100"


@pytest.fixture
def nurse(bench: Bench) -> Visitor:
    return visitor(bench, "nurse")


def readings(rosa: Story) -> list[int]:
    return [line["data"]["systolic"] for line in rosa.see("/record")["items"] if line["kind"] == "vitals"]


def session(nurse: Visitor, rosa: Story) -> str:
    return nurse.get(f"/visits/{rosa.visit}/live").get_data(as_text=True)


@pytest.mark.parametrize(("systolic", "diastolic"), SWAPPED)
def test_an_upper_pressure_that_is_not_above_the_lower_one_is_not_written_down(
    rosa: Story, systolic: int, diastolic: int
) -> None:
    rosa.checked_in()

    answer = rosa.measured(systolic, diastolic)

    refused(answer, "pressure_swapped", 422)
    assert answer.get_json()["errors"] == [{"path": "/systolic", "message": SENTENCE}]
    assert readings(rosa) == []
    assert rosa.measured(111, 110).status_code == 201


@pytest.mark.parametrize(("systolic", "diastolic"), SWAPPED)
def test_a_reading_is_not_corrected_to_one_that_cannot_be(rosa: Story, systolic: int, diastolic: int) -> None:
    rosa.checked_in()
    wrong = rosa.measured(182, 82).get_json()["id"]

    values = {"systolic": systolic, "diastolic": diastolic}
    answer = rosa.do("nurse", f"vitals/{wrong}/correction", **values, reason="Misread.")

    refused(answer, "pressure_swapped", 422)
    assert readings(rosa) == [182]


def test_the_page_says_so_at_the_field_and_keeps_what_was_typed(rosa: Story, nurse: Visitor) -> None:
    rosa.checked_in()

    answer = nurse.post(f"/visits/{rosa.visit}/live/vitals", systolic="80", diastolic="120")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"Upper pressure – {SENTENCE}" in page
    assert 'value="80"' in page
    assert 'value="120"' in page


@pytest.mark.parametrize(("systolic", "diastolic", "high"), [(160, 80, True), (120, 100, True), (159, 99, False)])
def test_a_last_reading_at_the_limit_is_told_apart_before_the_form(
    rosa: Story, nurse: Visitor, systolic: int, diastolic: int, high: bool
) -> None:
    rosa.checked_in()
    rosa.measured(systolic, diastolic)

    for page in (session(nurse, rosa), nurse.get("/room").get_data(as_text=True)):
        assert (HIGH in page.split('<form class="vitals"')[0].split("Last vitals")[1]) is high
        assert page.count(HIGH) == high


def test_after_a_dose_it_is_told_apart_too_until_a_lower_one_is_the_last(rosa: Story, nurse: Visitor) -> None:
    rosa.dosed()
    rosa.measured(168, 102)
    before, after = session(nurse, rosa).split(HIGH)
    assert '<span class="pill attention">' in before.split("168/102")[1]
    assert '<form class="vitals"' in after

    rosa.measured(128, 82)

    assert HIGH not in session(nurse, rosa)
