"""A page as a browser or a screen reader would find it, for tests that read what people see."""

import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

_MASKED = re.compile(r"~[A-Za-z0-9_-]{16,}={0,2}")
_NUMBER = re.compile(r'(name="number" value=")[^"]+')


def without_masks(text: str) -> str:
    """A page as it would be if what guards its forms, and numbers them, read the same each time."""
    return _NUMBER.sub(r"\1<number>", _MASKED.sub("<proof>", text))


class Page(HTMLParser):
    """What stands in an answer: `text`, and each tag with its attributes, in order."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        self.feed(answer.get_data(as_text=True))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value if value is not None else "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def named(self, name: str) -> dict[str, Any]:
        return next(attributes for _, attributes in self.tags if attributes.get("name") == name)

    def require_nothing_inline(self) -> None:
        """The page brings no script and no style of its own: one script is the frame's, and what it says is data."""
        scripts = self.all("script")
        assert [script["type"] for script in scripts] == ["module", "application/json"]
        assert "/look/" in scripts[0]["src"]
        assert not self.all("style")
        for _, attributes in self.tags:
            assert not [name for name in attributes if name == "style" or name.startswith("on")]
