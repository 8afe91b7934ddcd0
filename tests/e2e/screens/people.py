"""Who looks at the pages: one person of each role, signed in as they would, and each with a browser of their own."""

import re
from dataclasses import dataclass, field
from typing import Any

import urllib3
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from shared import clock
from shared.testing.waiting import until
from stack.issuer import SAMPLE_PEOPLE, LocalIssuer
from stack.mail_sink import read_mails

from ..laptop import Laptop

NOBODY, ROSA = "nobody", "rosa"
STAFF = ("wren", "sam", "lena", "jo", "theo", "ines", "robin", "alex", "kit", "dana")
EVERYBODY = (NOBODY, ROSA, *STAFF)
"""One of each role, and of two clinics; by the keys of the sample people."""

AT_MAPLE_TOO = ("alex", "kit")
"""Who begins at Cedar, where nothing has happened yet, and goes on to Maple."""


@dataclass
class Town:
    """The platform after the demo. `said` is what the demo printed, as JSON."""

    laptop: Laptop
    browser: Browser
    said: dict[str, Any]
    _signed_in: dict[str, StorageState] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.laptop.url

    def context(self, who: str, *, locale: str = "en", **options: Any) -> BrowserContext:
        """A browser in which that person has signed in, or nobody, and reads that language.

        It is what the browser asks for, and what a client has chosen: for theirs the clinic knows another.
        """
        state = self._state_of(who)
        context = self.browser.new_context(storage_state=state, base_url=self.url, locale=locale, **options)
        if who == ROSA:
            choosing = context.new_page()
            choosing.goto(f"/intake/preferences?language={locale}")
            choosing.close()
        return context

    def as_(self, who: str, method: str, path: str, **options: Any) -> Any:
        """What one of the staff gets at a door of Maple."""
        person = SAMPLE_PEOPLE[who]
        token = LocalIssuer(self.laptop.folder / "keys").token(clock.now(), person.grants, subject=person.subject)
        headers = {"Authorization": f"Bearer {token}", "Afterglow-Clinic": "maple", **options.pop("headers", {})}
        answer = urllib3.request(method, f"{self.url}{path}", headers=headers, **options)
        assert answer.status < 400, answer.data
        return answer.json()

    def _state_of(self, who: str) -> StorageState | None:
        if who == NOBODY:
            return None
        if who not in self._signed_in:
            context = self.browser.new_context(base_url=self.url, locale="en")
            page = context.new_page()
            if who == ROSA:
                self._sign_in_by_link(page)
            else:
                page.goto("/intake/sign-in/staff")
                page.get_by_role("button", name=SAMPLE_PEOPLE[who].name).click()
                page.wait_for_url(re.compile(rf"{self.url}/(?!demo-identity)"))
                if who in AT_MAPLE_TOO:
                    page.locator(".you summary").click()
                    page.get_by_role("button", name="Go to Maple").click()
                    page.wait_for_url(f"{self.url}/**")
            self._signed_in[who] = context.storage_state()
            context.close()
        return self._signed_in[who]

    def _sign_in_by_link(self, page: Page) -> None:
        """Rosa asks for a link, finds it in her mail, and presses its button."""
        rosa = self.as_("wren", "GET", f"/intake/clients/{self.said['client']}")
        before = self._links()
        page.goto("/intake/clinics/maple/sign-in")
        page.get_by_label("e-mail address").fill(rosa["email"])
        page.get_by_role("button", name="Send me a link").click()
        until(lambda: self._links() > before)
        [link] = self._links() - before
        page.goto(link)
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url(f"{self.url}/integration/today")

    def _links(self) -> set[str]:
        mails = read_mails(self.laptop.folder / "mail")
        return {link for mail in mails for link in re.findall(rf"{self.url}/\S+/sign-in/links/\S+", mail.text)}
