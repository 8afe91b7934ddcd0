"""What several tests of measures look at, and an instrument that does not exist, for odd shapes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from measures.made_up import answered

from shared.measures import Instrument, load_instrument, read_instrument, write_response


@pytest.fixture
def phq9() -> Instrument:
    return load_instrument("phq-9")


@pytest.fixture
def gad7() -> Instrument:
    return load_instrument("gad-7")


@pytest.fixture
def wellbeing_file() -> dict[str, Any]:
    """Three questions: one reversed, one a 0-10 line without ticked answers; higher is better; two subscales."""

    def question(link_id: str, maximum: int, **more: Any) -> dict[str, Any]:
        plain = {"loinc": None, "text": f"Question {link_id}", "minimum": 0, "maximum": maximum}
        return {"link_id": link_id, **plain, "scored": True, "reversed": False, "answers": None, "risk": None, **more}

    return {
        "id": "wellbeing-3",
        "version": 1,
        "title": "A made-up measure",
        "loinc": {"panel": None, "total": None},
        "direction": "higher_is_better",
        "look_back_days": None,
        "licence": {"text": "may_ship", "notices": [], "source": "Written for a test", "verified": True},
        "stem": "Right now,",
        "missing_items": "none_allowed",
        "answer_lists": {
            "often": {
                "system": "urn:test:often",
                "options": [
                    {"value": 0, "code": "never", "display": "Never"},
                    {"value": 1, "code": "sometimes", "display": "Sometimes"},
                    {"value": 2, "code": "always", "display": "Always"},
                ],
            }
        },
        "items": [
            question("rested", 2, answers="often"),
            question("worn-out", 2, answers="often", reversed=True),
            question("line", 10),
        ],
        "subscales": [
            {"code": "body", "title": "Body", "items": ["rested", "worn-out"]},
            {"code": "line", "title": "Line", "items": ["line"]},
        ],
        "severity": None,
        "change": {
            "response_percent": {"value": 25, "source": "Made up", "verified": True},
            "remission_below": None,
            "meaningful_points": {"value": 2.5, "source": "Made up", "verified": True},
        },
    }


@pytest.fixture
def wellbeing(wellbeing_file: dict[str, Any]) -> Instrument:
    return read_instrument(json.dumps(wellbeing_file).encode())


@pytest.fixture
def noon() -> datetime:
    return datetime(2027, 2, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def resource(phq9: Instrument, noon: datetime) -> dict[str, Any]:
    """A PHQ-9 of 18, as a partner would send it."""
    return write_response(phq9, answered(phq9, 3, 3, 2, 2, 2, 2, 2, 2, 0), noon)
