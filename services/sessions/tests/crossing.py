"""What the tests of two clinics do with one human."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.store.tenancy import set_clinic
from shared.testing.bench import Bench

from .conftest import Story


def dosed(story: Story) -> Story:
    story.visit = story.book(role="prescriber").get_json()["id"]
    assert story.do("nurse", "escort", name="Ana", phone="+12125550147", confirmed=True).status_code == 201
    assert story.do("nurse", "check-in").status_code == 201
    story.ordered().measured()
    assert story.dose("35").status_code == 201
    return story


def gone_home(story: Story) -> Story:
    """Dosed, and discharged an hour later."""
    dosed(story).bench.advance(hours=1)
    story.measured()
    assert story.discharge().status_code == 201
    return story


def ask(bench: Bench, clinic: str | None, question: str, **values: Any) -> Any:
    """What a function of the database answers the application at a clinic."""
    with bench.store.engine.connect() as connection:
        if clinic is not None:
            set_clinic(connection, clinic)
        return connection.scalar(text(f"select {question}"), values)


def at_once(*deeds: Callable[[], TestResponse]) -> list[TestResponse]:
    """Do all of it at the same moment, each in a thread of its own."""
    gate = Barrier(len(deeds))

    def do(deed: Callable[[], TestResponse]) -> TestResponse:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
