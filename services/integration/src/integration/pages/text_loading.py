"""The form by which a clinic types in the words of an instrument."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.errors import Invalid
from shared.languages import phrase
from shared.measures import Instrument
from shared.web.face.complaints import complaint
from shared.web.face.forms import Complaint, Field
from shared.web.face.reading import reader

PLEASE = phrase("Please fill this in.")
OTHERWISE = {
    "Not worded.": PLEASE,
    "Has characters that cannot be shown.": phrase("There are characters in this that cannot be shown."),
    "Must be a language like en or es-MX.": phrase("Please give a language like en or es-MX."),
    "This instrument has nothing of this name.": phrase("Nothing of this questionnaire has this name."),
}
TOO_LONG = phrase("This is too long, or there are too many of it.")
"""What a wording is told by the engine, as people are."""


def told(message: str) -> str:
    """What is wrong with a word, for whoever loads it."""
    said = OTHERWISE.get(message, TOO_LONG if message.startswith("At most") else message)
    return complaint(said, reader())


@dataclass
class Loading:
    """The form by which the words of one instrument are typed in, with what is to be mended."""

    instrument: Instrument
    said: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    prefix: str = "text-"
    not_done: str = phrase("The text is not loaded yet")
    refusal: str = ""

    def document(self, said: Mapping[str, str]) -> dict[str, Any]:
        """What was typed, as a wording; its permission is who granted it, where that can be read, and when."""
        self.said = {name: value.strip().replace("\r\n", "\n") for name, value in said.items()}
        granted = [self.said.get(name, "") for name in ("granted_by", "reference", "granted_on")]
        reads = reader()
        for name, value in zip(("granted_by", "reference", "granted_on"), granted, strict=True):
            if not value:
                self.wrong[name] = reads.say(PLEASE)
        if granted[2] and not _is_day(granted[2]):
            self.wrong["granted_on"] = reads.say(phrase("Please give a date."))
        options: dict[str, dict[str, str]] = {}
        for name, code, typed in self._options():
            options.setdefault(name, {})[code] = self.said.get(typed, "")
        return {
            "language": self.said.get("language", ""),
            "permission": "; ".join(granted),
            "stem": self.said.get("stem", ""),
            "items": {item.link_id: self.said.get(f"item-{item.link_id}", "") for item in self.instrument.items},
            "options": options,
            "notices": [part.strip() for part in self.said.get("notices", "").split("\n\n") if part.strip()],
        }

    def complain(self, invalid: Invalid) -> None:
        """Take what is wrong with the words, each at its field."""
        places = {"/wording/language": "language", "/wording/stem": "stem"}
        places |= {f"/wording/items/{item.link_id}": f"item-{item.link_id}" for item in self.instrument.items}
        places |= {f"/wording/options/{name}/{code}": typed for name, code, typed in self._options()}
        for error in invalid.errors:
            place = next((name for path, name in places.items() if error["path"] == path), "")
            place = place or ("notices" if "/notices" in error["path"] else "granted_by")
            self.wrong.setdefault(place, told(error["message"]))

    @property
    def fields(self) -> list[Field]:
        reads = reader()
        once = [
            self._field(
                "language",
                reads.say(phrase("Language of the text")),
                hint=reads.say(phrase("As en, es or es-MX.")),
                first="en",
            ),
            self._field("granted_by", reads.say(phrase("Who granted the permission"))),
            self._field(
                "reference",
                reads.say(phrase("Where that can be read")),
                hint=reads.say(phrase("A contract, a letter, an address.")),
            ),
            self._field("granted_on", reads.say(phrase("Day of the permission")), kind="date"),
            self._field("stem", reads.say(phrase("What stands before the questions")), kind="long"),
        ]
        items = [
            self._field(
                f"item-{item.link_id}", reads.say(phrase("Question {number}"), number=number), kind="long", rows=2
            )
            for number, item in enumerate(self.instrument.items, 1)
        ]
        answers = [
            self._field(typed, reads.say(phrase("Words of the answer {value}"), value=self._value_of(name, code)))
            for name, code, typed in self._options()
        ]
        notice = reads.say(phrase("Notices of the owner"))
        hint = reads.say(phrase("As the permission asks for them; an empty line between two. May stay empty."))
        return [*once, *items, *answers, self._field("notices", notice, kind="long", hint=hint)]

    @property
    def complaints(self) -> list[Complaint]:
        return [Complaint(one.id, one.label, one.complaint) for one in self.fields if one.complaint]

    def _options(self) -> Iterator[tuple[str, str, str]]:
        """Each answer that can be ticked: its list, its code, and the name of its field; a list once."""
        seen: set[str] = set()
        for item in self.instrument.items:
            name = item.answer_list or item.link_id
            if item.options and name not in seen:
                seen.add(name)
                yield from ((name, option.code, f"option-{name}-{option.code}") for option in item.options)

    def _value_of(self, name: str, code: str) -> int:
        return next(
            option.value
            for item in self.instrument.items
            if (item.answer_list or item.link_id) == name
            for option in item.options
            if option.code == code
        )

    def _field(
        self, name: str, label: str, *, kind: str = "text", hint: str = "", first: str = "", rows: int = 3
    ) -> Field:
        return Field(
            id=f"{self.prefix}{name}",
            name=name,
            kind=kind,
            label=label,
            hint=hint,
            value=self.said.get(name, "") if self.said else first,
            required=name != "notices",
            longest=4_000 if kind == "long" else 500,
            rows=rows,
            complaint=self.wrong.get(name, ""),
        )


def _is_day(typed: str) -> bool:
    try:
        return bool(date.fromisoformat(typed))
    except ValueError:
        return False
