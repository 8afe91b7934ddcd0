"""The shape that an instrument's file must have, so that scoring can rely on it without asking again."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from shared.measures.instrument import ChangeRules, Licence, Risk, Subscale, Threshold


def repeated(values: Iterable[Any]) -> list[Any]:
    """The values that occur more than once, in order."""
    return sorted(value for value, times in Counter(values).items() if times > 1)


def _words(**more: Any) -> fields.String:
    return fields.String(required=True, **{"validate": validate.Length(min=1), **more})


def _whole(**more: Any) -> fields.Integer:
    return fields.Integer(required=True, strict=True, **more)


def _yes_or_no() -> fields.Boolean:
    # Only JSON's own true and false: marshmallow by itself would also take the text "on" for a yes.
    return fields.Boolean(required=True, truthy={True}, falsy={False})


class _Shape(Schema):
    class Meta:
        unknown = RAISE


class _ThresholdShape(_Shape):
    value = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    source = _words()
    verified = _yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Threshold:
        return Threshold(**data)


class _ChangeShape(_Shape):
    response_percent = fields.Nested(_ThresholdShape, required=True, allow_none=True)
    remission_below = fields.Nested(_ThresholdShape, required=True, allow_none=True)
    meaningful_points = fields.Nested(_ThresholdShape, required=True, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ChangeRules:
        return ChangeRules(**data)


class _LicenceShape(_Shape):
    text = _words(validate=validate.OneOf(["may_ship"]))
    notices = fields.List(_words(), required=True)
    source = _words()
    verified = _yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Licence:
        return Licence(**{**data, "notices": tuple(data["notices"])})


class _RiskShape(_Shape):
    at_least = _whole()
    action = _words()
    source = _words()
    verified = _yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Risk:
        return Risk(**data)


class _OptionShape(_Shape):
    value = _whole()
    code = _words()
    display = _words()


class _AnswerListShape(_Shape):
    system = _words()
    options = fields.List(fields.Nested(_OptionShape), required=True, validate=validate.Length(min=2))


class _ItemShape(_Shape):
    link_id = _words()
    loinc = _words(allow_none=True)
    text = _words()
    minimum = _whole()
    maximum = _whole()
    scored = _yes_or_no()
    reversed = _yes_or_no()
    answers = _words(allow_none=True)
    risk = fields.Nested(_RiskShape, required=True, allow_none=True)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["minimum"] >= data["maximum"]:
            raise ValidationError("The minimum must lie below the maximum.", "minimum")
        if data["risk"] and not data["minimum"] <= data["risk"].at_least <= data["maximum"]:
            raise ValidationError("The risk level is not among the answers.", "risk")


class _SubscaleShape(_Shape):
    code = _words()
    title = _words()
    items = fields.List(_words(), required=True, validate=validate.Length(min=1))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Subscale:
        return Subscale(**{**data, "items": tuple(data["items"])})


class _BandShape(_Shape):
    code = _words()
    title = _words()
    low = _whole()
    high = _whole()


class _SeverityShape(_Shape):
    source = _words()
    verified = _yes_or_no()
    bands = fields.List(fields.Nested(_BandShape), required=True, validate=validate.Length(min=1))


class _LoincShape(_Shape):
    panel = _words(allow_none=True)
    total = _words(allow_none=True)


class InstrumentShape(_Shape):
    """One instrument's whole file. Loading gives plain data, with the parts that stand alone built."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"))
    version = _whole(validate=validate.Range(min=1))
    title = _words()
    loinc = fields.Nested(_LoincShape, required=True)
    direction = _words(validate=validate.OneOf(["lower_is_better", "higher_is_better", "neither"]))
    look_back_days = _whole(allow_none=True, validate=validate.Range(min=1))
    licence = fields.Nested(_LicenceShape, required=True)
    stem = _words()
    missing_items = _words(validate=validate.OneOf(["none_allowed"]))
    answer_lists = fields.Dict(keys=_words(), values=fields.Nested(_AnswerListShape), required=True)
    items = fields.List(fields.Nested(_ItemShape), required=True, validate=validate.Length(min=1))
    subscales = fields.List(fields.Nested(_SubscaleShape), required=True)
    severity = fields.Nested(_SeverityShape, required=True, allow_none=True)
    change = fields.Nested(_ChangeShape, required=True)

    @validates_schema
    def check_items(self, data: dict[str, Any], **_: Any) -> None:
        twice = repeated(item["link_id"] for item in data["items"])
        if twice:
            raise ValidationError(f"Asked twice: {twice}.", "items")
        if not any(item["scored"] for item in data["items"]):
            raise ValidationError("No item is scored.", "items")
        for item in data["items"]:
            if item["answers"] is not None:
                self._check_answers(item, data["answer_lists"])

    @staticmethod
    def _check_answers(item: dict[str, Any], lists: dict[str, Any]) -> None:
        if item["answers"] not in lists:
            raise ValidationError(f"{item['link_id']}: there is no answer list {item['answers']!r}.", "items")
        options = lists[item["answers"]]["options"]
        if sorted(option["value"] for option in options) != list(range(item["minimum"], item["maximum"] + 1)):
            raise ValidationError(f"{item['link_id']}: the answers do not fill its range once.", "items")
        if repeated(option["code"] for option in options):
            raise ValidationError(f"{item['link_id']}: two answers share a code.", "items")

    @validates_schema
    def check_subscales(self, data: dict[str, Any], **_: Any) -> None:
        scored = {item["link_id"] for item in data["items"] if item["scored"]}
        for subscale in data["subscales"]:
            if not scored.issuperset(subscale.items) or repeated(subscale.items):
                raise ValidationError(f"{subscale.code}: names an item twice, or one not scored.", "subscales")

    @validates_schema
    def check_bands(self, data: dict[str, Any], **_: Any) -> None:
        if data["severity"] is None:
            return
        scored = [item for item in data["items"] if item["scored"]]
        expected = sum(item["minimum"] for item in scored)
        for band in data["severity"]["bands"]:
            if band["low"] != expected or band["high"] < band["low"]:
                raise ValidationError(f"{band['code']}: must begin at {expected} and not end before that.", "severity")
            expected = band["high"] + 1
        if expected != sum(item["maximum"] for item in scored) + 1:
            raise ValidationError(f"The bands end at {expected - 1}, not at the largest total.", "severity")

    @validates_schema
    def check_direction(self, data: dict[str, Any], **_: Any) -> None:
        rules: ChangeRules = data["change"]
        ruled = rules.response_percent or rules.remission_below or rules.meaningful_points
        if data["direction"] == "neither" and (data["severity"] or ruled):
            raise ValidationError("Depth has no good or bad: no bands and no change rules.", "direction")
        if data["direction"] != "lower_is_better" and rules.remission_below:
            raise ValidationError("Remission below a total needs a total that should fall.", "change")
