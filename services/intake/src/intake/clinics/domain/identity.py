"""By what the items of a clinic's lists are known: what must not be there twice, and what a difference compares."""

from collections.abc import Mapping
from typing import Any

_NAMED_BY = {
    "resources": ("id",),
    "consent_texts": ("kind", "version"),
    "opening_hours": ("weekday", "opens"),
    "retention": ("category",),
    "dose_guards": ("route",),
    "protocols": ("id",),
    "staff_ratios": ("route",),
    "vitals": ("route",),
    "measures": ("instrument",),
}
"""The fields that name an item, by list. What is not here, as a step of the on-call ladder, is known by its place."""


def naming_fields(list_name: str) -> tuple[str, ...]:
    """The fields by which the items of a list are known; none: by their place."""
    return _NAMED_BY.get(list_name, ())


def name_of(list_name: str, place: int, item: Mapping[str, Any]) -> str:
    """What an item (in JSON types) is called in its list."""
    named_by = naming_fields(list_name)
    return " ".join(str(item[name]) for name in named_by) if named_by else str(place + 1)
