"""No text ships but what may, and what ships comes whole and with its owners' notices."""

import json
from importlib.resources import files

import pytest

from shared.measures import Instrument, canonical, instruments, load_instrument

SHIPS = ("audit-c", "gad-7", "pcl-5", "phq-9")
ON_PAPER = ("ors", "srs")


def of_text(text: str) -> list[Instrument]:
    return [one for one in instruments() if one.licence.text == text]


def test_which_texts_ship_which_a_clinic_loads_and_which_stay_on_paper() -> None:
    assert tuple(one.id for one in of_text("may_ship")) == SHIPS
    assert tuple(one.id for one in of_text("paper_only")) == ON_PAPER
    assert [one.id for one in of_text("clinic_loads")] == [
        *("c-ssrs-screener", "c-ssrs-since-last-contact", "cadss-6", "dast-10", "ebi", "edi", "isi", "madrs", "meq-30"),
        *("wai-sr", "who-5"),
    ]


@pytest.mark.parametrize("instrument", of_text("may_ship"), ids=canonical)
def test_a_text_that_ships_is_whole_and_has_its_notices(instrument: Instrument) -> None:
    assert instrument.can_be_asked
    assert instrument.stem
    assert all(item.text for item in instrument.items)
    assert all(option.display for item in instrument.items for option in item.options)
    assert instrument.licence.notices


@pytest.mark.parametrize("instrument", of_text("clinic_loads") + of_text("paper_only"), ids=canonical)
def test_of_a_text_that_may_not_ship_there_is_not_a_word(instrument: Instrument) -> None:
    assert not instrument.can_be_asked
    assert not instrument.stem
    assert not any(item.text for item in instrument.items)
    assert not any(option.display for item in instrument.items for option in item.options)
    assert instrument.licence.source
    assert instrument.numbering


# Words that stand in the forms of instruments whose text may not ship, and in nothing that is said about them.
GIVEAWAYS = (
    "wish to be dead",
    "cheerful",
    "in good spirits",
    "abuse more than one",
    "eternity or infinity",
    "lassitude",
)


@pytest.mark.parametrize("word", GIVEAWAYS)
def test_no_file_of_the_package_has_such_a_text_either(word: str) -> None:
    package = files("shared.measures")
    texts = [entry.read_text() for entry in (package / "data").iterdir() if not entry.name.endswith(".schema.json")]

    assert not any(word in text.casefold() for text in texts)


@pytest.mark.parametrize("instrument_id", ["phq-9", "gad-7"])
def test_phq_and_gad_say_that_nobody_needs_to_be_asked(instrument_id: str) -> None:
    notices = load_instrument(instrument_id).licence.notices

    assert any("No permission required to reproduce" in notice for notice in notices)
    assert any("Regenstrief" in notice for notice in notices)


def test_the_audit_c_says_what_the_world_health_organization_asks_for() -> None:
    assert any("World Health Organization" in notice for notice in load_instrument("audit-c").licence.notices)


def test_the_pcl5_is_cited_as_its_authors_ask() -> None:
    assert any(notice.startswith("Weathers, F.W.") for notice in load_instrument("pcl-5").licence.notices)


@pytest.mark.parametrize("instrument", instruments(), ids=canonical)
def test_who_uses_loincs_codes_prints_loincs_notice(instrument: Instrument) -> None:
    document = (files("shared.measures") / "data" / f"{instrument.id}.json").read_text()
    codes = [instrument.loinc_panel, instrument.loinc_total, *(item.loinc for item in instrument.items)]

    assert any("Regenstrief" in notice for notice in instrument.licence.notices) is (
        any(codes) or "http://loinc.org" in document
    )


@pytest.mark.parametrize("instrument", instruments(), ids=canonical)
def test_whatever_a_file_claims_it_names_a_source_for_and_says_whether_that_was_verified(
    instrument: Instrument,
) -> None:
    document = json.loads((files("shared.measures") / "data" / f"{instrument.id}.json").read_text())
    claims = [document["licence"], *filter(None, document["change"].values()), *document.get("criteria", [])]
    claims += [*filter(None, (document["severity"], document.get("triage"), document.get("scale")))]
    claims += document.get("notes", [])
    claims += [item["risk"] for item in document["items"] if item["risk"]]

    assert all(len(claim["source"]) > 10 for claim in claims)
    assert all(type(claim["verified"]) is bool for claim in claims)


def test_what_the_table_of_measures_could_not_confirm_is_marked_so() -> None:
    def verified(instrument_id: str, rule: str) -> bool:
        threshold = getattr(load_instrument(instrument_id).change_rules, rule)
        assert threshold is not None
        return bool(threshold.verified)

    assert not verified("madrs", "response_percent")
    assert not verified("isi", "meaningful_points")
    assert not verified("pcl-5", "reliable_points")
    assert not load_instrument("meq-30").criteria[0].verified
    assert not load_instrument("audit-c").licence.verified
    assert not any(band.verified for name in ("madrs", "ors", "srs") for band in load_instrument(name).bands)


def test_two_are_a_clinicians_judgement_and_all_others_the_clients() -> None:
    assert [one.id for one in instruments() if one.answered_by == "clinician"] == ["cadss-6", "madrs"]


def test_no_two_instruments_share_a_question_but_for_difficulty() -> None:
    asked = [item.link_id for one in instruments() for item in one.items]

    assert {link_id for link_id in asked if asked.count(link_id) > 1} == {"69722-7"}
