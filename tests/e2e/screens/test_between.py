"""The space between visits in real browsers: a client on her telephone, her therapist at a desk, and a call at night.

Each stage leaves a picture. One platform is lived on from test to test, in their order.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shared import clock
from shared.testing.waiting import until
from stack.mail_sink import read_mails

from .looking import ALL_THERE
from .people import ROSA, Town

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
NIGHT = 2
"""The hour at which she calls."""

Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def contexts(town: Town) -> Iterator[dict[str, BrowserContext]]:
    made = {
        ROSA: town.context(ROSA, viewport=PHONE, has_touch=True),
        "sam": town.context("sam", viewport=DESK),
        "jo": town.context("jo", viewport=DESK),
    }
    for context in made.values():
        context.set_default_timeout(15_000)
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def phone(contexts: dict[str, BrowserContext]) -> Iterator[Page]:
    page = contexts[ROSA].new_page()
    yield page
    page.close()


@pytest.fixture
def desk(contexts: dict[str, BrowserContext]) -> Iterator[Page]:
    page = contexts["sam"].new_page()
    yield page
    page.close()


@pytest.fixture
def picture(gallery: Path | None, tmp_path: Path) -> Picture:
    """Pictures go to the gallery where one is made, and are looked at by nobody otherwise."""
    folder = tmp_path if gallery is None else gallery.parent / "between"
    folder.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.wait_for_function(ALL_THERE)
        path = folder / f"{name}.jpg"
        page.screenshot(path=path, type="jpeg", quality=70, full_page=True)
        assert path.stat().st_size > 10_000

    return take


def person(town: Town) -> str:
    """Where her therapist has her page."""
    return f"/integration/people/{town.said['client']}"


def test_she_carries_an_intention_into_her_next_visit(phone: Page, picture: Picture) -> None:
    phone.goto("/integration/intentions")
    phone.get_by_role("radio", name="Where would I like to meet myself").check()
    phone.get_by_label("In your own words").fill("For the girl who waited by the window.")
    phone.get_by_role("button", name="Keep my intention").click()

    ahead = phone.get_by_role("region", name="For your next medicine visit")
    expect(ahead).to_contain_text("For the girl who waited by the window.")
    picture(phone, "1-intention")


def test_it_stands_beside_the_visit_and_she_says_how_the_one_of_the_last_visit_stands(
    phone: Page, picture: Picture
) -> None:
    phone.goto("/integration/today")
    expect(phone.get_by_role("main")).to_contain_text("For the girl who waited by the window.")
    expect(phone.get_by_role("main")).to_contain_text("Eat nothing from:")
    picture(phone, "2-session")
    phone.get_by_role("region", name="After your visit").get_by_role("link").click()

    standing = phone.locator("section, div.card").filter(has=phone.locator("#standing-title"))
    standing.get_by_role("radio").first.check()
    standing.get_by_role("button").first.click()

    expect(phone.get_by_role("status").or_(phone.locator(".toast"))).to_be_visible()


def test_she_speaks_a_moment_hears_it_again_and_shares_it(
    phone: Page, desk: Page, town: Town, picture: Picture
) -> None:
    phone.goto("/integration/moments")
    # A telephone's row of buttons is whole when its scripts are there.
    phone.wait_for_load_state("networkidle")
    phone.get_by_role("button", name="Speak").click()
    expect(phone.get_by_role("button", name=re.compile("Stop"))).to_be_visible()
    phone.wait_for_timeout(1200)
    phone.get_by_role("button", name=re.compile("Stop")).click()
    expect(phone.locator("audio")).to_be_visible()
    phone.get_by_label("What is it most like?").select_option("insight")
    phone.get_by_label("Who may read, see and hear it?").select_option("therapist")
    picture(phone, "3-moment-by-voice")
    phone.get_by_role("button", name="Keep this moment").click()

    expect(phone.get_by_role("main").locator("audio")).to_have_count(1)
    desk.goto(person(town))
    heard = desk.get_by_role("region", name="Shared moments").locator("audio")
    expect(heard).to_have_count(1)
    source = heard.evaluate("async audio => (await fetch(audio.src || audio.querySelector('source').src)).status")
    assert source == 200


def test_she_touches_where_she_feels_it(phone: Page, picture: Picture) -> None:
    phone.goto("/integration/body")
    phone.get_by_role("link", name=re.compile("chest", re.IGNORECASE)).first.tap()
    expect(phone.get_by_label("Where do you feel it?")).to_have_value("front.chest.centre")
    phone.get_by_role("radio", name="trembling").check()
    phone.get_by_label("What is it like, in your own words?").fill("like a bird")
    phone.get_by_role("button", name="Place it").click()

    expect(phone.get_by_role("region", name="In words")).to_contain_text("like a bird")
    expect(phone.locator(".crisis")).to_have_count(0)
    picture(phone, "4-body-map")


def test_an_insight_becomes_one_small_thing(phone: Page, picture: Picture) -> None:
    phone.goto("/integration/moments")
    phone.get_by_role("link", name="An insight").first.click()
    phone.locator("a[href*='insight=']").first.click()
    phone.get_by_role("textbox", name="What would you like to do?").first.fill("Ring Ana on Sunday")
    phone.get_by_role("button", name="Write it down").first.click()

    expect(phone.get_by_role("region", name="What I have in hand")).to_contain_text("Ring Ana on Sunday")
    picture(phone, "5-commitment")


def test_she_says_how_she_is_and_leaves_open_what_she_likes(
    phone: Page, desk: Page, town: Town, picture: Picture
) -> None:
    windows = town.as_("sam", "GET", f"/integration/clients/{town.said['client']}/windows")["items"]
    first = windows[0]["check_ins"][0]["id"]
    phone.goto(f"/integration/check-ins/{first}")
    phone.get_by_role("textbox", name="How are you?").fill("Quiet, and a little raw.")
    phone.get_by_role("group", name="Did you sleep?").get_by_label("Yes").check()
    picture(phone, "6-check-in")
    phone.get_by_role("button", name="Keep my answers").click()

    expect(phone.get_by_text("Your answers are kept.")).to_be_visible()
    desk.goto(person(town))
    expect(desk.get_by_role("region", name="Check-ins")).to_contain_text("Quiet, and a little raw.")


def test_she_answers_questions_in_a_minute_and_they_join_the_plot(
    phone: Page, desk: Page, town: Town, picture: Picture
) -> None:
    desk.goto(f"{person(town)}/measures")
    asking = desk.get_by_role("region", name="Ask now")
    asking.get_by_role("combobox").select_option("gad-7")
    asking.get_by_role("button", name="Ask the client").click()
    expect(desk.get_by_role("region", name="When they are asked")).to_contain_text("GAD-7")

    phone.goto("/integration/questions")
    phone.get_by_role("link", name="Look at the questions").first.click()
    for question in phone.locator("fieldset.question-of").all():
        question.get_by_role("radio").nth(1).check()
    picture(phone, "7-questions")
    phone.get_by_role("button", name="Keep my answers").click()
    phone.wait_for_url("**/integration/questions*")

    desk.goto(f"{person(town)}/measures")
    plot = desk.get_by_role("region", name=re.compile("GAD-7"))
    expect(plot.locator("svg").filter(visible=True)).to_have_count(1)
    picture(desk, "7-measures-plot")


def test_both_bring_what_they_want_to_talk_about(phone: Page, desk: Page, town: Town, picture: Picture) -> None:
    phone.goto("/integration/together")
    phone.get_by_label("What would you like to talk about?").fill("The bird in my chest.")
    phone.get_by_role("button", name="Bring it").click()
    expect(phone.get_by_role("region", name="To talk about")).to_contain_text("The bird in my chest.")

    desk.goto(f"{person(town)}/together")
    desk.get_by_label("What would you like to talk about?").fill("What helps on hard evenings.")
    desk.get_by_role("button", name="Bring it").click()

    both = desk.get_by_role("region", name="To talk about")
    expect(both).to_contain_text("The bird in my chest.")
    expect(both).to_contain_text("What helps on hard evenings.")
    picture(desk, "8-shared-agenda")


def test_at_night_her_yes_calls_whoever_is_on_call_until_somebody_is_on_it_and_has_closed_it(
    phone: Page, desk: Page, town: Town, contexts: dict[str, BrowserContext], picture: Picture
) -> None:
    zone = _where_it_is_night()
    _move_the_clinic(town, zone)
    windows = town.as_("sam", "GET", f"/integration/clients/{town.said['client']}/windows")["items"]
    second = windows[0]["check_ins"][1]["id"]
    before = len(_calls(town))
    assert clock.now().astimezone(ZoneInfo(zone)).hour == NIGHT

    phone.goto(f"/integration/check-ins/{second}")
    phone.get_by_role("group", name=re.compile("thoughts of ending your life")).get_by_label("Yes").check()
    phone.get_by_role("button", name="Keep my answers").click()

    # Whom to call is there at once, before anything else.
    phone.wait_for_url("**/integration/help*")
    expect(phone.get_by_role("main").get_by_role("link", name="988").first).to_be_visible()
    picture(phone, "9-red-flag-at-night")
    until(lambda: len(_calls(town)) == before + 1)
    call = _calls(town)[-1]
    assert "asks for you now" in call
    assert not [word for word in ("Rosi", "Rosa", "life", "suicid", "ketamine") if word in call]

    nurse = contexts["jo"].new_page()
    nurse.goto(re.search(r"http://\S+", call)[0])  # type: ignore[index]
    expect(nurse.get_by_role("main")).to_contain_text("Said yes to thoughts of ending their life")
    picture(nurse, "9-called-at-night")
    nurse.get_by_role("button", name="I am on it").click()
    expect(nurse.get_by_role("main")).to_contain_text("is on it")
    nurse.close()

    desk.goto("/integration/people")
    expect(desk.locator(".crisis").first).to_contain_text("Said yes to thoughts of ending their life")
    picture(desk, "9-desk")
    desk.goto(f"{person(town)}/red-flags")
    desk.get_by_text("Close with what was done").first.click()
    desk.get_by_role("textbox", name="What was done?").fill("Called; her sister is with her. We talk at nine.")
    desk.get_by_role("button", name="Close the red flag").click()
    expect(desk.get_by_role("main")).to_contain_text("Nothing is open.")


def _where_it_is_night() -> str:
    """A zone in which it is the hour of the call now: what is later than half past may be the next one soon."""
    hour = datetime.now(UTC).hour
    ahead = (NIGHT - hour + 12) % 24 - 12
    # Zones that are called by their distance are named by the other sign.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _move_the_clinic(town: Town, zone: str) -> None:
    """Its admin changes where its clock goes."""
    with town.context("theo", viewport=DESK) as context:
        page = context.new_page()
        page.goto("/intake/clinics/maple/settings/facts")
        page.get_by_label("Time zone").fill(zone)
        page.get_by_role("textbox", name="Why").fill("The clinic moves.")
        page.get_by_role("button", name="Change", exact=True).click()
        page.wait_for_url(re.compile("/intake/clinics/maple/settings(?!/facts)"))


def _calls(town: Town) -> list[str]:
    """The mails that call somebody of the staff, the oldest first."""
    mails = read_mails(town.laptop.folder / "mail")
    return [mail.text for mail in mails if "asks for you now" in mail.text]
