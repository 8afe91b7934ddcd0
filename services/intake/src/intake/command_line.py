"""`python -m intake persons tell`: have every service know which human each client is."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from intake.commands.clients import tell_as_they_stand
from intake.commands.persons import recognise
from intake.models import Client
from intake.queries import clinics_here
from shared.clock import uuid7
from shared.console import Away, BadNews, group, json_option, print_json, print_lines
from shared.settings import SettingsError, read_settings
from shared.store import Actor, Store, make_engine
from shared.store.transaction import Origin


@group(
    "persons",
    short_help="Which human of the network a client is",
    examples=[("tell", "have every service know it, once after an upgrade"), ("tell --json", "as a program would")],
)
def persons() -> None:
    """Which human of the network a client is."""


@persons.command(
    short_help="Have every service know who each client is",
    examples=[("", "once, after the upgrade that brought it"), ("--json", "of how many was told, as a program would")],
)
@json_option
def tell(as_json: bool) -> None:
    """Join clients who are one human, and tell the services of everybody; once, after the upgrade that brought it.

    Doing it again tells the same again, and harms nobody. New clients are told of by themselves.
    """
    try:
        settings = read_settings("intake")
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    engine = make_engine(settings.database, pool_size=2)
    try:
        told = sum(1 for _ in tell_of_everybody(Store("intake", engine, settings.master_keys)))
    except OperationalError as error:
        raise Away("database_away", f"AFTERGLOW_DATABASE: {str(error.orig).strip()}") from None
    finally:
        engine.dispose()
    if as_json:
        print_json({"clients": told})
    else:
        print_lines([f"told of {told} clients"])


def tell_of_everybody(store: Store) -> Iterator[UUID]:
    """Tell of one client after the other, each in a transaction of its own; gives whom it has told of."""
    request = str(uuid7(store.clock()))
    actor, origin = Actor("operator", frozenset({"operator"})), Origin("person.tell", request, request)
    for clinic in clinics_here(store):
        with store.transaction(clinic.id, actor, origin) as tx:
            clients = tx.session.scalars(select(Client.id).order_by(Client.id)).all()
            tx.abandon()
        for client_id in clients:
            with store.transaction(clinic.id, actor, origin) as tx:
                client = tx.session.get(Client, client_id, with_for_update=True)
                if client is None:
                    tx.abandon()  # Erased since.
                    continue
                recognise(client, tx)
                tell_as_they_stand(client, tx)
                tx.touch(client_id)
            yield client_id
