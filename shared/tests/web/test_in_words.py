"""What is kept of somebody, as people read it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from shared.clinics import Clinic, Route
from shared.events.sessions import VisitKind
from shared.web.in_words import in_words, named

AN_ID = "01936d3e-5f00-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("70.0"), "70.0"),
        (datetime(2026, 11, 2, 15, 0, tzinfo=UTC), "2 Nov 2026, 10:00"),
        ("2026-11-02T15:00:00+00:00", "2 Nov 2026, 10:00"),
        (date(2026, 11, 2), "2 Nov 2026"),
        ("2026-11-02", "2 Nov 2026"),
        (VisitKind.MEDICINE, "medicine"),
        (Route.IM, "IM"),
        ("therapist-at-maple", "Sam Rivera"),
        ("another-therapist", "another-therapist"),
        ("On 2026-11-02 I slept_well.", "On 2026-11-02 I slept_well."),
        ([Route.IM, "room-garden"], ["IM", "Garden room"]),
        ([], []),
    ],
)
def test_a_value_reads_as_people_say_it(maple: Clinic, value: Any, words: Any) -> None:
    assert in_words(value, maple) == words


@pytest.mark.parametrize("impossible", ["2026-13-45", "2026-02-30T99:00:00"])
def test_what_only_looks_like_a_day_stays_as_it_was_written(maple: Clinic, impossible: str) -> None:
    assert in_words(impossible, maple) == impossible


def test_of_named_values_nobody_reads_ids_or_what_is_not_known(maple: Clinic) -> None:
    values = {"dose_mg": "35", "order_id": AN_ID, "order": UUID(AN_ID), "confirmed_by": None, "more": {}}

    assert named(values, maple) == {"Dose mg": "35"}
