"""Answers as FHIR R4 `QuestionnaireResponse`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.measures import r4
from shared.measures.answers import known_answers
from shared.measures.fhir.names import STEM, canonical, coding, loinc_url, plain, url
from shared.measures.instrument import Instrument
from shared.measures.item import Item
from shared.measures.library import instruments
from shared.measures.r4 import Fault, fault


class InvalidResponse(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """A QuestionnaireResponse that can't be read safely; `errors` tells its sender what to mend.

    Each has a `path` (JSON Pointer) and a `message`; neither repeats what a client answered.
    """

    def __init__(self, errors: list[Fault]) -> None:
        super().__init__("; ".join(f"{error['path'] or '/'}: {error['message']}" for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Response:
    """What a QuestionnaireResponse says: every item of the instrument, None where it was left unanswered.

    `authored` is in UTC, or None when the resource does not say. Who answered is not read: the caller knows
    whose session it is, and a reference inside a file proves nothing.
    """

    instrument: Instrument
    answers: Mapping[str, int | None]
    authored: datetime | None


def write_response(
    instrument: Instrument, answers: Mapping[str, int | None], authored: datetime | None
) -> dict[str, Any]:
    """These answers as a completed FHIR R4 QuestionnaireResponse, without a subject.

    Unanswered items are left out, and so are the words of an instrument that has none. `authored` must be aware and is
    written in UTC; None leaves it out. Raises UnknownItem, OutOfRange, or ValueError for a time without a zone.
    """
    given = known_answers(instrument, answers)
    resource: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical(instrument),
        "status": "completed",
    }
    if authored is not None:
        if authored.tzinfo is None:
            raise ValueError("The time of answering must say its zone.")
        resource["authored"] = authored.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if given:
        items = instrument.by_link_id
        resource["item"] = [_answered(items[link_id], answer) for link_id, answer in given.items()]
    return resource


def read_response(resource: object, known: Sequence[Instrument] | None = None) -> Response:
    """What a FHIR R4 QuestionnaireResponse says, or InvalidResponse with what is wrong with it.

    `questionnaire` may be our canonical or LOINC's (`http://loinc.org/q/44249-1`), with or without a version.
    An answer may be a valueInteger, or a valueCoding with one of the item's answer codes; to a yes-or-no question (0 or
    1) also a valueBoolean, and to a free number a valueDecimal that is whole. Only a completed response is read.
    Unanswered items are no error here: they are None, and it is `score` that refuses them. `known` are the forms that
    may be named, every shipped one by default, whether its text ships or not.
    """
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "QuestionnaireResponse":
        raise InvalidResponse([fault("/resourceType", "A FHIR R4 QuestionnaireResponse is expected here.")])
    errors = r4.faults("QuestionnaireResponse", resource)
    if errors:
        raise InvalidResponse(errors)
    if resource.get("status") != "completed":
        errors.append(fault("/status", "Only a response whose status is completed can be read."))
    authored = None
    try:
        authored = _authored(resource.get("authored"))
    except _Unreadable as error:
        errors.append(error.fault)
    forms = instruments() if known is None else known
    instrument = _named(resource.get("questionnaire"), forms)
    if instrument is None:
        names = ", ".join(canonical(form) for form in forms)
        errors.append(fault("/questionnaire", f"Must name a form that is known here: {names}."))
        raise InvalidResponse(errors)
    answers = _answers(instrument, resource.get("item", []), errors)
    if errors:
        raise InvalidResponse(errors)
    return Response(instrument, answers, authored)


class _Unreadable(Exception):  # noqa: N818 - an error is named for what is wrong.
    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault(path, message)


def _answered(item: Item, answer: int) -> dict[str, Any]:
    chosen = next((option for option in item.options if option.value == answer), None)
    value = {"valueInteger": answer} if chosen is None else {"valueCoding": coding(chosen)}
    text = {"text": plain(item.text)} if item.text else {}
    return {"linkId": item.link_id, **text, "answer": [value]}


def _named(name: str | None, forms: Sequence[Instrument]) -> Instrument | None:
    named, _, version = (name or "").partition("|")
    for form in forms:
        if named == url(form) and version in ("", str(form.version)):
            return form
        # A LOINC code never changes its meaning, so the LOINC release that a sender names does not matter.
        if form.loinc_panel and named == loinc_url(form.loinc_panel):
            return form
    return None


def _authored(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        # A date alone is legal FHIR but no instant: which day it was would hang on a zone that nobody gave.
        return datetime.fromisoformat(text if "T" in text else "").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        example = "2027-03-03T10:00:00-05:00"
        raise _Unreadable(
            "/authored", f"Must be a real date and time with a zone, like {example}, or left out."
        ) from error


def _answers(instrument: Instrument, entries: list[dict[str, Any]], errors: list[Fault]) -> dict[str, int | None]:
    items = instrument.by_link_id
    answers: dict[str, int | None] = dict.fromkeys(items)
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        link_id = str(entry.get("linkId", ""))
        if link_id == STEM and "answer" not in entry:
            continue  # Some renderers give the instruction text back.
        try:
            if link_id not in items:
                raise _Unreadable(
                    f"/item/{index}/linkId",
                    f"{instrument.id} has no such item; its items are {', '.join(items)}.",
                )
            if link_id in seen:
                raise _Unreadable(f"/item/{index}/linkId", f"{link_id} was already given further up.")
            seen.add(link_id)
            answers[link_id] = _answer(items[link_id], entry, f"/item/{index}")
        except _Unreadable as error:
            errors.append(error.fault)
    return answers


def _answer(item: Item, entry: dict[str, Any], path: str) -> int | None:
    given: list[dict[str, Any]] = entry.get("answer", [])
    if "item" in entry or any("item" in answer for answer in given):
        raise _Unreadable(path, "Items inside items are not part of this form.")
    if len(given) > 1:
        raise _Unreadable(f"{path}/answer", "This item takes one answer.")
    if not given:
        return None
    (answer,) = given
    if "valueCoding" in answer and item.options:
        return _coded(item, answer["valueCoding"], f"{path}/answer/0/valueCoding")
    if type(answer.get("valueBoolean")) is bool and item.options and (item.minimum, item.maximum) == (0, 1):
        return int(answer["valueBoolean"])
    # What draws a line rather than a field may send 50.0 for 50.
    name = "valueDecimal" if "valueDecimal" in answer and not item.options else "valueInteger"
    if name not in answer:
        expected = "valueCoding or valueInteger" if item.options else "valueInteger"
        raise _Unreadable(
            f"{path}/answer/0", f"An answer needs a {expected}; leave the item out if it was not answered."
        )
    return _number(item, answer[name], f"{path}/answer/0/{name}")


def _number(item: Item, number: object, path: str) -> int:
    if path.endswith("valueDecimal") and isinstance(number, float) and number.is_integer():
        number = int(number)
    # The schema lets 1.5 pass as an integer, and Python would let True pass as 1.
    if type(number) is int and item.minimum <= number <= item.maximum:
        return number
    raise _Unreadable(
        path, f"The answer to {item.link_id} must be a whole number from {item.minimum} to {item.maximum}."
    )


def _coded(item: Item, given: dict[str, Any], path: str) -> int:
    said = (given.get("system"), given.get("code"))
    chosen = next((option for option in item.options if (option.system, option.code) == said), None)
    if chosen is None:
        codes = ", ".join(f"{one.code} ({one.display})" if one.display else one.code for one in item.options)
        raise _Unreadable(path, f"Must be one of this item's codes of {item.options[0].system}: {codes}.")
    # Neighbouring codes do get swapped by senders. When code and words name two answers, neither is believed.
    words = plain(str(given.get("display", ""))).casefold()
    others = [plain(option.display).casefold() for option in item.options if option is not chosen and option.display]
    # Where two answers of a list share their words ("no" at both ends), the code alone tells them apart.
    if words in others and words != plain(chosen.display).casefold():
        raise _Unreadable(path, "The code and its display name different answers.")
    return chosen.value
