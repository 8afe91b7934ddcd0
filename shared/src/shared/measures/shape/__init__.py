"""The shape that an instrument's file must have, so that scoring can rely on it without asking again.

What a file may leave out (`shape.pieces.later`, `load_default`) was thought of after the first files had been
published: these are never edited, and mean by its absence what they always meant.
"""

from dataclasses import astuple
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.measures.shape import asking, reading
from shared.measures.shape.pieces import Shape, later, repeated, whole, words

__all__ = ["InstrumentShape", "repeated"]


class _LoincShape(Shape):
    panel = words(allow_none=True)
    total = words(allow_none=True)
    level = fields.String(load_default=None, allow_none=True)


class InstrumentShape(Shape):
    """One instrument's whole file. Loading gives plain data, with the parts that stand alone built."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"))
    version = whole(validate=validate.Range(min=1))
    title = words()
    loinc = fields.Nested(_LoincShape, required=True)
    direction = words(validate=validate.OneOf(["lower_is_better", "higher_is_better", "neither"]))
    answered_by = fields.String(load_default="client", validate=validate.OneOf(["client", "clinician"]))
    substance_use = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    look_back_days = whole(allow_none=True, validate=validate.Range(min=1))
    licence = fields.Nested(asking.LicenceShape, required=True)
    stem = words(allow_none=True)
    numbering = fields.String(load_default=None, allow_none=True)
    missing_items = words(validate=validate.OneOf(["none_allowed"]))
    answer_lists = fields.Dict(keys=words(), values=fields.Nested(asking.AnswerListShape), required=True)
    items = fields.List(fields.Nested(asking.ItemShape), required=True, validate=validate.Length(min=1))
    subscales = fields.List(fields.Nested(reading.SubscaleShape), required=True)
    scale = later(reading.ScaleShape)
    severity = fields.Nested(reading.SeverityShape, required=True, allow_none=True)
    triage = later(reading.TriageShape)
    criteria = later(reading.CriterionShape, many=True)
    notes = later(reading.NoteShape, many=True)
    change = fields.Nested(reading.ChangeShape, required=True)

    @validates_schema
    def check_asking(self, data: dict[str, Any], **_: Any) -> None:
        asking.check_items(data["items"], data["answer_lists"])
        asking.check_text(data["licence"], data["stem"], data["items"], data["answer_lists"])

    @validates_schema
    def check_subscales(self, data: dict[str, Any], **_: Any) -> None:
        reading.check_subscales(data["subscales"], _scored(data))

    @validates_schema
    def check_bands(self, data: dict[str, Any], **_: Any) -> None:
        reading.check_bands(data["severity"], data["items"])

    @validates_schema
    def check_findings(self, data: dict[str, Any], **_: Any) -> None:
        reading.check_criteria(data["criteria"], data["subscales"], _scored(data))
        reading.check_notes(data["notes"], _scored(data))

    @validates_schema
    def check_direction(self, data: dict[str, Any], **_: Any) -> None:
        ruled = any(astuple(data["change"]))
        if data["direction"] == "neither" and (data["severity"] or ruled):
            raise ValidationError("Depth has no good or bad: no bands and no change rules.", "direction")
        if data["direction"] != "lower_is_better" and data["change"].remission_below:
            raise ValidationError("Remission below a total needs a total that should fall.", "change")

    @validates_schema
    def check_triage(self, data: dict[str, Any], **_: Any) -> None:
        if data["triage"] is None:
            return
        adds_up = ("severity", "scale", "subscales", "criteria")
        if any(data[name] for name in adds_up) or any(astuple(data["change"])):
            raise ValidationError("A triage has no total: nothing that reads one.", "triage")
        scored = {item["link_id"]: item for item in data["items"] if item["scored"]}
        for level in data["triage"]["levels"]:
            for condition in level.any_of:
                asking.check_condition(condition, scored, "triage")


def _scored(data: dict[str, Any]) -> set[str]:
    return {item["link_id"] for item in data["items"] if item["scored"]}
