"""A clinic loads the text of an instrument by a permission that it names; it fits whole, or not at all."""

import dataclasses
import json
from typing import Any

import pytest
from measures.made_up import answered, wording_for

from shared.measures import (
    Instrument,
    InvalidWording,
    NotWordable,
    Wording,
    canonical,
    instruments,
    load_instrument,
    read_wording,
    score,
)


@pytest.fixture
def dast() -> Instrument:
    return load_instrument("dast-10")


def without(words: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: said for each, said in words.items() if each != name}


@pytest.mark.parametrize(
    "instrument", [one for one in instruments() if one.licence.text == "clinic_loads"], ids=canonical
)
def test_with_words_for_everything_an_instrument_can_be_asked_and_scores_as_before(instrument: Instrument) -> None:
    worded = instrument.worded(wording_for(instrument))
    lowest = {item.link_id: item.minimum for item in instrument.items}

    assert not instrument.can_be_asked
    assert worded.can_be_asked
    assert worded.stem == "Made-up instruction"
    assert [item.text for item in worded.items][:2] == ["Made-up question 1", "Made-up question 2"]
    assert all(option.display == f"Answer {option.value}" for item in worded.items for option in item.options)
    assert worded.content_hash == instrument.content_hash
    assert score(worded, lowest) == score(instrument, lowest)


def test_who_reads_a_worded_instrument_sees_by_whose_leave(dast: Instrument) -> None:
    worded = dast.worded(wording_for(dast, notices=("© 1982 the owner",)))

    assert worded.wording is not None
    assert worded.wording.permission == "Letter of the owner, 3 May 2027, in the clinic's safe"
    assert worded.licence.notices == (*dast.licence.notices, "© 1982 the owner")


def test_words_of_an_answer_may_differ_from_item_to_item() -> None:
    isi = load_instrument("isi")
    plain = wording_for(isi)
    own = {str(value): f"Own {value}" for value in range(5)}

    worded = isi.worded(dataclasses.replace(plain, options={**plain.options, "isi-4": own}))

    assert [option.display for option in worded.items[3].options][:2] == ["Own 0", "Own 1"]
    assert [option.display for option in worded.items[4].options][:2] == ["Answer 0", "Answer 1"]


def test_where_every_item_has_its_own_answers_the_list_needs_none() -> None:
    isi = load_instrument("isi")
    own = {str(value): f"Own {value}" for value in range(5)}

    worded = isi.worded(wording_for(isi, options={item.link_id: own for item in isi.items}))

    assert all(item.options[4].display == "Own 4" for item in worded.items)


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        pytest.param({"language": "English"}, "/language", "Must be a language like en or es-MX.", id="language"),
        pytest.param({"permission": " "}, "/permission", "Not worded.", id="no permission named"),
        pytest.param({"stem": ""}, "/stem", "Not worded.", id="no instruction"),
        pytest.param({"stem": "x" * 4_001}, "/stem", "At most 4000 characters.", id="a book"),
        pytest.param({"stem": "a\x00b"}, "/stem", "Has characters that cannot be shown.", id="a character of no use"),
        pytest.param({"notices": ("",)}, "/notices/0", "Not worded.", id="an empty notice"),
        pytest.param({"notices": ("©",) * 11}, "/notices", "At most 10 notices.", id="notices without end"),
    ],
)
def test_a_wording_that_is_not_fit_to_be_shown_is_refused(
    dast: Instrument, changes: dict[str, Any], path: str, message: str
) -> None:
    with pytest.raises(InvalidWording) as refused:
        dast.worded(wording_for(dast, **changes))

    assert refused.value.errors == [{"path": path, "message": message}]


def test_an_item_left_out_one_too_many_and_a_blank_one_are_all_told_at_once(dast: Instrument) -> None:
    items = dict(wording_for(dast).items)
    del items["dast-10-4"]
    items |= {"dast-10-11": "And another thing?", "dast-10-7": "\n", "dast-10-9": "x" * 2_001}

    with pytest.raises(InvalidWording) as refused:
        dast.worded(wording_for(dast, items=items))

    assert [(error["path"], error["message"]) for error in refused.value.errors] == [
        ("/items/dast-10-11", "This instrument has nothing of this name."),
        ("/items/dast-10-4", "Not worded."),
        ("/items/dast-10-7", "Not worded."),
        ("/items/dast-10-9", "At most 2000 characters."),
    ]


@pytest.mark.parametrize(
    ("options", "path", "message"),
    [
        ({}, "/options/yes-no/0", "Not worded."),
        ({"yes-no": {"0": "No"}}, "/options/yes-no/1", "Not worded."),
        (
            {"yes-no": {"0": "No", "1": "Yes", "2": "Perhaps"}},
            "/options/yes-no/2",
            "This instrument has nothing of this name.",
        ),
        (
            {"yes-no": {"0": "No", "1": "Yes"}, "often": {}},
            "/options/often",
            "This instrument has nothing of this name.",
        ),
        ({"yes-no": {"0": "No", "1": "Yes"}, "dast-10-3": {"0": "No"}}, "/options/dast-10-3/1", "Not worded."),
    ],
)
def test_every_answer_is_worded_once_and_nothing_else(
    dast: Instrument, options: dict[str, dict[str, str]], path: str, message: str
) -> None:
    with pytest.raises(InvalidWording) as refused:
        dast.worded(wording_for(dast, options=options))

    assert {"path": path, "message": message} in refused.value.errors


def test_a_line_has_no_answers_to_word() -> None:
    edi = load_instrument("edi")

    assert edi.worded(wording_for(edi, options={})).can_be_asked
    with pytest.raises(InvalidWording, match="nothing of this name"):
        edi.worded(wording_for(edi, options={"edi-1": {"0": "No"}}))


@pytest.mark.parametrize("instrument_id", ["phq-9", "pcl-5", "ors", "srs"])
def test_what_has_its_own_text_or_stays_on_paper_is_not_worded(instrument_id: str) -> None:
    instrument = load_instrument(instrument_id)

    with pytest.raises(NotWordable, match=instrument_id):
        instrument.worded(wording_for(instrument))


def test_a_wording_cannot_be_altered_once_it_is_made(dast: Instrument) -> None:
    items = dict(wording_for(dast).items)
    wording = wording_for(dast, items=items)

    items["dast-10-1"] = "Something else?"

    assert wording.items["dast-10-1"] == "Made-up question 1"
    with pytest.raises(TypeError):
        wording.items["dast-10-1"] = "Something else?"  # type: ignore[index]


def test_a_wording_is_kept_as_json_and_its_hash_follows_what_it_says(dast: Instrument) -> None:
    wording = wording_for(dast, notices=("©",))

    again = read_wording(json.loads(json.dumps(wording.as_document())))

    assert again == wording
    assert again.content_hash == wording.content_hash
    assert dataclasses.replace(wording, stem="Another").content_hash != wording.content_hash


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda d: d.pop("permission"), "/permission"),
        (lambda d: d.update(colour="green"), "/colour"),
        (lambda d: d.update(items=["one"]), "/items"),
        (lambda d: d["items"].update({"dast-10-1": 7}), "/items/dast-10-1"),
        (lambda d: d["options"].update({"yes-no": "yes"}), "/options/yes-no"),
    ],
)
def test_json_that_is_no_wording_is_refused_with_the_place(dast: Instrument, spoil: Any, path: str) -> None:
    document = wording_for(dast).as_document()
    spoil(document)

    with pytest.raises(InvalidWording) as refused:
        read_wording(document)

    assert [error["path"] for error in refused.value.errors] == [path]


def test_without_words_questions_are_told_by_their_number_and_answers_by_theirs(dast: Instrument) -> None:
    answers = answered(dast, 1, 0, None, *[0] * 7)

    said = dast.in_words(answers)

    assert list(said.items())[:3] == [("1", 1), ("2", 0), ("3", "not answered")]
    assert len(said) == 10
    assert dast.worded(wording_for(dast)).in_words(answers)["Made-up question 1"] == "Answer 1"


def test_a_wording_needs_neither_answers_nor_notices_of_its_own() -> None:
    edi = load_instrument("edi")
    bare = {"language": "en", "permission": "CC BY", "stem": "How much?", "items": dict(wording_for(edi).items)}

    assert edi.worded(read_wording(bare)).wording == Wording(**bare, options={})
