"""What tests of the project as a whole need of a service's database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine


@pytest.fixture
def catalogue(_database: Engine) -> Iterator[Connection]:
    """A superuser's connection; what is done on it is undone."""
    with _database.connect() as connection:
        yield connection
        connection.rollback()
