"""`afterglow provision`: what each service has for itself at the servers, made by their administrators."""

from pathlib import Path

import click
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError as DatabaseError

from shared.bus.topology import Topology
from shared.console import Away, BadNews, command, json_option, print_json, print_lines
from shared.settings import SettingsError, SettingsReader
from shared.store.database import provision as provision_database
from shared.transport import hosts_in_the_clear
from stack.broker import USERS, BrokerRefusedError, provision_broker
from stack.services import NAMES


@command(
    short_help="Make the services' databases, queues and users",
    examples=[
        ("--addresses deploy/secrets", "with each release, before `prepare`"),
        ("--addresses deploy/secrets --json", "as a program would"),
    ],
)
@click.option(
    "--addresses",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A folder with {service}_database, {service}_database_owner, {service}_amqp and operator_amqp:"
    " roles and users get their passwords.",
)
@json_option
def provision(addresses: Path, as_json: bool) -> None:
    """Make every service's database with its two roles, and its queue with its user, where they are missing.

    At a PostgreSQL server if AFTERGLOW_DATABASE_ADMIN (or ..._FILE) is the address of a role that may create databases
    and roles. At a RabbitMQ if AFTERGLOW_AMQP_ADMIN (or ..._FILE) is the address of an administrator, and
    AFTERGLOW_RABBITMQ_API that of its management plugin, as http://rabbitmq:15672. To be repeated with each release,
    before `prepare`: who hears whom may change.
    """
    try:
        with SettingsReader() as env:
            database = env.str("AFTERGLOW_DATABASE_ADMIN", None)
            amqp = env.str("AFTERGLOW_AMQP_ADMIN", None)
            api = env.str("AFTERGLOW_RABBITMQ_API") if amqp else ""
            namespace = env.str("AFTERGLOW_BUS_NAMESPACE", "")
            plain_hosts = env.str("AFTERGLOW_PLAIN_HOSTS", "")
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    if database is None and amqp is None:
        raise click.UsageError("Set AFTERGLOW_DATABASE_ADMIN, AFTERGLOW_AMQP_ADMIN, or both.")
    outcome: dict[str, list[str]] = {"databases": [], "users": []}
    if database is not None:
        for service in NAMES:
            _database(database, service, addresses)
            outcome["databases"].append(service)
            if not as_json:
                print_lines([f"{service}: its database and its roles are there"])
    if amqp is not None:
        for name, address in (("AMQP_ADMIN", amqp), ("RABBITMQ_API", api)):
            if hosts := hosts_in_the_clear(address) - set(plain_hosts.split(",")):
                hint = "Use TLS, or name the host in AFTERGLOW_PLAIN_HOSTS, where nobody else is on the wire."
                raise BadNews("in_the_clear", f"AFTERGLOW_{name}: It leads to {', '.join(hosts)} in the clear. {hint}")
        _broker(amqp, api, addresses, Topology(namespace))
        outcome["users"] += USERS
        if not as_json:
            print_lines(f"{name}: its user at the broker has its rights" for name in USERS)
    if as_json:
        print_json(outcome)


def _database(admin: str, service: str, addresses: Path) -> None:
    app, owner = (make_url(_read(addresses / f"{service}_{kind}")) for kind in ("database", "database_owner"))
    try:
        provision_database(admin, service, owner_password=owner.password, app_password=app.password)
    except DatabaseError as error:
        raise Away("database_away", f"AFTERGLOW_DATABASE_ADMIN: {str(error.orig).strip()}") from None


def _broker(admin: str, api: str, addresses: Path, topology: Topology) -> None:
    try:
        provision_broker(admin, api, {name: _read(addresses / f"{name}_amqp") for name in USERS}, topology)
    except BrokerError as error:
        raise Away("broker_away", f"AFTERGLOW_AMQP_ADMIN: the broker cannot be reached: {error}") from None
    except BrokerRefusedError as error:
        raise BadNews("broker_refused", str(error)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadNews("no_address", f"{path}: {error.strerror}. deploy/make-secrets makes it.") from None
