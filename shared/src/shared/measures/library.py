"""The instruments that ship: found in `data/`, checked against their shape, read once."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from marshmallow import ValidationError

from shared.measures.fingerprint import fingerprint
from shared.measures.instrument import Band, Instrument
from shared.measures.item import Item, Option
from shared.measures.shape import InstrumentShape, repeated

SHAPE = InstrumentShape()


class InvalidInstrument(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """An instrument's file lacks the shape that scoring relies on; `problems` says where, by field."""

    def __init__(self, problems: Any) -> None:
        super().__init__(f"The instrument cannot be used: {json.dumps(problems, ensure_ascii=False)}")
        self.problems = problems


class UnknownInstrument(LookupError):  # noqa: N818 - an error is named for what is wrong.
    """No instrument of this id and version is known here."""


def instruments() -> tuple[Instrument, ...]:
    """Every version of every instrument, by id, and the newest version of each first."""
    return _library()


def find_instrument(instrument_id: str, version: str | None = None) -> Instrument | None:
    """The named instrument, in its newest version unless one is asked for, as it is written down and told: as text.

    None where this release has none such; a newer one may.
    """
    named = (one for one in _library() if one.id == instrument_id and version in (None, str(one.version)))
    return next(named, None)


def load_instrument(instrument_id: str, version: int | None = None) -> Instrument:
    """The named instrument, in its newest version unless one is asked for. Raises UnknownInstrument."""
    found = find_instrument(instrument_id, None if version is None else str(version))
    if found is None:
        raise UnknownInstrument(f"There is no instrument {instrument_id!r}, version {version or 'any'}.")
    return found


def read_instrument(document: bytes) -> Instrument:
    """One instrument from the JSON text of its file, checked whole, or InvalidInstrument with what is wrong.

    The content hash is taken over what the document says, not how it is laid out: neither key order nor
    white space counts.
    """
    try:
        content = json.loads(document)
        read: dict[str, Any] = SHAPE.load(content)
    except ValidationError as error:
        raise InvalidInstrument(error.messages) from error
    except ValueError as error:
        raise InvalidInstrument({"_schema": [f"This is not JSON: {error}"]}) from error
    return _assembled(read, content_hash=fingerprint(content))


@cache
def _library() -> tuple[Instrument, ...]:
    found = [
        read_instrument(entry.read_bytes())
        for entry in (files("shared.measures") / "data").iterdir()
        if entry.name.endswith(".json") and not entry.name.endswith(".schema.json")
    ]
    twice = repeated((one.id, one.version) for one in found)
    if twice:
        raise InvalidInstrument({"version": [f"Published by two files: {twice}."]})
    return tuple(sorted(found, key=lambda one: (one.id, -one.version)))


def _assembled(read: dict[str, Any], content_hash: str) -> Instrument:
    lists = read["answer_lists"]
    items = tuple(
        Item(
            **{name: value for name, value in item.items() if name not in ("answers", "text")},
            text=item["text"] or "",
            answer_list=item["answers"],
            options=_options(item, lists),
        )
        for item in read["items"]
    )
    return Instrument(
        id=read["id"],
        version=read["version"],
        content_hash=content_hash,
        title=read["title"],
        loinc_panel=read["loinc"]["panel"],
        loinc_total=read["loinc"]["total"],
        loinc_level=read["loinc"]["level"],
        direction=read["direction"],
        answered_by=read["answered_by"],
        substance_use=read["substance_use"],
        look_back_days=read["look_back_days"],
        licence=read["licence"],
        stem=read["stem"] or "",
        numbering=read["numbering"],
        missing_items=read["missing_items"],
        items=items,
        subscales=tuple(read["subscales"]),
        scale=read["scale"],
        levels=tuple(read["triage"]["levels"]) if read["triage"] else (),
        bands=_ranks(read["triage"]) if read["triage"] else _bands(read["severity"]),
        criteria=tuple(read["criteria"]),
        notes=tuple(read["notes"]),
        change_rules=read["change"],
    )


def _bands(severity: dict[str, Any] | None) -> tuple[Band, ...]:
    if severity is None:
        return ()
    return tuple(Band(**band, source=severity["source"], verified=severity["verified"]) for band in severity["bands"])


def _ranks(triage: dict[str, Any]) -> tuple[Band, ...]:
    sourced = {"source": triage["source"], "verified": triage["verified"]}
    return tuple(
        Band(code=level.code, title=level.title, low=rank, high=rank, **sourced)
        for rank, level in enumerate(triage["levels"])
    )


def _options(item: dict[str, Any], lists: dict[str, Any]) -> tuple[Option, ...]:
    if item["answers"] is None:
        return ()
    answers = lists[item["answers"]]
    return tuple(
        Option(system=answers["system"], **{**option, "display": option["display"] or ""})
        for option in answers["options"]
    )
