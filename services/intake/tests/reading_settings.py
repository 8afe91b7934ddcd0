"""What a page of a clinic's settings says, and what its form would send."""

import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse

SETTINGS = "/clinics/birch/settings"


class _Form(HTMLParser):
    """What a browser would send of the page's main form, if nothing in it were touched."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._name: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")
        elif tag in ("select", "textarea"):
            self._name = found["name"]
            self.fields[self._name] = ""
        elif tag == "option" and self._name and "selected" in found:
            self.fields[self._name] = found["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._name = None

    def handle_data(self, data: str) -> None:
        if self._name is not None and str(self.get_starttag_text()).startswith("<textarea"):
            # A newline right after the tag is the page's, not the text's.
            self.fields[self._name] += data.removeprefix("\n")


def form_of(page: TestResponse) -> dict[str, str]:
    parser = _Form()
    parser.feed(page.get_data(as_text=True).partition("<main")[2])
    del parser.fields["csrf"]
    return parser.fields


def text_of(page: TestResponse) -> str:
    assert page.content_type == "text/html; charset=utf-8"
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))
    return re.sub(r" ([,.:])", r"\1", words)


def arrived(answer: TestResponse, path: str) -> None:
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/intake{path}"), text_of(answer)
