"""Signing in on a laptop, in a real browser: who tries Afterglow out is one of its sample people by a click."""

import re
from collections.abc import Iterator

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from shared import clock
from shared.local.processes import port_of, reserve_port
from shared.samples import sample_clinics
from shared.testing.waiting import until
from shared.web.face.places import first_place
from stack.issuer import SAMPLE_PEOPLE, LocalIssuer, SamplePerson
from stack.mail_sink import read_mails

from .laptop import Laptop

CLINICS = {clinic.id: clinic.name for clinic in sample_clinics()}
ROBIN = SAMPLE_PEOPLE["robin"]


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with reserve_port() as reservation:
        made = Laptop(tmp_path_factory.mktemp("laptop"), port_of(reservation))
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that has never been here; what it complains of fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    yield opened
    context.close()
    assert complaints == []


def sign_in(page: Page, laptop: Laptop, person: SamplePerson) -> None:
    page.goto(f"{laptop.url}/")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Sign in with your clinic’s account").click()
    expect(page.get_by_text("Demo sign-in. No password.")).to_be_visible()
    page.get_by_role("button", name=person.name).click()
    [roles] = {tuple(roles) for roles in person.grants.values()}
    begins = first_place(roles, sorted(person.clinics)[0], None)
    expect(page).to_have_url(f"{laptop.url}{begins}")


def sign_out(page: Page, laptop: Laptop) -> None:
    page.locator(".you summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{laptop.url}/intake/")


@pytest.mark.parametrize("person", SAMPLE_PEOPLE.values(), ids=list(SAMPLE_PEOPLE))
def test_everybody_on_the_page_can_come_in_is_whom_they_chose_and_can_leave(
    page: Page, laptop: Laptop, person: SamplePerson
) -> None:
    sign_in(page, laptop, person)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(f"{laptop.url}/intake/you")
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(person.role.lower())
    for clinic in person.clinics:
        expect(page.get_by_role("main")).to_contain_text(CLINICS[clinic])
    expect(page.get_by_text("For trying out")).to_be_visible()

    sign_out(page, laptop)

    page.goto(f"{laptop.url}/intake/home")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_whoever_works_at_two_clinics_goes_from_one_to_the_other(page: Page, laptop: Laptop) -> None:
    sign_in(page, laptop, ROBIN)
    here, there = sorted(CLINICS[clinic] for clinic in ROBIN.clinics)
    expect(page.get_by_role("banner")).to_contain_text(here)

    page.locator(".you summary").click()
    page.get_by_role("button", name=f"Go to {there}").click()

    expect(page.get_by_role("banner").get_by_role("link", name=there)).to_be_visible()
    page.goto(f"{laptop.url}/intake/you")
    expect(page.get_by_role("main")).to_contain_text(f"You are at {there}")


def test_a_client_comes_in_by_the_link_in_their_mail_which_is_good_once(
    page: Page, browser: Browser, laptop: Laptop
) -> None:
    register(laptop, "Rosa", "rosa@example.org")
    page.goto(f"{laptop.url}/intake/sign-in")
    page.get_by_role("link", name=CLINICS["maple"]).click()
    page.get_by_label("e-mail address").fill("rosa@example.org")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Please look into your mail")).to_be_visible()
    until(lambda: bool(read_mails(laptop.folder / "mail")))
    [mail] = read_mails(laptop.folder / "mail")
    [link] = re.findall(rf"{laptop.url}/\S+", mail.text)

    page.goto(link)
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{laptop.url}/integration/today")
    expect(page.get_by_role("link", name="I’d like help now")).to_be_visible()
    somebody_else = browser.new_context().new_page()
    somebody_else.goto(link)
    expect(somebody_else.get_by_text("This link is no longer good")).to_be_visible()
    expect(somebody_else.get_by_role("button")).to_have_count(0)
    somebody_else.context.close()


def test_whoever_does_not_look_after_a_client_opens_the_record_with_a_reason(page: Page, laptop: Laptop) -> None:
    client = register(laptop, "Ida", "ida@example.org")
    sign_in(page, laptop, SAMPLE_PEOPLE["imani"])

    page.goto(f"{laptop.url}/intake/clients/{client}/care/opening")
    page.get_by_label("Why you must see it").fill("She called from the emergency room.")
    page.get_by_role("button", name="Open the record for one hour").click()

    expect(page.get_by_role("heading", name="Who looks after Ida")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("It is open to you until")


def register(laptop: Laptop, name: str, email: str) -> str:
    """Have the front desk of Maple make a client of somebody; returns their id."""
    wren = SAMPLE_PEOPLE["wren"]
    token = LocalIssuer(laptop.folder / "keys").token(clock.now(), wren.grants, subject=wren.subject)
    client = {"given_name": name, "family_name": "Marin", "email": email, "time_zone": "America/New_York"}
    headers = {"Authorization": f"Bearer {token}"}
    answer = urllib3.request("POST", f"{laptop.url}/intake/clients", json=client, headers=headers)
    assert answer.status == 201, answer.data
    client: str = answer.json()["id"]
    return client


def test_whoever_comes_by_the_name_localhost_can_sign_in_as_well(page: Page, laptop: Laptop) -> None:
    page.goto(f"http://localhost:{laptop.port}/intake/sign-in?next=/intake/home")
    expect(page).to_have_url(f"{laptop.url}/intake/sign-in?next=/intake/home")


def test_a_person_can_be_chosen_with_the_keyboard_alone(page: Page, laptop: Laptop) -> None:
    page.goto(f"{laptop.url}/intake/sign-in/staff")
    for _ in range(3):  # Past the link that skips, to the second person.
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner")).to_contain_text(list(SAMPLE_PEOPLE.values())[1].name)


def test_the_page_with_the_people_fits_a_telephone_and_says_nothing_of_anybody_when_it_is_wrong(
    browser: Browser, laptop: Laptop
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"{laptop.url}/intake/sign-in/staff")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    answer = page.goto(f"{laptop.url}/demo-identity/authorize?client_id=another")

    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_text("Only Afterglow on this machine can ask you to sign in here.")).to_be_visible()
    context.close()
