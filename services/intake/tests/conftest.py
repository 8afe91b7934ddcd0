"""Intake on the bench, and a client with whom most sentences begin."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from intake.access.settings import AccessSettings, use
from intake.app import service
from shared.clinics import Clinic
from shared.service import Service
from shared.testing.bench import Bench
from shared.testing.tokens import Signer
from shared.testing.visitor import Visitor, visitor

from .house import House
from .people import Somebody, accepted


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return service


@pytest.fixture(autouse=True)
def access(signer: Signer) -> AccessSettings:
    """People may sign in at our pages; the tests of a provider say which one."""
    settings = AccessSettings(key=signer.sign_in_key, public_url="http://localhost", link_secret="s" * 43)
    use(settings)
    return settings


@pytest.fixture
def register(bench: Bench) -> Callable[..., Somebody]:
    """Make a client of somebody, at the front desk."""

    def make(clinic: str = "maple", **more: Any) -> Somebody:
        body = {"given_name": "Rosa", "family_name": "Marin", "time_zone": "America/New_York"} | more
        client = accepted(bench.as_("front_desk", clinic=clinic).post("/clients", body))
        return Somebody(bench, UUID(client["id"]), clinic)

    return make


@pytest.fixture
def rosa(register: Callable[..., Somebody]) -> Somebody:
    """A client of Maple, on the caseload of its therapist."""
    return register(email="rosa@example.org", phone="+1 (212) 555-0123", therapist="therapist-at-maple")


@pytest.fixture
def tomas(register: Callable[..., Somebody]) -> Somebody:
    """A client of Maple whom nobody looks after yet."""
    return register(given_name="Tomás", family_name="Ilves", email="tomas@example.org")


@pytest.fixture
def nell(register: Callable[..., Somebody]) -> Somebody:
    """A client of another clinic."""
    return register("cedar", given_name="Nell", family_name="Abara", time_zone="America/Los_Angeles")


@pytest.fixture
def birch(bench: Bench, maple: Clinic) -> House:
    """A clinic whose settings are changed: in version 4, with the first of its rules."""
    return House.added(bench, replace(maple, id="birch", name="Birch House", version=4))


@pytest.fixture
def admin(birch: House) -> Visitor:
    """Who keeps Birch's facts."""
    return visitor(birch.bench, "clinic_admin", clinic="birch", name="Theo Marchetti")


@pytest.fixture
def director(birch: House) -> Visitor:
    """Who answers for Birch's rules."""
    return visitor(birch.bench, "medical_director", clinic="birch", name="Dr. Ines Okafor")
