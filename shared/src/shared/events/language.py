"""How an event is declared."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.declared import Declared, Sensitivity, declared_fields, field

catalogue: dict[str, type["Event"]] = {}
"""Every declared event by its CloudEvents type; filled as the publishers' modules are imported."""


def open_(description: str, example: Any, **options: Any) -> Any:
    """A field that any subscriber may read."""
    return field(description, example, sensitivity=Sensitivity.OPEN, **options)


def identifying(description: str, example: Any, **options: Any) -> Any:
    """A field that tells who a person is or how to reach them."""
    return field(description, example, sensitivity=Sensitivity.IDENTIFYING, **options)


def clinical(description: str, example: Any, **options: Any) -> Any:
    """A field about a person's health or care."""
    return field(description, example, sensitivity=Sensitivity.CLINICAL, **options)


def part2(description: str, example: Any, **options: Any) -> Any:
    """A field under 42 CFR Part 2 (substance use disorder records); it needs a consent of its own."""
    return field(description, example, sensitivity=Sensitivity.PART2, **options)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(open_, identifying, clinical, part2))
class Event(Declared):
    """A fact, named in the past tense by its publisher: what happened, to whom, with no more than subscribers need.

    `about` says what the subject is (nearly always a client of the clinic); publisher, clinic and subject together are
    the stream in which events keep their order. A class docstring says when the event happens.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    about: ClassVar[str]
    publisher: ClassVar[str]
    type: ClassVar[str]

    subject: UUID

    def __init_subclass__(cls, *, name: str, version: int = 1, about: str = "client") -> None:
        super().__init_subclass__()
        cls.name, cls.version, cls.about = name, version, about
        cls.publisher = name.split(".")[0]
        cls.type = event_type(name, version)
        if cls.type in catalogue:
            raise TypeError(f"{cls.type} is declared twice")
        if not cls.__doc__:
            raise TypeError(f"{cls.type} has no docstring: say when it happens")
        undecided = [n for n, spec in declared_fields(cls).items() if spec.metadata["sensitivity"] is None]
        if undecided:
            raise TypeError(f"{cls.type}: say open_, identifying, clinical or part2 for {', '.join(undecided)}")
        catalogue[cls.type] = cls

    @classmethod
    def sensitivities(cls) -> dict[str, Sensitivity]:
        """Each field's sensitivity, by name."""
        return {name: spec.metadata["sensitivity"] for name, spec in declared_fields(cls).items()}

    @classmethod
    def from_loaded(cls, data: dict[str, Any]) -> Any:
        """Loaded data lacks the subject, which travels in the envelope: give a maker that awaits it."""
        return partial(cls, **data)

    @classmethod
    def from_data(cls, subject: UUID, data: Mapping[str, Any]) -> Self:
        """An event as its reader gets it: fields that a newer publisher added are ignored."""
        make: Any = cls.load(data, tolerant=True)
        event: Self = make(subject=subject)
        return event

    @classmethod
    def sample(cls) -> Self:
        return cls.from_data(UUID("01936d3e-5f00-7000-8000-000000000001"), cls.sample_data())


def event_type(name: str, version: int) -> str:
    """The CloudEvents `type` of an event."""
    return f"afterglow.{name}.v{version}"


def short_type(type_: str) -> str:
    """A `type` as people read and write it: `intake.clearance.decided.v1`."""
    return type_.removeprefix("afterglow.")


def json_schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data. Unknown fields may be there, at any depth: their publisher may be newer."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _: None)  # type: ignore[arg-type, return-value]
    APISpec(title="events", version="1", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # nosec B101 # APISpec has just set it.
    schema: dict[str, Any] = plugin.converter.schema2jsonschema(event.schema)
    said = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_id(event),
        "title": event.__name__,
        "description": event.__doc__,
    } | _tolerant(schema)
    # What pages say as well is a phrase; validators take plain text alone.
    plain: dict[str, Any] = json.loads(json.dumps(said))
    return plain


def schema_id(event: type[Event]) -> str:
    """The stable name of an event's schema, which travels with every event as `dataschema`."""
    return f"urn:afterglow:event:{event.name}:v{event.version}"


def _tolerant(schema: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI's schema as JSON Schema has it: `examples` is a list, and what is not declared may be there."""
    made = dict(schema)
    if "example" in made:
        made["examples"] = [made.pop("example")]
    if "properties" in made:
        made["properties"] = {name: _tolerant(inner) for name, inner in made["properties"].items()}
        made["additionalProperties"] = True
    for keyword in ("items", "additionalProperties"):
        if isinstance(made.get(keyword), dict):
            made[keyword] = _tolerant(made[keyword])
    return made
