"""Parts of a page as they are written, where only whoever hears the page would notice that something is missing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import get_template_attribute
from werkzeug.datastructures import MultiDict

from shared.declared import Declared, field
from shared.languages import phrase
from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face import tables
from shared.web.face.forms import Ask, Form
from shared.web.face.places import BESIDE_EACH_OTHER
from shared.web.face.tables import Column, Table

Render = Callable[..., str]

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)


class Asked(Declared):
    """One field of each kind whose parts belong together."""

    at: datetime = field("A moment.", "2026-11-02T15:00:00+00:00")
    way: str = field("One of several.", "a")
    signed: str = field("A name.", "Rosa")


@pytest.fixture
def render(bench: Bench) -> Any:
    with bench.app.test_request_context(headers={"Accept-Language": "en"}):
        yield _part


def _part(path: str, macro: str, *given: Any) -> str:
    return str(get_template_attribute(f"shared/parts/{path}.html", macro)(*given))


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "This has not been sent yet"), ("es", "Esto todavía no se ha enviado")]
)
def test_what_is_to_be_mended_is_headed_in_the_readers_language(bench: Bench, language: str, heading: str) -> None:
    with bench.app.test_request_context(headers={"Accept-Language": language}):
        form = Form(Asked, {"signed": Ask(phrase("Name"))})
        form.read(MultiDict())

        assert f">{heading}</h2>" in _part("form", "mending", form)


def test_whoever_hears_a_moment_asked_for_hears_by_whose_clock(render: Render) -> None:
    [asked] = Form(Asked, {"at": Ask(phrase("When"))}).fields

    shown = render("field", "field", asked)

    assert 'aria-describedby="at-zone"' in shown
    assert '<p class="soft hint" id="at-zone">' in shown


def test_what_must_be_chosen_is_said_at_each_choice_and_not_at_the_group(render: Render) -> None:
    ask = Ask(phrase("Way"), phrase("As you like."), kind="radio", choices=[("a", "A"), ("b", "B")])
    [asked] = Form(Asked, {"way": ask}).fields

    shown = render("field", "field", asked)

    [group] = re.findall(r"<fieldset[^>]*>", shown)
    assert " required" not in group
    assert 'aria-describedby="way-hint"' in group
    assert shown.count(" required>") == 2


def test_how_far_away_a_moment_is_can_be_kept_true(render: Render) -> None:
    shown = render("when", "when", NOW + timedelta(hours=19), NOW)

    assert f'data-relative="{NOW.isoformat()}">in 19 h</time>' in shown


def test_a_signature_can_be_drawn_only_where_the_drawing_is_kept(render: Render) -> None:
    [asked] = Form(Asked, {"signed": Ask(phrase("Your name"), kind="signature")}).fields

    shown = render("field", "field", asked)

    assert 'name="signed"' in shown
    assert "data-signature" not in shown
    assert "signed_drawn" not in shown


def test_the_heads_of_a_table_are_made_once(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    columns = tables.Table.columns

    def counted(self: Table[int]) -> Any:
        made.append(self)
        return columns.fget(self)  # type: ignore[attr-defined]

    monkeypatch.setattr(tables.Table, "columns", property(counted))
    own = [Column[int](name, phrase("A column"), str) for name in ("one", "other")]

    render("table", "table", Table("numbers", list(range(10)), own))

    assert len(made) == 1


def test_no_more_places_stand_beside_each_other_than_there_is_room_for(bench: Bench) -> None:
    page = visitor(bench, "clinic_admin").get("/audit/search").get_data(as_text=True)

    beside = page.partition('<nav class="places"')[2].partition("<details")[0]
    assert beside.count("data-key=") == BESIDE_EACH_OTHER
