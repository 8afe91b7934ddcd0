"""Services with their own databases and workers, of whose outboxes the operator has something heard again."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from shared.clock import now
from shared.events.intake import ClientRegistered, ConsentGranted, ConsentWithdrawn
from shared.events.integration import RedFlagClosed, RedFlagRaised
from shared.events.language import Event
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from shared.worker import Worker


class Place:
    """A real service with its database and, where it is asked for, its worker."""

    def __init__(self, service: Service, settings: Settings, admin: Engine) -> None:
        self.service = service
        self.settings = settings
        self.admin = admin
        self.store = Store(service.name, make_engine(settings.database, pool_size=5), settings.master_keys, clock=now)

    def worker(self, *only: str) -> Worker:
        return Worker(self.service, self.settings, self.store, only=only)

    def say(self, *events: Event) -> None:
        with self.store.transaction("maple", Actor("test"), Origin("test", "request", "request")) as tx:
            for event in events:
                tx.publish(event)

    def rows(self, *tables: str) -> dict[str, list[tuple[object, ...]]]:
        with self.admin.connect() as connection:
            return {
                table: [tuple(row) for row in connection.execute(text(f"select * from {table} order by id"))]
                for table in tables
            }

    def count(self, query: str) -> int:
        with self.admin.connect() as connection:
            return int(connection.scalar(text(query)) or 0)

    def do(self, statement: str) -> None:
        with self.admin.begin() as connection:
            connection.execute(text(statement))


class World:
    """Intake and integration, who speak; and sessions, who hears them."""

    def __init__(self, places: dict[str, Place]) -> None:
        self.places = places
        self.intake, self.integration, self.sessions = (places[name] for name in ("intake", "integration", "sessions"))

    def live(self, client: UUID) -> None:
        """A little of a client's life."""
        registered = replace(ClientRegistered.sample(), subject=client)
        granted = replace(ConsentGranted.sample(), subject=client, consent=uuid4())
        self.intake.say(registered, granted)
        raised = replace(RedFlagRaised.sample(), subject=client, flag=uuid4())
        self.integration.say(raised)
        self.integration.say(replace(RedFlagClosed.sample(), subject=client, flag=raised.flag))
        self.intake.say(replace(ConsentWithdrawn.sample(), subject=client, consent=granted.consent))

    def heard(self) -> int:
        return self.sessions.count("select coalesce(sum(handled), 0) from inbox_stream")

    def said(self) -> int:
        return sum(place.count("select count(*) from outbox") for place in (self.intake, self.integration))


def afterglow(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def run(world: World) -> list[Worker]:
    workers = [
        world.intake.worker("relay"),
        world.integration.worker("relay"),
        world.sessions.worker("ingest", "inbox"),
    ]
    for one in workers:
        one.start()
    return workers


def stop(workers: list[Worker]) -> None:
    for one in workers:
        one.request_stop()
    assert all(one.stop() for one in workers)


def since() -> str:
    return f"{now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
