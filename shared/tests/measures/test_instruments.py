"""The instruments that ship are what was published, and a file of the wrong shape never becomes an instrument."""

import ast
import dataclasses
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import shared.measures
from shared.measures import (
    Instrument,
    InvalidInstrument,
    UnknownInstrument,
    instruments,
    load_instrument,
    read_instrument,
)

# A version whose hash stands here has been published. To change an instrument, publish a new version of it.
PUBLISHED = {
    ("gad-7", 1): "10e2830e1b4ca5ee5b9b9eaec826ac5a7adfa0402f6b48adafede97134ca6e1e",
    ("phq-9", 1): "b9ca7d3d2ab45100daa3af5f8752e9c9839f0399034695898dbef2663e912480",
}


def test_no_published_version_of_an_instrument_has_been_edited() -> None:
    assert {(one.id, one.version): one.content_hash for one in instruments()} == PUBLISHED


def test_the_phq9_asks_nine_scored_questions_and_one_about_difficulty(phq9: Instrument) -> None:
    assert [item.link_id for item in phq9.items] == [
        *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"),
        "69722-7",
    ]
    assert [item.link_id for item in phq9.items if not item.scored] == ["69722-7"]
    assert (phq9.loinc_panel, phq9.loinc_total, phq9.look_back_days) == ("44249-1", "44261-6", 14)
    assert (phq9.lowest, phq9.highest) == (0, 27)


def test_the_gad7_asks_seven_scored_questions_and_one_about_difficulty(gad7: Instrument) -> None:
    assert [item.link_id for item in gad7.items] == [
        *("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
        "69722-7",
    ]
    assert (gad7.loinc_panel, gad7.loinc_total, gad7.look_back_days) == ("69737-5", "70274-6", 14)
    assert (gad7.lowest, gad7.highest) == (0, 21)


@pytest.mark.parametrize("instrument_id", ["phq-9", "gad-7"])
def test_answers_carry_the_codes_of_loincs_own_answer_lists(instrument_id: str) -> None:
    *scored, difficulty = load_instrument(instrument_id).items

    for item in scored:
        assert [(option.value, option.code, option.display) for option in item.options] == [
            (0, "LA6568-5", "Not at all"),
            (1, "LA6569-3", "Several days"),
            (2, "LA6570-1", "More than half the days"),
            (3, "LA6571-9", "Nearly every day"),
        ]
    # LL359-1 gives "very" the higher code and "extremely" the lower one; copies that sort them are wrong.
    assert [(option.value, option.code, option.display) for option in difficulty.options] == [
        (0, "LA6572-7", "Not difficult at all"),
        (1, "LA6573-5", "Somewhat difficult"),
        (2, "LA6575-0", "Very difficult"),
        (3, "LA6574-3", "Extremely difficult"),
    ]


def test_only_the_phq9s_ninth_question_carries_a_risk_level(phq9: Instrument, gad7: Instrument) -> None:
    at_risk = [(item.link_id, item.risk) for item in (*phq9.items, *gad7.items) if item.risk]

    assert [(link_id, risk.at_least, risk.action) for link_id, risk in at_risk] == [("44260-8", 1, "administer_c_ssrs")]


def test_every_clinical_value_names_its_source_and_says_whether_it_was_verified(
    phq9: Instrument, gad7: Instrument
) -> None:
    rules = phq9.change_rules
    assert rules.response_percent is not None
    assert rules.remission_below is not None
    assert (rules.response_percent.value, rules.response_percent.verified) == (Decimal(50), False)
    assert (rules.remission_below.value, rules.remission_below.verified) == (Decimal(5), False)
    assert all(band.verified for band in phq9.bands)
    assert not any(band.verified for band in gad7.bands)
    for instrument in (phq9, gad7):
        thresholds = dataclasses.astuple(instrument.change_rules)
        assert all(band.source for band in instrument.bands)
        assert all(source for _, source, _ in filter(None, thresholds))


def test_the_notices_that_the_owners_ask_for_travel_with_the_text(phq9: Instrument, gad7: Instrument) -> None:
    for instrument in (phq9, gad7):
        assert instrument.licence.text == "may_ship"
        assert any("No permission required to reproduce" in notice for notice in instrument.licence.notices)
        assert any("Regenstrief" in notice for notice in instrument.licence.notices)


def test_an_instrument_cannot_be_altered_once_it_is_read(phq9: Instrument) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        phq9.title = "Something else"  # type: ignore[misc]


def test_an_instrument_is_read_once(phq9: Instrument) -> None:
    assert load_instrument("phq-9", version=1) is phq9


@pytest.mark.parametrize(("instrument_id", "version"), [("phq-8", None), ("phq-9", 2)])
def test_an_instrument_that_is_not_here_is_named_in_the_refusal(instrument_id: str, version: int | None) -> None:
    with pytest.raises(UnknownInstrument, match=instrument_id):
        load_instrument(instrument_id, version)


def test_the_hash_follows_what_a_file_says_and_not_how_it_is_laid_out(wellbeing_file: dict[str, Any]) -> None:
    plain = read_instrument(json.dumps(wellbeing_file).encode())
    laid_out = read_instrument(json.dumps(dict(reversed(wellbeing_file.items())), indent=4).encode())
    reworded = read_instrument(json.dumps({**wellbeing_file, "stem": "Just now,"}).encode())

    assert laid_out == plain
    assert reworded.content_hash != plain.content_hash


Spoil = Callable[[dict[str, Any]], object]
BANDS = [{"code": "low", "title": "Low", "low": 0, "high": 6}, {"code": "high", "title": "High", "low": 7, "high": 14}]


def banded(*bands: dict[str, Any]) -> dict[str, Any]:
    return {"source": "Made up", "verified": False, "bands": list(bands)}


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        pytest.param(lambda f: f.pop("licence"), "licence", id="no licence"),
        pytest.param(lambda f: f["licence"].update(text="ask_first"), "licence", id="text that may not ship"),
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


def test_the_package_imports_nothing_else_of_afterglow_and_no_web_or_database() -> None:
    allowed = {"marshmallow", "jsonschema_rs", "shared.measures"}
    folder = Path(shared.measures.__file__).parent
    for module in folder.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = ".".join(name.split(".")[:2]) if name.startswith("shared") else name.split(".")[0]
                assert ours in allowed or ours in sys.stdlib_module_names, f"{module.name} imports {name}"
