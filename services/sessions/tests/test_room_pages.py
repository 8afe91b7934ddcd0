"""The room: who is in session, what is due, writing down a reading, and deciding about a hold."""

import re
from datetime import timedelta

import pytest

from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

from .conftest import Story

READING = {"systolic": "131", "diastolic": "83", "heart_rate": "77", "spo2": "97"}


@pytest.fixture
def nurse(bench: Bench) -> Visitor:
    return visitor(bench, "nurse")


def text(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def later(rosa: Story, minutes: float) -> Visitor:
    """Some time later the nurse is still signed in."""
    rosa.bench.advance(minutes=minutes)
    return visitor(rosa.bench, "nurse")


def test_an_empty_room_says_what_will_appear(nurse: Visitor) -> None:
    assert "Nobody is in session" in text(nurse, "/room")


def test_whoever_is_here_needs_vitals_before_the_first_dose(rosa: Story, nurse: Visitor) -> None:
    rosa.checked_in()
    assert "Vitals before the first dose" in text(nurse, "/room")


def test_after_the_dose_the_room_says_when_vitals_are_due_and_that_they_are_late(rosa: Story) -> None:
    rosa.dosed()

    room = text(later(rosa, 5), "/room")
    assert "Next vitals at 10:15, in 10 min" in room
    assert "35 mg IM, 0.50 mg for each kg" in room

    assert "Vitals were due at 10:15, 5 min ago" in text(later(rosa, 15), "/room")


def test_a_time_that_was_missed_stays_missed(rosa: Story) -> None:
    rosa.dosed()
    nurse = later(rosa, 25)

    assert nurse.post(f"/visits/{rosa.visit}/live/vitals", **READING).status_code == 303

    page = text(nurse, "/room")
    assert "Missed</dt><dd>10:15<" in page
    assert "Next vitals at 11:00" in page


def test_a_reading_is_written_down_where_one_stands(rosa: Story, nurse: Visitor) -> None:
    rosa.checked_in()

    answer = nurse.post(f"/visits/{rosa.visit}/live/vitals?from=room", **READING)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sessions/room")
    [line] = [line for line in rosa.see("/record")["items"] if line["kind"] == "vitals"]
    assert (line["data"]["systolic"], line["data"]["spo2"]) == (131, 97)
    assert "131/83" in text(nurse, "/room")


def test_a_reading_that_waited_for_a_connection_is_of_when_it_was_written(rosa: Story) -> None:
    rosa.checked_in()
    nurse = later(rosa, 10)

    assert nurse.post_late(f"/visits/{rosa.visit}/live/vitals", timedelta(minutes=4), **READING).status_code == 303
    early = nurse.post_late(f"/visits/{rosa.visit}/live/vitals", timedelta(minutes=11), **READING)

    [line] = [line for line in rosa.see("/record")["items"] if line["kind"] == "vitals"]
    assert line["at"] == (rosa.bench.clock() - timedelta(minutes=4)).isoformat()
    assert early.status_code == 422, "nobody had checked in"


def test_a_typing_error_is_said_and_what_was_typed_stays(rosa: Story, nurse: Visitor) -> None:
    rosa.checked_in()

    answer = nurse.post(f"/visits/{rosa.visit}/live/vitals", **READING | {"systolic": "1310"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Please give a number from 40 to 300." in page
    assert 'value="1310"' in page
    assert [line["kind"] for line in rosa.see("/record")["items"]].count("vitals") == 0


def test_a_hold_says_why_and_only_a_prescriber_decides_with_a_reason(rosa: Story, nurse: Visitor) -> None:
    rosa.checked_in()
    rosa.measured(168, 102)
    prescriber = visitor(rosa.bench, "prescriber")
    below = f"/visits/{rosa.visit}/live"

    for page in (text(nurse, "/room"), text(nurse, below)):
        assert "168/102 is at or above the clinic’s limit before a dose, 160/100." in page
        assert "Decide about the hold" not in page
    assert nurse.post(f"{below}/hold", decision="proceed", reason="Rested.").status_code == 403

    assert "Decide about the hold" in text(prescriber, "/room")
    assert prescriber.post(f"{below}/hold", decision="proceed", reason=" ").status_code == 422
    assert rosa.see()["status"] == "held"
    assert prescriber.post(f"{below}/hold", decision="proceed", reason="Rested.").status_code == 303
    assert rosa.see()["status"] == "checked_in"


def test_nobody_proceeds_past_a_high_reading_that_their_page_did_not_show(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured(168, 102)
    prescriber = visitor(rosa.bench, "prescriber")
    rosa.measured(172, 104)

    stale = prescriber.post(f"/visits/{rosa.visit}/live/hold", decision="proceed", reason="Rested.", reading_id="")
    page = stale.get_data(as_text=True)
    assert stale.status_code == 422
    assert "172/104 was measured since you opened this page. Look at it, and decide again." in page
    assert "Rested." in page

    # The page that says so shows the reading: whoever reads it decides from there.
    shown = page.split('name="reading_id" value="')[1].split('"')[0]
    seen = prescriber.post(f"/visits/{rosa.visit}/live/hold", decision="proceed", reason="Rested.", reading_id=shown)
    assert seen.status_code == 303


def test_nobody_is_led_past_a_high_reading_by_what_else_was_to_be_mended(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured(168, 102)
    prescriber = visitor(rosa.bench, "prescriber")
    rosa.measured(172, 104)
    hold = f"/visits/{rosa.visit}/live/hold"

    unsound = prescriber.post(hold, decision="proceed", reason=" ", reading_id="").get_data(as_text=True)
    shown = unsound.split('name="reading_id" value="')[1].split('"')[0]
    stale = prescriber.post(hold, decision="proceed", reason="Rested.", reading_id=shown)

    assert stale.status_code == 422
    assert "172/104 was measured since you opened this page." in stale.get_data(as_text=True)
    assert rosa.see()["status"] == "held"


def test_the_whole_session_follows_what_happens_and_not_its_head_alone(rosa: Story, nurse: Visitor) -> None:
    rosa.dosed()

    page = text(nurse, f"/visits/{rosa.visit}/live")

    region = page.split('<div data-region="session"')[1]
    assert region.index("Vitals over time") < region.index("The record") < region.index("lot KX-2207")
    assert re.search(r"</section>\s*</div>\s*</main>", region), "the record ends where the region does"


def test_a_visit_whose_client_is_not_here_has_no_session_to_look_at(rosa: Story, nurse: Visitor) -> None:
    rosa.ready()

    assert nurse.get(f"/visits/{rosa.visit}/live").status_code == 404
    assert nurse.post(f"/visits/{rosa.visit}/live/vitals", **READING).status_code == 404

    rosa.do("nurse", "check-in")
    assert nurse.get(f"/visits/{rosa.visit}/live").status_code == 200


def test_the_record_tells_who_wrote_each_line_and_never_by_a_sign_in(rosa: Story, nurse: Visitor) -> None:
    rosa.dosed()

    page = text(nurse, f"/visits/{rosa.visit}/live")

    assert "Jo Lindqvist" in page
    assert "Somebody whom the clinic’s settings do not name" in page
    assert "lot KX-2207" in page
    assert "at-maple" not in page


def test_another_clinic_sees_nobody_in_its_room(rosa: Story, bench: Bench) -> None:
    rosa.dosed()
    elsewhere = visitor(bench, "nurse", clinic="cedar")

    assert "Nobody is in session" in text(elsewhere, "/room")
    assert elsewhere.get(f"/visits/{rosa.visit}/live").status_code == 404
    assert elsewhere.post(f"/visits/{rosa.visit}/live/vitals", **READING).status_code == 404


def test_the_pages_bring_nothing_inline(rosa: Story, nurse: Visitor) -> None:
    rosa.dosed()
    for path in ("/room", "/board", f"/visits/{rosa.visit}/live", f"/visits/{rosa.visit}/page"):
        page = text(nurse, path)
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == 2, path
