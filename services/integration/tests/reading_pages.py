"""Pages as people of a clinic meet them: who reads, and which words stand there."""

import re

from werkzeug.test import TestResponse

from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .conftest import Story


def herself(story: Story) -> Visitor:
    return visitor(story.bench, "client", client_id=story.client, name="Rosa")


def words(answer: TestResponse, status: int = 200) -> str:
    """What stands on a page, without its markup."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    Page(answer).require_nothing_inline()
    page = answer.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def on_to(answer: TestResponse, where: str) -> None:
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/integration{where}"), answer.get_data()
