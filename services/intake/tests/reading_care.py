"""Pages about one client, read as people read them."""

import re
from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

from .people import Somebody

WHY = "She called from the emergency room, and her therapist is away."
ASKED = {"reason": "She asked for it by letter, of 2 November.", "confirm": "Rosa"}


def themselves(client: Somebody) -> Visitor:
    return visitor(client.bench, "client", clinic=client.clinic, client_id=client.id, name="Rosa")


def shown(answer: TestResponse, status: int = 200) -> str:
    """The words of a page, without its markup."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    page = answer.get_data(as_text=True).partition("<body")[2]
    return re.sub(r" ([.,:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def on_to(answer: TestResponse, client: Somebody, page: str = "") -> None:
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/intake/clients/{client.id}/care{page}")


def audited(bench: Bench) -> tuple[Any, ...]:
    """The newest line of the audit: who, what, with what outcome, about whom."""
    with bench.owner.connect() as connection:
        line = connection.execute(
            text("select actor, action, outcome, clients from audit order by position desc limit 1")
        ).one()
    return tuple(line)
