"""A file of the wrong shape never becomes an instrument."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.measures import InvalidInstrument, read_instrument

Spoil = Callable[[dict[str, Any]], object]
BANDS = [{"code": "low", "title": "Low", "low": 0, "high": 6}, {"code": "high", "title": "High", "low": 7, "high": 14}]


def banded(*bands: dict[str, Any]) -> dict[str, Any]:
    return {"source": "Made up", "verified": False, "bands": list(bands)}


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        pytest.param(lambda f: f.pop("licence"), "licence", id="no licence"),
        pytest.param(lambda f: f["licence"].update(text="ask_first"), "licence", id="a licence nobody knows"),
        pytest.param(lambda f: f.update(colour="green"), "colour", id="an unknown field"),
        pytest.param(lambda f: f.update(id="PHQ 9"), "id", id="an id unfit for a web address"),
        pytest.param(lambda f: f.update(missing_items="mean"), "missing_items", id="a rule nobody can apply"),
        pytest.param(lambda f: f["items"][0].update(verified=1), "items", id="an unknown field in an item"),
        pytest.param(lambda f: f["items"][0].update(maximum=3), "items", id="an answer without words"),
        pytest.param(lambda f: f["items"][2].update(minimum=10), "items", id="a range of one"),
        pytest.param(lambda f: f["items"][0].update(answers="seldom"), "items", id="an absent answer list"),
        pytest.param(lambda f: f["items"][0].update(link_id="line"), "items", id="a question asked twice"),
        pytest.param(lambda f: [i.update(scored=False) for i in f["items"]], "items", id="nothing scored"),
        pytest.param(
            lambda f: f["answer_lists"]["often"]["options"][0].update(code="always"), "items", id="a shared code"
        ),
        pytest.param(
            lambda f: f["items"][0].update(risk={"at_least": 3, "action": "a", "source": "s", "verified": True}),
            "items",
            id="a risk level that no answer reaches",
        ),
        pytest.param(lambda f: f["subscales"][0]["items"].append("sleep"), "subscales", id="a stray subscale"),
        pytest.param(lambda f: f.update(severity=banded(BANDS[1])), "severity", id="bands that begin late"),
        pytest.param(lambda f: f.update(severity=banded(BANDS[0])), "severity", id="bands that end early"),
        pytest.param(
            lambda f: f.update(severity=banded({**BANDS[0], "high": 7}, BANDS[1])), "severity", id="bands that overlap"
        ),
        pytest.param(
            lambda f: f["change"].update(remission_below={"value": 5, "source": "s", "verified": True}),
            "change",
            id="remission of a measure that should rise",
        ),
        pytest.param(lambda f: f["change"]["response_percent"].update(verified="yes"), "change", id="a vague verified"),
        pytest.param(
            lambda f: f["change"]["response_percent"].pop("source"), "change", id="a threshold without a source"
        ),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused_and_the_field_is_named(
    wellbeing_file: dict[str, Any], spoil: Spoil, field: str
) -> None:
    spoil(wellbeing_file)

    with pytest.raises(InvalidInstrument) as refused:
        read_instrument(json.dumps(wellbeing_file).encode())

    assert field in refused.value.problems
    assert field in str(refused.value)


def test_bands_that_cover_every_total_once_are_accepted(wellbeing_file: dict[str, Any]) -> None:
    wellbeing_file["severity"] = banded(*BANDS)

    instrument = read_instrument(json.dumps(wellbeing_file).encode())

    assert [band and band.code for band in map(instrument.band, range(-1, 16))] == [
        None,
        *["low"] * 7,
        *["high"] * 8,
        None,
    ]


def test_a_file_that_is_not_json_is_refused() -> None:
    with pytest.raises(InvalidInstrument, match="not JSON"):
        read_instrument(b'{"id": ')


@pytest.mark.parametrize("judgement", ["severity", "change"])
def test_a_measure_of_depth_can_have_neither_bands_nor_change_rules(
    wellbeing_file: dict[str, Any], judgement: str
) -> None:
    depth = {**wellbeing_file, "direction": "neither"}
    no_rules = {"response_percent": None, "remission_below": None, "meaningful_points": None}
    assert read_instrument(json.dumps({**depth, "change": no_rules}).encode()).bands == ()

    judged = {**depth, "change": no_rules, "severity": banded(*BANDS)} if judgement == "severity" else depth

    with pytest.raises(InvalidInstrument, match="no good or bad"):
        read_instrument(json.dumps(judged).encode())


WITHOUT_RULES = {"response_percent": None, "remission_below": None, "meaningful_points": None}


def requirement(**parts: Any) -> dict[str, Any]:
    return {"code": "c", "title": "t", "explanation": "e", "all_of": [parts], "source": "s", "verified": False}


def noted(**parts: Any) -> dict[str, Any]:
    return {"code": "n", "text": "t", "source": "s", "verified": False, **parts}


def triage(*leads: list[dict[str, Any]]) -> dict[str, Any]:
    levels = [{"code": f"l{rank}", "title": "t", "any_of": any_of} for rank, any_of in enumerate(leads)]
    return {"source": "s", "verified": False, "levels": levels}


LINE_10 = {"link_id": "line", "at_least": 10}


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        pytest.param(lambda f: f["items"][0].update(text=None), "items", id="text that ships, with a gap"),
        pytest.param(lambda f: f["licence"].update(text="clinic_loads"), "licence", id="text that may not ship"),
        pytest.param(lambda f: f["licence"].update(text="paper_only"), "licence", id="text that belongs on paper"),
        pytest.param(lambda f: f.update(answered_by="robot"), "answered_by", id="answers of nobody"),
        pytest.param(lambda f: f["items"][0].update(asked_if=LINE_10), "items", id="hangs on a later question"),
        pytest.param(
            lambda f: f["items"][2].update(asked_if={"link_id": "rested", "at_least": 0}), "items", id="always asked"
        ),
        pytest.param(
            lambda f: f["items"][2].update(asked_if={"link_id": "rested", "at_least": 3}), "items", id="never asked"
        ),
        pytest.param(
            lambda f: f["items"][1].update(asked_if={"link_id": "rested", "at_least": 1}),
            "items",
            id="skipped though reversed, so that it would count",
        ),
        pytest.param(
            lambda f: f.update(criteria=[requirement(items=["rested"], at_least=1, how_many=2)]),
            "criteria",
            id="two of one item",
        ),
        pytest.param(
            lambda f: f.update(criteria=[requirement(items=["tired"], at_least=1, how_many=1)]),
            "criteria",
            id="a criterion of an item that is not there",
        ),
        pytest.param(
            lambda f: f.update(criteria=[requirement(subscale="soul", percent=60)]),
            "criteria",
            id="a criterion of a subscale that is not there",
        ),
        pytest.param(
            lambda f: f.update(criteria=[requirement(subscale="body", at_least=2)]), "criteria", id="half a requirement"
        ),
        pytest.param(
            lambda f: f.update(criteria=[requirement(subscale="body", percent=60)] * 2), "criteria", id="said twice"
        ),
        pytest.param(lambda f: f.update(notes=[noted(only_from=["tired"])]), "notes", id="a note of a stray item"),
        pytest.param(lambda f: f.update(notes=[noted(), noted()]), "notes", id="two notes of one code"),
        pytest.param(
            lambda f: f.update(scale={"times": 0, "divided_by": 1, "decimals": 0, "source": "s", "verified": False}),
            "scale",
            id="a scale that makes all nothing",
        ),
        pytest.param(lambda f: f.update(triage=triage([], [LINE_10])), "triage", id="a triage that adds up too"),
    ],
)
def test_rules_that_cannot_be_applied_are_refused_too(wellbeing_file: dict[str, Any], spoil: Spoil, field: str) -> None:
    spoil(wellbeing_file)

    with pytest.raises(InvalidInstrument) as refused:
        read_instrument(json.dumps(wellbeing_file).encode())

    assert field in refused.value.problems


@pytest.mark.parametrize(
    "leads",
    [
        pytest.param([[LINE_10], [LINE_10]], id="nobody is on the lowest level by default"),
        pytest.param([[], [], [LINE_10]], id="a level to which nothing leads"),
        pytest.param([[], [{"link_id": "tired", "at_least": 1}]], id="an item that is not there"),
        pytest.param([[], [{"link_id": "line", "at_least": 11}]], id="an answer that cannot be given"),
    ],
)
def test_a_triage_that_cannot_be_read_is_refused(wellbeing_file: dict[str, Any], leads: Any) -> None:
    bare = {**wellbeing_file, "subscales": [], "change": WITHOUT_RULES}
    assert read_instrument(json.dumps({**bare, "triage": triage([], [LINE_10])}).encode()).has_total is False

    with pytest.raises(InvalidInstrument) as refused:
        read_instrument(json.dumps({**bare, "triage": triage(*leads)}).encode())

    assert "triage" in refused.value.problems


def test_what_the_first_files_leave_out_means_what_it_always_meant(wellbeing_file: dict[str, Any]) -> None:
    instrument = read_instrument(json.dumps(wellbeing_file).encode())

    assert (instrument.answered_by, instrument.scale, instrument.levels) == ("client", None, ())
    assert (instrument.criteria, instrument.notes, instrument.wording) == ((), (), None)
    assert instrument.change_rules.reliable_points is None
    assert all(item.asked_if is None for item in instrument.items)
