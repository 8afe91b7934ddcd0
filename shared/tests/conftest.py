import pytest
from toy import toy_service

from shared.events.intake import ConsentGranted
from shared.service import Service


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    """A toy that plays sessions and hears consents."""
    return toy_service("sessions", ConsentGranted)
