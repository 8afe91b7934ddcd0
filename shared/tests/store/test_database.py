"""Connections that died while they stood idle are replaced before anybody is handed one."""

import pytest
from sqlalchemy import text

from shared.settings import Settings
from shared.store import database
from shared.store.database import make_engine

_PID = text("select pg_backend_pid()")
_END_OTHERS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid = any(:pids) and pid <> pg_backend_pid()"
)


@pytest.mark.usefixtures("bench")
def test_after_the_server_closed_idle_connections_the_next_ones_work(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_IDLE_SECONDS", 0.0)
    engine, other = make_engine(settings.database, pool_size=2), make_engine(settings.database, pool_size=1)
    with engine.connect() as one, engine.connect() as two:
        before = {one.scalar(_PID), two.scalar(_PID)}
    with other.connect() as connection:
        connection.execute(_END_OTHERS, {"pids": list(before)})
    with engine.connect() as one, engine.connect() as two:
        after = {one.scalar(_PID), two.scalar(_PID)}
    assert len(after) == 2
    assert not before & after
    engine.dispose()
    other.dispose()
