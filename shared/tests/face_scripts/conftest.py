"""Real pages in a real browser: each test has a site and a browser's profile of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from face_scripts.capturing import Moments
from face_scripts.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.url)
    made.set_default_timeout(5000)
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    """A tab in which no script may fail."""
    failures: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if "Content Security" in line.text else None)
    yield page
    assert failures == []


@pytest.fixture
def moments(site: Site) -> Moments:
    """Where a moment is kept."""
    return Moments(site)
