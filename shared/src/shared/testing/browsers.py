"""A real browser for tests: Debian's Chromium, installed when it is not there, as RabbitMQ is."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, sync_playwright

from shared.local.debian import CHROMIUM


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window, which asks nobody but the pages that are opened.

    Its microphone plays a tone, and pages may use it: nobody is there who could be asked.
    """
    with sync_playwright() as playwright, _launched(playwright.chromium) as started:
        yield started


@contextmanager
def refusing(browser: Browser) -> Iterator[Browser]:
    """Another one, whose person lets no page use the microphone."""
    with _launched(browser.browser_type, "=deny") as started:
        yield started


@contextmanager
def _launched(kind: BrowserType, microphone: str = "") -> Iterator[Browser]:
    started = kind.launch(
        executable_path=CHROMIUM.install(),
        args=[
            "--no-sandbox",  # As root, as in a container, it has no sandbox of its own to offer.
            "--disable-background-networking",
            "--use-fake-device-for-media-stream",
            f"--use-fake-ui-for-media-stream{microphone}",
        ],
    )
    try:
        yield started
    finally:
        started.close()
