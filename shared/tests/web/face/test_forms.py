"""Forms that are made of declarations: what is asked, what comes back, and how it is said what to mend."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g
from marshmallow.validate import Length, Range
from werkzeug.datastructures import FileStorage, MultiDict

from shared.declared import Declared, field
from shared.errors import Refused
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value


class Way(StrEnum):
    """Some way."""

    IM = "IM"
    SL = "SL"


class Told(Declared):
    """One field of each kind that a clinic asks for."""

    name: str = field("A name.", "Rosa", validate=Length(1, 60))
    way: Way = field("A way.", "IM")
    ways: list[Way] = field("Some ways.", ["IM"], default=[])
    asleep: bool | None = field("Whether.", None, default=None)
    weight_kg: Decimal | None = field("A weight.", "70", default=None, validate=Range(min=Decimal(20)))
    times: int | None = field("How often.", 1, default=None)
    day: date | None = field("A day.", None, default=None)
    at: datetime | None = field("A moment.", None, default=None)
    words: str | None = field("Words.", None, default=None, validate=Length(max=4000))


ASKS = {name: Ask(phrase(name)) for name in Told.schema().fields}
NEW_YORK = ZoneInfo("America/New_York")


class _Clinic:
    zone = NEW_YORK


@pytest.fixture(autouse=True)
def _request() -> object:
    app = Flask(__name__)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        g.clinic_facts = _Clinic()
        yield


def read(**typed: str | list[str]) -> tuple[Form[Told], Told | None]:
    form = Form(Told, ASKS)
    return form, form.read(MultiDict(typed))


def test_each_kind_of_field_is_asked_by_its_own_kind_of_input() -> None:
    kinds = {one.name: one.kind for one in Form(Told, ASKS).fields}

    assert kinds == {
        "name": "text",
        "way": "radio",
        "ways": "choices",
        "asleep": "yes_no",
        "weight_kg": "number",
        "times": "number",
        "day": "date",
        "at": "moment",
        "words": "long",
    }


def test_what_was_typed_is_what_the_declaration_has() -> None:
    form, told = read(
        name=" Rosa ",
        way="IM",
        ways=["IM", "SL"],
        asleep="no",
        weight_kg="70,5",
        times="3",
        day="2026-11-02",
        at="2026-11-02T09:30",
        words="Calm.",
    )

    assert form.complaints == []
    assert told == Told(
        name="Rosa",
        way=Way.IM,
        ways=[Way.IM, Way.SL],
        asleep=False,
        weight_kg=Decimal("70.5"),
        times=3,
        day=date(2026, 11, 2),
        at=datetime(2026, 11, 2, 14, 30, tzinfo=UTC),
        words="Calm.",
    )


@pytest.mark.parametrize("said", ["", "unsaid", "perhaps"])
def test_whoever_does_not_say_has_not_said_no(said: str) -> None:
    _, told = read(name="Rosa", way="IM", asleep=said)

    assert told is not None
    assert told.asleep is None


def test_what_is_to_be_mended_is_said_kindly_at_its_field_and_what_was_typed_stays() -> None:
    form, told = read(name="Rosa", way="XX", weight_kg="ten", times="1.5")

    assert told is None
    mended = {one.id: one.complaint for one in form.complaints}
    assert mended["weight_kg"] == "Please give a number."
    assert mended["times"] == "Please give a whole number."
    assert "way" in mended
    assert {one.name: one.value for one in form.fields}["weight_kg"] == "ten"


def test_what_is_hidden_comes_back_as_it_is_now_and_not_as_it_was_sent() -> None:
    form = Form(Told, {"name": Ask(phrase("name")), "times": Ask("", kind="hidden", value="4")})
    told = form.read(MultiDict({"name": "Rosa", "way": "IM", "times": "3"}))

    assert told is None, "the way is missing"
    assert {one.name: one.value for one in form.fields} == {"name": "Rosa", "times": "4"}


def test_what_is_left_empty_and_is_needed_is_asked_for() -> None:
    form, told = read()

    assert told is None
    assert [(one.id, one.complaint) for one in form.complaints] == [
        ("name", "Please fill this in."),
        ("way", "Please fill this in."),
    ]


def test_a_time_that_the_clocks_skip_is_not_taken_for_another() -> None:
    form, told = read(name="Rosa", way="IM", at="2027-03-14T02:30")

    assert told is None
    assert [one.complaint for one in form.complaints] == ["The clocks go forward past that time. Please give another."]


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "soon"])
def test_a_time_that_no_calendar_has_is_to_be_mended(at: str) -> None:
    form, told = read(name="Rosa", way="IM", at=at)

    assert told is None
    assert [one.id for one in form.complaints] == ["at"]


def test_a_time_that_comes_twice_is_the_first_of_both() -> None:
    _, told = read(name="Rosa", way="IM", at="2026-11-01T01:30")

    assert told is not None
    assert told.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_half_an_hour_of_lord_howe_is_skipped_too() -> None:
    g.clinic_facts = type("LordHowe", (), {"zone": ZoneInfo("Australia/Lord_Howe")})()

    form, told = read(name="Rosa", way="IM", at="2026-10-04T02:15")

    assert told is None
    assert "clocks" in form.complaints[0].complaint


def test_what_a_rule_says_stands_above_the_form() -> None:
    form = Form(Told, ASKS)
    form.read(MultiDict({"name": "Rosa", "way": "IM"}))

    form.refuse(Refused("taken", phrase("Taken by {who}.", who="<Sam>")))

    assert form.refusal == "Taken by <Sam>."
    assert form.complaints == []


def test_an_error_that_is_of_no_field_is_said_as_well() -> None:
    form = Form(Told, {"name": Ask(phrase("Name"))})
    form.read(MultiDict({"name": "Rosa"}))

    assert [(one.id, one.complaint) for one in form.complaints] == [("", "Please fill this in.")]


def test_what_is_known_stands_there_already() -> None:
    form = Form(Told, {"way": with_value(Ask(phrase("Way")), Way.SL), "name": with_value(Ask(phrase("Name")), None)})

    assert {one.name: one.value for one in form.fields} == {"way": "SL", "name": ""}


class Sent(Declared):
    """A letter, by its name."""

    letter: str | None = field("A letter.", "letter.pdf", default=None)


def send(name: str, content: bytes = b"x" * 100, kind: str = "") -> tuple[Form[Sent], Sent | None]:
    ask = Ask(phrase("A letter"), kind="file", accepts="image/*,application/pdf,.docx", largest=100_000)
    form = Form(Sent, {"letter": ask})
    return form, form.read(MultiDict(), {"letter": FileStorage(BytesIO(content), name, "letter", kind)})


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "image/png"), ("letter", "application/pdf"), ("A.DOCX", "application/octet-stream")]
)
def test_a_file_arrives_whole_and_under_its_name(name: str, kind: str) -> None:
    form, sent = send(name, b"what it says", kind)

    assert sent is not None
    assert sent.letter == name
    assert form.files["letter"].read() == b"what it says"


@pytest.mark.parametrize(
    ("name", "size", "kind", "says"),
    [
        ("a.pdf", 100_001, "application/pdf", "This file is too large. At most 0.1 MB can be sent."),
        ("a.exe", 1, "application/x-msdownload", "This kind of file cannot be taken here. Please choose another one."),
        ("pdf", 1, "image", "This kind of file cannot be taken here. Please choose another one."),
    ],
)
def test_a_file_that_is_too_large_or_of_another_kind_is_to_be_mended(
    name: str, size: int, kind: str, says: str
) -> None:
    form, sent = send(name, b"x" * size, kind)

    assert sent is None
    assert [one.complaint for one in form.complaints] == [says]
    assert form.files == {}


def test_no_file_is_none_also_where_its_name_is_typed() -> None:
    form, sent = send("")
    assert sent is not None
    assert sent.letter is None

    typed = form.read(MultiDict({"letter": "letter.pdf"}))
    assert typed is not None
    assert typed.letter is None
