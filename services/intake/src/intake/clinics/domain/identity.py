"""By what the items of a clinic's lists are known: what must not be there twice, and what a difference compares."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from intake.clinics.domain.naming import choice

_NAMED_BY = {
    "resources": ("id",),
    "consent_texts": ("kind", "version"),
    "opening_hours": ("weekday", "opens"),
    "retention": ("category",),
    "dose_guards": ("route",),
    "protocols": ("id",),
    "check_ins_by_route": ("route",),
    "staff_ratios": ("route",),
    "vitals": ("route",),
    "measures": ("instrument",),
}
"""The fields that name an item, by list. What is not here, as a step of the on-call ladder, is known by its place."""


def naming_fields(list_name: str) -> tuple[str, ...]:
    """The fields by which the items of a list are known; none: by their place."""
    return _NAMED_BY.get(list_name, ())


def names_of(schema: Schema, list_name: str, place: int, item: Mapping[str, Any]) -> tuple[str, ...]:
    """By what an item (in JSON types) of that schema is known in its list: phrases where they were chosen."""
    named_by = naming_fields(list_name)
    if not named_by:
        return (str(place + 1),)
    is_chosen = [isinstance(schema.fields[name], fields.Enum) for name in named_by]
    return tuple(
        choice(item[name]) if chosen else str(item[name]) for name, chosen in zip(named_by, is_chosen, strict=True)
    )
