"""A provider for the team, and a browser that has been nowhere yet."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from intake.access.settings import AccessSettings, use
from shared.clock import HeldClock
from shared.service import Service
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.plugin import service_settings
from shared.testing.tokens import Signer

from ..loopback import Loopback
from .at_the_provider import MAPLE


@pytest.fixture
def provider(clock: HeldClock) -> Iterator[Loopback]:
    made = Loopback(clock, identity=MAPLE | {"name": "Ana Ortiz"})
    yield made
    made.close()


@pytest.fixture
def settings(service_under_test: Service, worker: str, amqp: str, signer: Signer, provider: Loopback) -> Settings:
    return replace(service_settings(service_under_test, worker, amqp, signer), issuer=provider.url, jwks=None)


@pytest.fixture
def access(access: AccessSettings) -> AccessSettings:
    with_provider = replace(access, client_id="afterglow-web")
    use(with_provider)
    return with_provider


@pytest.fixture
def browser(bench: Bench, access: AccessSettings) -> FlaskClient:
    return bench.app.test_client()
