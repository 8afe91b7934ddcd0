"""The instruments that ship are what was published."""

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest

from shared.measures import (
    Instrument,
    UnknownInstrument,
    find_instrument,
    instruments,
    load_instrument,
    read_instrument,
)

# A version whose hash stands here has been published. To change an instrument, publish a new version of it.
PUBLISHED = {
    ("audit-c", 1): "663924ccc9b423901ccf400fa4ebdc00dbd0b172d85bf2ea27be94a5c5c34c18",
    ("c-ssrs-screener", 1): "a03d55214093551098fd107bf58b507b30c03ad7388268c5e334612b5b8148dc",
    ("c-ssrs-since-last-contact", 1): "c98d4f466f47b85066718f9eb2826aa94b9381c8b5d89ff790801ff5e01b9fb3",
    ("cadss-6", 1): "99028e5387fa531f3ca6338c05fd58b32c21951f61421718684c1510754be40c",
    ("dast-10", 1): "16c7736b30a981afd657883518edaacd519ab718c30fb16bb8cf7cbd19f5374a",
    ("ebi", 1): "210b17f1a914af8cc1729e0774791ccf185d0d0d156bc9ec2237b45d8e114324",
    ("edi", 1): "9a717efb3f294fa588f12c81fe72e26c60c384a3a1bc596bf8665e9be9fec540",
    ("gad-7", 1): "10e2830e1b4ca5ee5b9b9eaec826ac5a7adfa0402f6b48adafede97134ca6e1e",
    ("isi", 1): "a5a7f0da60ecb2880392eccde53d13c124cba304d8e2a21fc927ef5436cee246",
    ("madrs", 1): "7546b04580513274ddeda307e6debde3c8608b49f529ba8b8ee6a822a8e4cbb2",
    ("meq-30", 1): "477d2938771aad1a84c695dc3d3ffb9bcef87f22a48afdc6c4b876da247cceef",
    ("ors", 1): "ac02b26724757cd4bd056e978e7fbc0ae8b3eddd4b5906d8449bc9b6c3108423",
    ("pcl-5", 1): "fdfb3f964ad2f22759af8babf6923dda27f76c7fb3376aee52c57cfa5463ef96",
    ("phq-9", 1): "b9ca7d3d2ab45100daa3af5f8752e9c9839f0399034695898dbef2663e912480",
    ("srs", 1): "dffd92f452338c20368e052002d960742fa043dae72c529a32b4dac6941e24d7",
    ("wai-sr", 1): "0796f0615cb99d985df2287a36e0d15651c2c3bcd844ce4d687af6300fb5e08e",
    ("who-5", 1): "7f10d1032b7afe24eb40f555b60780bdbad8918b739794b3e84f560cd89ca043",
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
        assert all(source for _, source, _ in filter(None, dataclasses.astuple(instrument.change_rules)))


def test_an_instrument_cannot_be_altered_once_it_is_read(phq9: Instrument) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        phq9.title = "Something else"  # type: ignore[misc]


def test_an_instrument_is_read_once(phq9: Instrument) -> None:
    assert load_instrument("phq-9", version=1) is phq9


@pytest.mark.parametrize(("instrument_id", "version"), [("phq-8", None), ("phq-9", 2)])
def test_an_instrument_that_is_not_here_is_named_in_the_refusal(instrument_id: str, version: int | None) -> None:
    with pytest.raises(UnknownInstrument, match=instrument_id):
        load_instrument(instrument_id, version)


@pytest.mark.parametrize(
    ("instrument_id", "version"), [("phq-8", None), ("phq-8", "1"), ("phq-9", "2"), ("phq-9", "one")]
)
def test_what_another_release_knows_and_this_one_does_not_is_not_found(instrument_id: str, version: str | None) -> None:
    assert find_instrument(instrument_id, version) is None


def test_an_instrument_is_found_by_its_version_as_it_is_told(phq9: Instrument) -> None:
    assert find_instrument("phq-9", "1") is find_instrument("phq-9") is phq9


def test_the_hash_follows_what_a_file_says_and_not_how_it_is_laid_out(wellbeing_file: dict[str, Any]) -> None:
    plain = read_instrument(json.dumps(wellbeing_file).encode())
    laid_out = read_instrument(json.dumps(dict(reversed(wellbeing_file.items())), indent=4).encode())
    reworded = read_instrument(json.dumps({**wellbeing_file, "stem": "Just now,"}).encode())

    assert laid_out == plain
    assert reworded.content_hash != plain.content_hash


def test_what_is_about_the_use_of_substances_says_so() -> None:
    assert {one.id for one in instruments() if one.substance_use} == {"audit-c", "dast-10"}
