"""The platform as somebody has it who has run the demo, and browsers to look at it with."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shared.local.processes import port_of, reserve_port

from ..laptop import Laptop
from .people import Town

DEMO_SECONDS = 240


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    """One platform for the tests of a module: what some change is not there for others to look at."""
    with reserve_port() as reservation:
        laptop = Laptop(tmp_path_factory.mktemp("town"), port_of(reservation))
        try:
            laptop.start()
            demo = laptop.demo()
            said, complaints = demo.communicate(timeout=DEMO_SECONDS)
            assert demo.returncode == 0, complaints
            yield Town(laptop, browser, json.loads(said))
        finally:
            laptop.stop()


@pytest.fixture(scope="session")
def gallery() -> Path | None:
    """Where pictures of all pages go, where somebody asks for them (`make screens`)."""
    folder = os.environ.get("AFTERGLOW_GALLERY")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
