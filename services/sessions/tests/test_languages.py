"""What is refused on the way of a visit can be said in every language."""

from typing import Any

import pytest

from shared.languages import sentences_of

from .conftest import Story

ANA = {"name": "Ana Marin", "phone": "+12125550147"}
READING = {"systolic": 128, "diastolic": 82}
BEFORE = [
    ("nurse", "vitals", READING),
    ("prescriber", "hold-decision", {"decision": "defer", "reason": "Rested."}),
    (
        "nurse",
        "discharge",
        {"padss": dict.fromkeys(("vital_signs", "activity", "nausea", "pain", "bleeding"), 2)}
        | {"escort_present": True, "signed_name": "Jo"},
    ),
]
HERE = [
    ("nurse", "check-in", {}),
    ("front_desk", "escort-link", ANA),
    ("nurse", "vitals", READING | {"taken_at": "2026-11-03T10:00:00+00:00"}),
    ("nurse", "vitals", READING | {"taken_at": "2026-11-01T10:00:00+00:00"}),
]
OVER = [
    ("therapist", "cancellation", {"reason": "She is ill."}),
    ("front_desk", "escort", ANA | {"confirmed": True}),
    ("prescriber", "order", {"route": "IM", "dose_mg": "35"}),
]


def require_both_languages(rosa: Story, role: str, what: str, body: dict[str, Any]) -> None:
    answer = rosa.do(role, what, **body)
    assert answer.status_code in (409, 422), answer.get_data(as_text=True)
    assert answer.get_json()["detail"] in sentences_of("es", "sessions")


@pytest.mark.parametrize(("role", "what", "body"), BEFORE)
def test_before_the_client_is_here(rosa: Story, role: str, what: str, body: dict[str, Any]) -> None:
    rosa.ready()
    require_both_languages(rosa, role, what, body)


@pytest.mark.parametrize(("role", "what", "body"), HERE)
def test_once_the_client_is_here(rosa: Story, role: str, what: str, body: dict[str, Any]) -> None:
    rosa.checked_in()
    require_both_languages(rosa, role, what, body)


@pytest.mark.parametrize(("role", "what", "body"), OVER)
def test_once_the_visit_is_over(rosa: Story, role: str, what: str, body: dict[str, Any]) -> None:
    rosa.booked()
    rosa.do("therapist", "cancellation", reason="She is ill.")
    require_both_languages(rosa, role, what, body)
