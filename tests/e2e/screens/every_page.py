"""What is asked of every page in every language, as each role has it."""

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from ...wording_rules import NOT_TO_A_CLIENT, NOWHERE, broken
from .crawling import Walk
from .looking import IN_FULL, IN_SHORT, TRANSLATED, Looker
from .people import ROSA, Town
from .wording import left_in_english

FIRST_LANGUAGE, OTHER_LANGUAGES = "en", ("es",)

_looked_at: set[str] = set()
"""The forms of pages that were looked at in this process: as somebody else they are glanced at."""


class _Read(NamedTuple):
    """A page in the first language, with all that it says."""

    address: str
    words: set[str]


def look_at_all(who: str, town: Town, gallery: Path | None) -> list[str]:
    """What is wrong with any page of somebody's.

    In the first language the pages are found, and what no language changes is looked at: colours and the keyboard's
    way. For a gallery all is looked at in all of them.
    """
    new: dict[str, _Read] = {}
    wrong = _walk(who, town, gallery, new)
    for language in OTHER_LANGUAGES:
        wrong += _read(who, town, gallery, language, new)
    return wrong


def _walk(who: str, town: Town, gallery: Path | None, new: dict[str, _Read]) -> list[str]:
    """What is wrong in the first language; pages that nobody has looked at become `new`, by form."""
    wrong: list[str] = []
    with (
        # What a service worker hands out would weigh as it does unpacked.
        town.context(who, locale=FIRST_LANGUAGE, reduced_motion="reduce", service_workers="block") as with_script,
        town.context(who, locale=FIRST_LANGUAGE, java_script_enabled=False, viewport=_TELEPHONE) as without,
    ):
        looker, plain = Looker(with_script, town.url, gallery), without.new_page()
        walk = Walk(who, town.url)
        while (address := walk.next()) is not None:
            said = looker.open(address)
            form = walk.landed(looker.page)
            if form is None:
                continue
            if form in _looked_at:
                said += looker.shape()
            else:
                _looked_at.add(form)
                said += _without_script(plain, address) + _language(plain, FIRST_LANGUAGE)
                looker.settle()
                new[form] = _Read(address, looker.words())
                said += looker.shape() + looker.look(
                    IN_SHORT if gallery is None else IN_FULL, _picture(FIRST_LANGUAGE, who, form)
                )
                said += looker.by_keyboard()
                said += _against_the_rules(who, address, looker.words(), FIRST_LANGUAGE)
            said += _language(looker.page, FIRST_LANGUAGE)
            wrong += [f"{address}: {one}" for one in (*said, *looker.heard())]
    return wrong


def _read(who: str, town: Town, gallery: Path | None, language: str, new: dict[str, _Read]) -> list[str]:
    """What is wrong with these pages in another language."""
    wrong: list[str] = []
    with (
        town.context(who, locale=language, reduced_motion="reduce", service_workers="block") as with_script,
        town.context(who, locale=language, java_script_enabled=False, viewport=_TELEPHONE) as without,
    ):
        looker, plain = Looker(with_script, town.url, gallery), without.new_page()
        for form, (address, words) in new.items():
            said = looker.open(address) + _without_script(plain, address) + _language(plain, language)
            looker.settle()
            said += looker.shape() + left_in_english(words, looker.words(), language)
            said += _against_the_rules(who, address, looker.words(), language)
            said += looker.look(TRANSLATED if gallery is None else IN_FULL, _picture(language, who, form))
            if gallery is not None:
                said += looker.by_keyboard()
            said += _language(looker.page, language)
            wrong += [f"{address} in {language}: {one}" for one in (*said, *looker.heard())]
    return wrong


def _against_the_rules(who: str, address: str, words: set[str], language: str) -> list[str]:
    """What a client reads between visits that is not to be said to them."""
    if who != ROSA or not address.startswith("/integration/"):
        return []
    rules = NOWHERE[language] | NOT_TO_A_CLIENT[language]
    return [found for one in words for found in broken(one, rules)]


_TELEPHONE = {"width": 360, "height": 800}


def _without_script(page: Page, address: str) -> list[str]:
    """What is wrong in a browser that runs no script: all is to be read, and nothing is there in vain."""
    answer = page.goto(address)
    assert answer is not None
    wrong = []
    if answer.status != 200 or not page.locator("h1").is_visible():
        wrong.append("without script there is no page")
    if page.locator(".scripted").filter(visible=True).count():
        wrong.append("without script something stands there in vain")
    return wrong


def _language(page: Page, language: str) -> list[str]:
    said = page.locator("html").get_attribute("lang")
    return [] if said == language else [f"it is in another language: {said}"]


def _picture(language: str, who: str, form: str) -> str:
    """What a picture of a page is called."""
    name = form.strip("/").translate(str.maketrans("/?=&", "----", "{}")) or "start"
    return f"{language}-{who}-{name}"
