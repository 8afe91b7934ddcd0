"""One declaration: what it takes, what it refuses, what it gives back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from shared.clinics import Clinic, DoseGuard, Route
from shared.declared import Declared, field
from shared.samples import sample_clinics


class Sample(Declared):
    at: datetime = field("An instant.", "2026-11-02T10:00:00-05:00")
    weight: Decimal = field("kg.", "70.0")
    sure: bool = field("Whether.", True)
    route: Route | None = field("How.", "IM", default=None)
    tags: list[str] = field("Words.", ["a"], default=[])
    guard: DoseGuard | None = field("Nested.", None, default=None)


def load(**changes: object) -> Sample:
    return Sample.load(Sample.sample_data() | changes)


def test_instants_become_utc_and_quantities_stay_exact() -> None:
    sample = load(weight="70.10")
    assert sample.at == datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
    assert sample.weight == Decimal("70.10")
    assert sample.dump()["weight"] == "70.10"
    assert Sample.load(sample.dump()) == sample


@pytest.mark.parametrize("number", [35, 0.5, "0.50"])
def test_a_json_number_is_read_as_it_is_written(number: object) -> None:
    assert load(weight=number).weight == Decimal(str(number))


@pytest.mark.parametrize(
    ("field_name", "value"),
    [
        ("at", "2026-11-02T10:00:00"),
        ("at", "yesterday"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:00:00-05:00"),
        ("weight", "NaN"),
        ("weight", "much"),
        ("weight", True),
        ("sure", "yes"),
        ("sure", 1),
        ("sure", None),
        ("route", "by mouth"),
        ("colour", "teal"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(field_name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        load(**{field_name: value})
    assert list(refused.value.messages_dict) == [field_name]


def test_a_missing_answer_is_none_and_never_false() -> None:
    sample = Sample.load({"at": "2026-11-02T10:00:00Z", "weight": "70", "sure": False})
    assert sample.route is None
    assert sample.sure is False


def test_a_default_list_is_not_shared() -> None:
    first, second = load(), load()
    assert first.tags is not second.tags


def test_the_sample_clinics_are_sound_and_every_clinical_value_names_its_source() -> None:
    for clinic in sample_clinics():
        assert Clinic.load(clinic.dump()) == clinic
        rules = clinic.rules
        for rule in (rules.clearance_days, rules.blood_pressure_hold, rules.discharge_score, rules.check_ins):
            assert rule.source
            assert rule.basis
        assert rules.approved_by
