"""A town for each service, made once for all tests of a file."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from shared.clock import HeldClock
from shared.testing.plugin import MONDAY, database_of, open_bench, prepare_database, service_settings
from shared.testing.tokens import Signer
from stack.services import NAMES, all_services

from .rows import FILL
from .town import Town


@pytest.fixture(scope="module", params=NAMES)
def town(
    request: pytest.FixtureRequest,
    worker: str,
    amqp: str,
    signer: Signer,
    database_admin: str,
    _databases: dict[str, Engine],
) -> Iterator[Town]:
    [service] = [service for service in all_services() if service.name == request.param]
    settings, name = service_settings(service, worker, amqp, signer), database_of(service, worker)
    if name not in _databases:
        _databases[name] = prepare_database(service, settings, database_admin, worker)
    with open_bench(service, settings, _databases[name], HeldClock(MONDAY), signer) as bench:
        yield FILL[request.param](bench)
