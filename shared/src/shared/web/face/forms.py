"""Forms: what a declaration asks for, as people are asked it, and back again.

    form = Form(DecideClearance, {"outcome": Ask(phrase("Decision")), …}, not_done=phrase("Nothing was decided yet"))
    order = form.read(request.form)          # None: `form` says what is to be mended, and has what was typed
    return show("intake/decide.html", tx, form=form)

Whoever does not answer has not said no: what was left empty is None. A file is declared as a text, the name under which
it came; itself it is in `form.files`, when it is of a size and kind that are asked for:

    order = form.read(request.form, request.files)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import FileStorage, MultiDict

from shared.declared import Declared, Quantity
from shared.errors import Problem
from shared.languages import Reader, phrase
from shared.web.face.attached import what_is_wrong
from shared.web.face.complaints import complaint
from shared.web.face.reading import reader
from shared.web.problems import field_errors

Kind = TypeVar("Kind", bound=Declared)
Choices = Sequence[tuple[str, str]]

YES_NO_UNSAID: Choices = (
    ("yes", phrase("Yes")),
    ("no", phrase("No")),
    ("unsaid", phrase("I would rather not say")),
)
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_LONG, _UNLESS_SAID = 300, 300
"""From how many characters on a text has several lines; how many it may have where nothing is said of it."""
_FEW = 4
_FILES = ("file", "recording", "photo")
"""Kinds that come as files. What is inside of a recording or a photo is looked at by whoever takes it."""
_NO_FILES: Mapping[str, FileStorage] = {}


@dataclass(frozen=True)
class Ask:
    """How one field is asked: in which words, and, where its type does not say, by which kind of input.

    `choices` are values with their words. `value` stands there before anybody has typed. Of a hidden field it stands
    there always: what a page does not show comes back as it is now, not as it was sent. With `focus` a page opens with
    the cursor in it.

    A yes to it `calls` for a person: the page then shows whom to call where it cannot be sent, the `line` of the clinic
    or the `emergency` number first. What is not `drafted` is in no draft, and is shown nowhere while it waits.
    """

    label: str
    hint: str = ""
    kind: str | None = None
    choices: Choices = ()
    unit: str = ""
    value: str = ""
    autocomplete: str = "off"
    placeholder: str = ""
    rows: int = 3
    accepts: str = ""
    largest: int = 1_000_000
    focus: bool = False
    calls: Literal["", "line", "emergency"] = ""
    drafted: bool = True


@dataclass(frozen=True)
class Field:
    """One question as a template shows it; all texts are in the reader's language.

    `drawn` is what was drawn of a signature so far; None where only the typed name is asked for.
    """

    id: str
    name: str
    kind: str
    value: str
    label: str = ""
    hint: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    longest: int = 0
    rows: int = 0
    autocomplete: str = "off"
    placeholder: str = ""
    accepts: str = ""
    largest: int = 0
    drawn: str | None = None
    focus: bool = False
    calls: str = ""
    drafted: bool = True
    complaint: str = ""


@dataclass(frozen=True)
class Complaint:
    """One thing to mend. `id` is the field's; empty where it is about none of them."""

    id: str
    label: str
    complaint: str


@dataclass
class Form(Generic[Kind]):
    """The fields of a declaration that are asked, in the order of `asks`.

    `not_done` heads what is to be mended: that nothing has happened yet. With several forms on a page each has a
    `prefix`, for ids alone. `fixed` are values that nobody types. `shown` is what a decision rests on of all that the
    page says, as a version: it comes along hidden, by its name, and the page compares it with what stands by then.
    """

    declared: type[Kind]
    asks: Mapping[str, Ask]
    not_done: str = phrase("This has not been sent yet")
    prefix: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    files: dict[str, FileStorage] = field(default_factory=dict)
    _said: MultiDict[str, str] = field(default_factory=MultiDict)
    _errors: dict[str, str] = field(default_factory=dict)

    def read(self, said: MultiDict[str, str], files: Mapping[str, FileStorage] = _NO_FILES) -> Kind | None:
        """What was typed, as the declaration has it; None where something is to be mended."""
        self._said = said
        self.files = {name: file for name, ask in self.asks.items() if (file := self._file(name, ask, files))}
        document = {name: value for name in self.asks if (value := self._value(name)) is not None}
        document |= {name: drawn for each in self.asks if (drawn := said.get(name := _drawn(each))) and self._has(name)}
        try:
            loaded = self.declared.load(document | dict(self.fixed))
        except ValidationError as invalid:
            self.complain(field_errors(invalid.messages))
            return None
        return None if self._errors else loaded

    def complain(self, errors: Iterable[Mapping[str, str]]) -> None:
        """Take errors as validation and doors name them: a `path`, and a `message`."""
        for error in errors:
            self._errors.setdefault(error["path"].strip("/").replace("/", "."), error["message"])

    def refuse(self, problem: Problem) -> None:
        """Take what a rule said; what it says of fields stands at these."""
        self.complain(problem.errors)
        self.refusal = reader().say(problem.sentence)

    @property
    def fields(self) -> list[Field]:
        reads = reader()
        asked = [self._field(name, ask, reads) for name, ask in self.asks.items()]
        return asked + [Field(self.prefix + name, name, "hidden", value) for name, value in self.shown.items()]

    @property
    def complaints(self) -> list[Complaint]:
        """What is to be mended, in the order of the fields."""
        shown = [Complaint(one.id, one.label, one.complaint) for one in self.fields if one.complaint]
        of_fields = {name for name in self._errors if name.partition(".")[0] in self.asks}
        reads = reader()
        return shown + [
            Complaint("", "", complaint(said, reads)) for name, said in self._errors.items() if name not in of_fields
        ]

    @property
    def has_files(self) -> bool:
        return any(ask.kind in _FILES for ask in self.asks.values())

    @property
    def named(self) -> dict[str, Field]:
        """The fields by name, for a page that lays them out by itself."""
        return {one.name: one for one in self.fields}

    def _field(self, name: str, ask: Ask, reads: Reader) -> Field:
        declared = self.declared.schema().fields[name]
        kind = ask.kind or _kind(declared)
        error = next((said for path, said in self._errors.items() if path.partition(".")[0] == name), None)
        typed = self._said.getlist(name) if self._said and kind != "hidden" else [ask.value]
        choices = ask.choices or _choices(declared, kind, optional=not declared.required)
        return Field(
            id=f"{self.prefix}{name}",
            name=name,
            kind=kind,
            label=reads.say(ask.label),
            hint=reads.say(ask.hint) if ask.hint else "",
            value=typed[0] if typed else "",
            values=tuple(typed),
            required=declared.required and not declared.allow_none and kind not in ("choices", "yes_no"),
            choices=tuple((value, reads.say(words)) for value, words in choices),
            unit=reads.say(ask.unit) if ask.unit else "",
            longest=_longest(declared),
            rows=ask.rows,
            autocomplete=ask.autocomplete,
            placeholder=ask.placeholder,
            accepts=ask.accepts,
            largest=ask.largest,
            focus=ask.focus,
            calls=ask.calls,
            drafted=ask.drafted,
            drawn=self._said.get(_drawn(name), "") if kind == "signature" and self._has(_drawn(name)) else None,
            complaint="" if error is None else complaint(error, reads),
        )

    def _has(self, name: str) -> bool:
        return name in self.declared.schema().fields

    def _value(self, name: str) -> Any:
        """A field in JSON types; None where it was left empty."""
        declared, ask = self.declared.schema().fields[name], self.asks[name]
        kind = ask.kind or _kind(declared)
        if kind == "choices":
            return self._said.getlist(name)
        text = self._said.get(name, "").strip()
        if kind in _FILES:
            # Whoever sends the name alone has sent no file.
            text = str(self.files[name].filename) if name in self.files else ""
        if not text:
            return None
        if kind in ("yes_no", "tick") and isinstance(declared, fields.Boolean):
            return {"yes": True, "no": False}.get(text)
        if kind == "moment":
            return self._instant(name, text, reader().zone)
        if isinstance(declared, fields.Integer):
            return int(text) if _WHOLE.fullmatch(text) else text
        if isinstance(declared, fields.Number | Quantity):
            return text.replace(",", ".")
        return text

    def _file(self, name: str, ask: Ask, files: Mapping[str, FileStorage]) -> FileStorage | None:
        file = files.get(name) if ask.kind in _FILES else None
        if file is None or not file.filename:
            return None
        wrong = what_is_wrong(file, ask.accepts if ask.kind == "file" else "", ask.largest)
        if wrong:
            self._errors[name] = wrong
        return None if wrong else file

    def _instant(self, name: str, local: str, zone: ZoneInfo) -> str:
        """A day and time by the reader's clock as an instant; what is none stays as it is, for validation to say so."""
        try:
            naive = datetime.fromisoformat(local)
            at = naive.replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return local
        if at.astimezone(zone).replace(tzinfo=None) != naive:
            self._errors[name] = phrase("The clocks go forward past that time. Please give another.")
        return at.isoformat()


def with_value(ask: Ask, value: Any) -> Ask:
    """The same question, with what is known already standing there."""
    return ask if value is None else replace(ask, value=value.value if isinstance(value, Enum) else str(value))


def _drawn(name: str) -> str:
    """Where the drawing of a signature goes, if the declaration has a place for it."""
    return f"{name}_drawn"


def _kind(declared: "fields.Field[Any]") -> str:
    match declared:
        case fields.Boolean():
            return "yes_no"
        case fields.Enum():
            return "radio" if len(declared.enum.__members__) <= _FEW else "choice"
        case fields.List():
            return "choices"
        case fields.DateTime():
            return "moment"
        case fields.Date():
            return "date"
        case fields.Number() | Quantity():
            return "number"
        case _ if _longest(declared) > _LONG:
            return "long"
    return "text"


def _choices(declared: "fields.Field[Any]", kind: str, *, optional: bool) -> Choices:
    if isinstance(declared, fields.List):
        declared = declared.inner
    if isinstance(declared, fields.Enum):
        said = [(member.value, str(member.value).replace("_", " ").capitalize()) for member in declared.enum]
        return [("", "–"), *said] if optional and kind == "choice" else said
    return YES_NO_UNSAID if kind == "yes_no" else ()


def _longest(declared: "fields.Field[Any]") -> int:
    lengths = [rule.max for rule in declared.validators if isinstance(rule, validate.Length) and rule.max]
    return min(lengths, default=_UNLESS_SAID)
