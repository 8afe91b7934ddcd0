"""The day board and the page of one visit: what is true, whose it is, and the one thing to do."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from shared.events.intake import CaseloadLeft
from shared.events.integration import RedFlagRaised
from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

from .conftest import Story

_OF_LIGHTS = re.compile(r"\bfrom (client|consent|red_flag|series|entry)\b|medicine_waits_until", re.IGNORECASE)


@pytest.fixture
def desk(bench: Bench) -> Visitor:
    return visitor(bench, "front_desk")


def text(visitor: Visitor, path: str, status: int = 200) -> str:
    answer = visitor.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def version_on(page: str) -> str:
    """The version of the visit that a page shows."""
    return re.findall(r'name="version" value="(\d+)"', page)[0]


def send(visitor: Visitor, visit: str, what: str, **typed: str) -> TestResponse:
    """Open a visit's page, and send one of its forms."""
    below = f"/visits/{visit}/page"
    return visitor.post(f"{below}/{what}", version=version_on(text(visitor, below)), **typed)


def test_the_board_of_an_empty_day_says_what_will_appear(desk: Visitor) -> None:
    page = text(desk, "/board")
    assert "Who needs me now?" in page
    assert "Nobody comes on this day" in page


def test_whoever_reads_inquiries_is_led_to_them_before_anything_else(bench: Bench, desk: Visitor) -> None:
    page = text(desk, "/board")

    place = page.index('data-fragment="/intake/inquiries/part"')
    assert page.index("Who needs me now?") < place < page.index('data-region="board"')
    # Without script it is a link.
    assert page.index('href="/intake/inquiries/waiting"', place) < page.index('data-region="board"')
    assert "/intake/inquiries/part" not in text(visitor(bench, "nurse"), "/board")


def test_the_board_says_what_is_missing_whose_it_is_and_offers_no_check_in(rosa: Story, desk: Visitor) -> None:
    rosa.booked()

    page = text(desk, "/board")

    assert "Rosa" in page
    assert "Intention: missing" in page
    assert "No intention is set yet." in page
    assert "front desk" in page
    assert "a prescriber’s decision" in page
    assert "page/check-in" not in page
    assert "They said yes" in page


def test_whoever_is_ready_is_checked_in_from_the_board(rosa: Story, desk: Visitor) -> None:
    rosa.ready()
    assert f"/visits/{rosa.visit}/page/check-in" in text(desk, "/board")

    answer = desk.post(f"/visits/{rosa.visit}/page/check-in?from=board")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sessions/board?day=2026-11-02")
    assert rosa.see()["status"] == "checked_in"
    assert ">Here<" in text(desk, "/board")


def test_a_refused_check_in_says_the_rule_and_the_facts_and_changes_nothing(rosa: Story, desk: Visitor) -> None:
    rosa.ready()
    rosa.tell(RedFlagRaised)

    answer = desk.post(f"/visits/{rosa.visit}/page/check-in?from=board")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The readiness board stops this visit" in page
    assert "Open red flags: 1." in page
    assert "therapist" in page
    assert rosa.see()["status"] == "booked"


def test_whose_role_may_not_check_in_is_shown_no_button(rosa: Story, bench: Bench) -> None:
    rosa.ready()
    therapist = visitor(bench, "therapist")
    assert "page/check-in" not in text(therapist, "/board")
    assert therapist.post(f"/visits/{rosa.visit}/page/check-in").status_code == 403


def test_an_escort_is_confirmed_by_the_form_and_what_was_typed_wrongly_stays(rosa: Story, desk: Visitor) -> None:
    rosa.booked()

    wrong = send(desk, rosa.visit, "escort", name="Ana <b>Marin</b>", phone="")
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "Ana &lt;b&gt;Marin&lt;/b&gt;" in page
    assert "<b>Marin" not in page
    assert not rosa.lights()["escort"]

    right = send(desk, rosa.visit, "escort?from=board", name="Ana Marin", phone="+12125550147")
    assert right.status_code == 303
    assert rosa.lights()["escort"]


def test_the_link_of_an_escort_is_shown_once(rosa: Story, desk: Visitor, bench: Bench) -> None:
    rosa.may_be_booked()
    rosa.visit = rosa.book(hours=3).get_json()["id"]

    page = send(desk, rosa.visit, "escort-link", name="Ana", phone="+12125550147").get_data(as_text=True)

    link = page.split('id="made-link" type="text" readonly value="')[1].split('"')[0]
    assert bench.app.test_client().get(urlsplit(link).path).status_code == 200
    assert urlsplit(link).path not in text(desk, f"/visits/{rosa.visit}/page")


def test_a_link_that_is_asked_for_twice_is_shown_twice_and_the_last_one_works(
    rosa: Story, desk: Visitor, bench: Bench
) -> None:
    rosa.may_be_booked()
    rosa.visit = rosa.book(hours=3).get_json()["id"]
    below = f"/visits/{rosa.visit}/page"
    form = {"version": version_on(text(desk, below)), "name": "Ana", "phone": "+12125550147", "number": "1"}

    pages = [desk.post(f"{below}/escort-link", **form).get_data(as_text=True) for _ in range(2)]

    one, other = (page.split('id="made-link" type="text" readonly value="')[1].split('"')[0] for page in pages)
    assert bench.app.test_client().get(urlsplit(other).path).status_code == 200
    assert one != other


def test_a_visit_is_cancelled_with_a_reason_and_not_without(rosa: Story, desk: Visitor) -> None:
    rosa.booked()
    below = f"/visits/{rosa.visit}/page"

    assert send(desk, rosa.visit, "cancellation", reason=" ").status_code == 422
    assert rosa.see()["status"] == "booked"

    assert send(desk, rosa.visit, "cancellation", reason="She is ill.").headers["Location"] == f"/sessions{below}"
    assert rosa.see()["status"] == "cancelled"
    assert "Cancelled" in text(desk, below)
    assert "1 visit is over or does not take place" in text(desk, "/board")


def test_whoever_cancels_is_told_whom_to_call_and_who_may_read_the_reason(rosa: Story, desk: Visitor) -> None:
    rosa.booked()

    page = text(desk, f"/visits/{rosa.visit}/page")

    assert "Nobody tells the client: call them." in page
    assert "the client is told" not in page
    assert "It goes into the record, which the client may ask to read." in page


def test_nobody_cancels_a_client_who_came_while_the_page_lay_open(rosa: Story, desk: Visitor) -> None:
    rosa.ready()
    opened = version_on(text(desk, f"/visits/{rosa.visit}/page"))
    rosa.do("nurse", "check-in")

    answer = desk.post(f"/visits/{rosa.visit}/page/cancellation", version=opened, reason="She did not come.")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The visit has changed since you opened it. It stands at “Here” now, and the page says the rest." in page
    assert "She did not come." in page
    assert ">Here<" in page
    assert rosa.see()["status"] == "checked_in"
    again = desk.post(f"/visits/{rosa.visit}/page/cancellation", version=version_on(page), reason="She left.")
    assert again.status_code == 303
    assert rosa.see()["status"] == "cancelled"


@pytest.mark.parametrize("what", ["escort", "escort-link"])
def test_the_escort_of_a_colleague_is_not_overwritten_unseen(rosa: Story, desk: Visitor, what: str) -> None:
    rosa.may_be_booked()
    rosa.visit = rosa.book(hours=3).get_json()["id"]
    opened = version_on(text(desk, f"/visits/{rosa.visit}/page"))
    rosa.do("nurse", "escort", name="Ben Ruiz", phone="+12125550148", confirmed=True)

    answer = desk.post(f"/visits/{rosa.visit}/page/{what}", version=opened, name="Ana", phone="+12125550147")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The visit has changed since you opened it." in page
    assert "Ben Ruiz takes them home, and said so." in text(desk, f"/visits/{rosa.visit}/page")
    assert 'value="Ana"' in page, "what was typed stays"


def test_what_is_not_offered_any_more_still_says_why_it_was_refused(rosa: Story, desk: Visitor) -> None:
    rosa.ready()
    opened = version_on(text(desk, f"/visits/{rosa.visit}/page"))
    rosa.do("nurse", "check-in")
    rosa.measured(168, 102)

    answer = desk.post(f"/visits/{rosa.visit}/page/cancellation", version=opened, reason="She did not come.")

    assert answer.status_code == 422
    assert "Nothing has been cancelled" in answer.get_data(as_text=True)


def test_a_light_says_what_is_there_where_nothing_is_missing(rosa: Story, desk: Visitor) -> None:
    rosa.ready()
    rosa.tell(RedFlagRaised)

    page = text(desk, "/board")

    assert "A red flag is open" in page
    assert "No red flag: missing" not in page


def test_an_escort_who_said_no_is_not_waited_for(rosa: Story, desk: Visitor, bench: Bench) -> None:
    rosa.may_be_booked()
    rosa.visit = rosa.book(hours=3).get_json()["id"]
    url = rosa.do("front_desk", "escort-link", name="Ana", phone="+12125550147").get_json()["url"]
    assert "Ana was asked, and has not said yes." in text(desk, f"/visits/{rosa.visit}/page")

    bench.app.test_client().post(urlsplit(url).path, data={"answer": "no"}, headers={"Sec-Fetch-Site": "same-origin"})

    page = text(desk, f"/visits/{rosa.visit}/page")
    assert "Ana said that they cannot come." in page
    assert "has not said yes" not in page


def test_a_full_board_takes_as_many_questions_as_one_visit(rosa: Story, desk: Visitor, bench: Bench) -> None:
    def questions() -> int:
        asked: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            asked.append(statement)

        event.listen(bench.store.engine, "before_cursor_execute", note)
        text(desk, "/board")
        event.remove(bench.store.engine, "before_cursor_execute", note)
        # The guard behind every list looks at each client once; see `Reach.require_all`.
        return sum(_OF_LIGHTS.search(statement) is not None for statement in asked)

    rosa.ready()
    text(desk, "/board")  # What is asked once for each process has been asked.
    alone = questions()

    for number in range(1, 4):
        other = Story(bench)
        assert other.may_be_booked().book(hours=4 * number).status_code == 201

    assert alone > 0
    assert questions() == alone


def test_another_day_has_its_own_address(rosa: Story, desk: Visitor) -> None:
    rosa.may_be_booked()
    rosa.book(hours=24)

    assert "Rosa" not in text(desk, "/board")
    assert "Rosa" in text(desk, "/board?day=2026-11-03")
    for day in ("no-day", "0001-01-01", "9999-12-31"):
        assert "Today, Monday, 2 November" in text(desk, f"/board?day={day}")


def test_a_visit_at_the_very_end_of_the_day_of_25_hours_is_on_its_board(rosa: Story, bench: Bench) -> None:
    """The clocks of New York go back in the night to 2026-11-01: at 04:30 UTC of the 2nd it is still the 1st."""
    bench.clock.at = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
    rosa.may_be_booked()
    rosa.book(hours=37.5)
    desk = visitor(bench, "front_desk")

    assert "Rosa" in text(desk, "/board?day=2026-11-01")
    assert "Rosa" not in text(desk, "/board?day=2026-10-31")


def test_a_therapist_sees_their_own_clients_alone_and_another_clinic_nobody(rosa: Story, bench: Bench) -> None:
    rosa.booked()
    rosa.tell(CaseloadLeft)
    therapist = visitor(bench, "therapist")

    assert "Rosa" in text(visitor(bench, "nurse"), "/board")
    assert "Rosa" not in text(therapist, "/board")
    assert therapist.get(f"/visits/{rosa.visit}/page").status_code == 403
    elsewhere = visitor(bench, "front_desk", clinic="cedar")
    assert "Rosa" not in text(elsewhere, "/board")
    assert elsewhere.get(f"/visits/{rosa.visit}/page").status_code == 404


def test_the_board_shows_the_front_desk_neither_vitals_nor_doses(rosa: Story, desk: Visitor) -> None:
    rosa.dosed()

    for path in ("/board", f"/visits/{rosa.visit}/page"):
        page = text(desk, path)
        assert "Rosa" in page
        assert "128/82" not in page
        assert "35 mg" not in page
    assert desk.get(f"/visits/{rosa.visit}/live").status_code == 403
    assert desk.get("/room").status_code == 403
