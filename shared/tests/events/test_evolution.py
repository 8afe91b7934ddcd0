"""What is called harmless is read by everybody, and what is called breaking is refused by the side that is named."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from shared.events import snapshot
from shared.events.evolution import Change, Side, compare
from shared.events.snapshot import Published

Edit = Callable[[dict[str, Any]], None]

FLAGGED = Published(
    type="afterglow.intake.test.flagged.v1",
    about="client",
    heard_by=("sessions",),
    partners=True,
    schema={
        "description": "Something was flagged.",
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "Which.", "x-sensitivity": "open"},
            "level": {"enum": ["info", "stop"], "description": "How much.", "x-sensitivity": "clinical"},
            "score": {"type": "integer", "minimum": 0, "maximum": 27, "x-sensitivity": "clinical"},
            "until": {"type": ["string", "null"], "format": "date", "default": None, "x-sensitivity": "open"},
            "flags": {
                "type": "array",
                "minItems": 1,
                "x-sensitivity": "clinical",
                "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string", "x-sensitivity": "clinical"}},
                    "required": ["code"],
                    "additionalProperties": True,
                },
            },
        },
        "required": ["flags", "id", "level", "score"],
        "additionalProperties": True,
    },
)
ID = "01936d3e-5f00-7000-8000-000000000010"
SAMPLE: dict[str, Any] = {"id": ID, "level": "stop", "score": 9, "until": "2027-02-10", "flags": [{"code": "x"}]}


def changed(edit: Edit) -> Published:
    schema = deepcopy(FLAGGED.schema)
    edit(schema)
    return replace(FLAGGED, schema=schema)


def found(now: Published) -> list[Change]:
    return compare({FLAGGED.type: FLAGGED}, {now.type: now})


def reads(published: Published, data: dict[str, Any]) -> bool:
    """Whether a service that knows this form lets the data in, as `Envelope.from_bytes` decides it."""
    return jsonschema_rs.validator_for(published.schema, validate_formats=True).is_valid(data)


def put(path: str, **keywords: Any) -> Edit:
    def edit(schema: dict[str, Any]) -> None:
        for name in path.split("."):
            schema = schema["items"] if name == "[]" else schema["properties"].setdefault(name, {})
        for keyword, value in keywords.items():
            schema[keyword.replace("x_", "x-")] = value

    return edit


def without(path: str, keyword: str) -> Edit:
    def edit(schema: dict[str, Any]) -> None:
        for name in path.split("."):
            schema = schema["properties"][name]
        del schema[keyword]

    return edit


def drop(name: str) -> Edit:
    def edit(schema: dict[str, Any]) -> None:
        del schema["properties"][name]
        schema["required"] = [other for other in schema["required"] if other != name]

    return edit


def require(*names: str) -> Edit:
    return lambda schema: schema.update(required=list(names))


def both(*edits: Edit) -> Edit:
    return lambda schema: [edit(schema) for edit in edits] and None


HARMLESS = {
    "a new optional field": put("mood", type="string", x_sensitivity="open"),
    "a new optional field inside of a list": put("flags.[].since", type="string", x_sensitivity="clinical"),
    "other words": put("id", description="Which one."),
    "another example": put("score", examples=[3]),
    "another order of choices": put("level", enum=["stop", "info"]),
}


@pytest.mark.parametrize("edit", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_new_optional_field_and_other_words_break_nobody(edit: Edit) -> None:
    now = changed(edit)

    assert now != FLAGGED
    [change] = found(now)

    assert not change.breaks
    newer = SAMPLE | {"mood": "calm", "flags": [{"code": "x", "since": "monday"}]}
    assert reads(FLAGGED, newer)
    assert reads(now, newer)
    assert reads(now, SAMPLE)


# For each: the edit, where, the side that refuses, and what it refuses.
REFUSED: dict[str, tuple[Edit, str, Side, dict[str, Any]]] = {
    "a choice more": (put("level", enum=["info", "stop", "pause"]), "level", Side.BEHIND, {"level": "pause"}),
    "a choice less": (put("level", enum=["stop"]), "level", Side.AHEAD, {"level": "info"}),
    "no choices any more": (without("level", "enum"), "level", Side.BEHIND, {"level": "anything"}),
    "may be null": (put("score", type=["integer", "null"]), "score", Side.BEHIND, {"score": None}),
    "may no longer be null": (put("until", type="string"), "until", Side.AHEAD, {"until": None}),
    "a higher maximum": (put("score", maximum=30), "score", Side.BEHIND, {"score": 30}),
    "a lower maximum": (put("score", maximum=20), "score", Side.AHEAD, {"score": 27}),
    "a higher minimum": (put("score", minimum=1), "score", Side.AHEAD, {"score": 0}),
    "no minimum": (without("score", "minimum"), "score", Side.BEHIND, {"score": -1}),
    "an empty list": (put("flags", minItems=0), "flags", Side.BEHIND, {"flags": []}),
    "no format": (without("id", "format"), "id", Side.BEHIND, {"id": "rosa"}),
    "a format inside": (put("flags.[].code", format="uuid"), "flags[].code", Side.AHEAD, {}),
    "may be left out": (require("flags", "id", "level"), "score", Side.BEHIND, {"score": ...}),
    "is required": (require("flags", "id", "level", "score", "until"), "until", Side.AHEAD, {"until": ...}),
    "is gone": (drop("score"), "score", Side.BEHIND, {"score": ...}),
    "is new and required": (both(put("who", type="string"), require("who")), "who", Side.AHEAD, {}),
}


@pytest.mark.parametrize(("edit", "path", "side", "data"), REFUSED.values(), ids=REFUSED.keys())
def test_the_side_that_is_named_refuses_what_the_other_may_say(
    edit: Edit, path: str, side: Side, data: dict[str, Any]
) -> None:
    now = changed(edit)
    said = {name: value for name, value in (SAMPLE | data).items() if value is not ...}

    [change] = [change for change in found(now) if change.path == path]

    assert (change.breaks, change.refused) == ({side}, True)
    writer, reader = (now, FLAGGED) if side is Side.BEHIND else (FLAGGED, now)
    assert reads(writer, said)
    assert not reads(reader, said)


def test_a_changed_type_breaks_both_sides() -> None:
    changes = found(changed(put("score", type="string", minimum=None, maximum=None)))

    sides = {side for change in changes for side in change.breaks if "of type" in change.what}
    assert sides == {Side.BEHIND, Side.AHEAD}


def test_a_field_that_took_another_name_is_called_renamed() -> None:
    changes = found(changed(both(drop("level"), put("severity", enum=["info", "stop"], description="How much."))))

    [gone] = [change for change in changes if change.path == "level"]
    assert gone.what == "is gone; it looks renamed to severity"
    assert gone.breaks


@pytest.mark.parametrize("mark", ["open", "identifying", "part2"])
def test_another_sensitivity_breaks_what_clients_agreed_to(mark: str) -> None:
    [change] = found(changed(put("flags.[].code", x_sensitivity=mark)))

    assert change.breaks == {Side.PARTNERS}
    assert change.path == "flags[].code"
    assert change.sensitivities == {"clinical", mark}
    assert not change.refused


def test_another_meaning_of_what_is_left_out_breaks_both_sides() -> None:
    [change] = found(changed(put("until", default="2099-12-31")))

    assert change.breaks == {Side.BEHIND, Side.AHEAD}


def test_another_stream_breaks_both_sides() -> None:
    [change] = found(replace(FLAGGED, about="visit"))

    assert change.breaks == {Side.BEHIND, Side.AHEAD}


def test_a_new_version_beside_the_old_one_breaks_nobody() -> None:
    second = replace(FLAGGED, type="afterglow.intake.test.flagged.v2", schema={"properties": {}})

    [change] = compare({FLAGGED.type: FLAGGED}, {FLAGGED.type: FLAGGED, second.type: second})

    assert not change.breaks
    assert change.what == "is new, beside version 1"


def test_an_event_goes_only_after_everybody_let_go_of_it() -> None:
    heard, let_go = FLAGGED, replace(FLAGGED, heard_by=(), partners=False)
    offered = replace(FLAGGED, heard_by=())

    assert [change.breaks for change in compare({heard.type: heard}, {})] == [{Side.BEHIND}]
    assert [change.breaks for change in compare({offered.type: offered}, {})] == [{Side.BEHIND}]
    assert [change.breaks for change in compare({let_go.type: let_go}, {})] == [set()]


def test_partners_may_rely_on_what_is_offered_to_them() -> None:
    withheld = replace(FLAGGED, partners=False)

    [change] = compare({FLAGGED.type: FLAGGED}, {withheld.type: withheld})
    assert change.breaks == {Side.PARTNERS}
    [change] = compare({withheld.type: withheld}, {FLAGGED.type: FLAGGED})
    assert not change.breaks


def test_a_snapshot_is_read_as_it_was_written_and_forgets_what_is_gone(tmp_path: Path) -> None:
    other = replace(FLAGGED, type="afterglow.intake.test.other.v1")
    snapshot.write({event.type: event for event in (other, FLAGGED)}, tmp_path)
    assert snapshot.read(tmp_path) == {FLAGGED.type: FLAGGED, other.type: other}

    snapshot.write({FLAGGED.type: FLAGGED}, tmp_path)
    assert list(snapshot.read(tmp_path)) == [FLAGGED.type]
    assert compare(snapshot.read(tmp_path), {FLAGGED.type: FLAGGED}) == []
