"""A real browser for tests: Debian's Chromium, installed when it is not there, as RabbitMQ is."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from shared.local.debian import CHROMIUM


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window, which asks nobody but the pages that are opened. Its microphone plays a tone."""
    program = CHROMIUM.install()
    with sync_playwright() as playwright:
        # As root, as in a container, it has no sandbox of its own to offer.
        started = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--use-fake-device-for-media-stream"],
        )
        try:
            yield started
        finally:
            started.close()
