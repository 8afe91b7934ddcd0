"""Instruments as FHIR R4 `Questionnaire`."""

from typing import Any

from shared.measures.fhir.names import LOINC, ORDINAL, STEM, coding, loinc_url, plain, url
from shared.measures.instrument import Instrument
from shared.measures.item import Item

LEAST = "http://hl7.org/fhir/StructureDefinition/minValue"
MOST = "http://hl7.org/fhir/StructureDefinition/maxValue"


class Unworded(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """An instrument without text cannot be asked: its words may not ship, and no clinic has loaded them."""

    def __init__(self, instrument: Instrument) -> None:
        super().__init__(f"{instrument.id} has no text to ask with.")
        self.instrument_id = instrument.id


def questionnaire(instrument: Instrument) -> dict[str, Any]:
    """The instrument as a FHIR R4 Questionnaire that any renderer can show. Raises Unworded where it has no text.

    No item is `required`: a client may leave a question blank, and blank is unknown. What is skipped by rule has
    `enableWhen`.
    """
    if not instrument.can_be_asked:
        raise Unworded(instrument)
    items = instrument.by_link_id
    resource: dict[str, Any] = {
        "resourceType": "Questionnaire",
        "id": instrument.id,
        "url": url(instrument),
        "version": str(instrument.version),
        "name": instrument.id.replace("-", "").upper(),
        "title": instrument.title,
        "status": "active",
        "subjectType": ["Patient"],
        "item": [
            {"linkId": STEM, "type": "display", "text": plain(instrument.stem)},
            *(
                _question(item, None if item.asked_if is None else items[item.asked_if.link_id])
                for item in items.values()
            ),
        ],
    }
    if instrument.wording is not None:
        resource["language"] = instrument.wording.language
    if instrument.licence.notices:
        resource["copyright"] = "\n\n".join(plain(notice) for notice in instrument.licence.notices)
    if instrument.loinc_panel:
        resource["code"] = [{"system": LOINC, "code": instrument.loinc_panel}]
        resource["derivedFrom"] = [loinc_url(instrument.loinc_panel)]
    return resource


def _question(item: Item, gate: Item | None) -> dict[str, Any]:
    question: dict[str, Any] = {
        "linkId": item.link_id,
        "text": plain(item.text),
        "type": "choice" if item.options else "integer",
    }
    if item.loinc:
        question["code"] = [{"system": LOINC, "code": item.loinc}]
    if gate is not None and item.asked_if is not None:
        question["enableWhen"] = _reaching(gate, item.asked_if.at_least)
        if len(question["enableWhen"]) > 1:
            question["enableBehavior"] = "any"
    if item.options:
        question["answerOption"] = [
            {"valueCoding": {"extension": [{"url": ORDINAL, "valueDecimal": option.value}], **coding(option)}}
            for option in item.options
        ]
    else:
        question["extension"] = [
            {"url": LEAST, "valueInteger": item.minimum},
            {"url": MOST, "valueInteger": item.maximum},
        ]
    return question


def _reaching(gate: Item, at_least: int) -> list[dict[str, Any]]:
    """That the gate's answer is one of those that reach a value: FHIR cannot compare codes, only name them."""
    if not gate.options:
        return [{"question": gate.link_id, "operator": ">=", "answerInteger": at_least}]
    return [
        {"question": gate.link_id, "operator": "=", "answerCoding": coding(option)}
        for option in gate.options
        if option.value >= at_least
    ]
