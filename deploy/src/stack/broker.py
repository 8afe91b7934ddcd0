"""RabbitMQ as an operator prepares it: all that the platform has there, and a user with few rights for each service."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

import urllib3

from shared.bus import rights
from shared.bus.rights import Rights
from shared.bus.topology import Topology, connect
from stack.services import NAMES, all_services

OPERATOR = "operator"
USERS = (*NAMES, OPERATOR)
"""Who has an address of their own at the broker."""


class BrokerRefusedError(Exception):
    """The broker's management did not do what it was asked; the text names what, and no password."""


@dataclass(frozen=True)
class _Account:
    """What the first of a cluster's addresses says; the others say the same of other nodes."""

    user: str
    password: str
    vhost: str

    @classmethod
    def of(cls, address: str) -> "_Account":
        parts = urlsplit(address.split(";")[0])
        return cls(unquote(parts.username or ""), unquote(parts.password or ""), unquote(parts.path[1:]) or "/")


def rights_of(topology: Topology) -> dict[str, Rights]:
    """Each user's."""
    given = {
        service.name: rights.of_service(topology, service.name, service.handlers.publishers)
        for service in all_services()
    }
    return given | {OPERATOR: rights.of_operator(topology, NAMES)}


def provision_broker(admin: str, api: str, addresses: Mapping[str, str], topology: Topology) -> None:
    """Make all that is missing at one broker, and give the user in each address its password and exactly its rights.

    `admin` is the AMQP address of an administrator of the virtual host, `api` that of RabbitMQ's management plugin.
    Raises BrokerRefusedError, or kombu's `OperationalError` where the broker is away.
    """
    by = _Account.of(admin)
    accounts = {name: _Account.of(addresses[name]) for name in USERS}
    names = [by.user, *(account.user for account in accounts.values())]
    if len(set(names)) < len(names):
        raise BrokerRefusedError("Each service, the operator and the administrator need a user of their own.")
    with connect(admin) as connection:
        for service in all_services():
            topology.declare(connection, service.name, service.handlers.publishers)
    management = _Management(api, by, parse_qs(urlsplit(admin.split(";")[0]).query).get("cacertfile", [None])[0])
    for name, granted in rights_of(topology).items():
        for path, document in _requests(accounts[name], granted, topology):
            management.put(path, document)


def _requests(account: _Account, granted: Rights, topology: Topology) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the management is asked for one user; a user that is there already is left with this and nothing else."""
    place = f"{quote(account.vhost, safe='')}/{quote(account.user, safe='')}"
    topic = {"exchange": topology.events.name, "write": granted.says, "read": granted.hears}
    # Without a word about topics all keys are allowed: so that comes before the right to the exchange.
    yield f"users/{quote(account.user, safe='')}", {"password": account.password, "tags": ""}
    yield f"topic-permissions/{place}", topic
    yield f"permissions/{place}", {"configure": granted.configure, "write": granted.write, "read": granted.read}


class _Management:
    def __init__(self, api: str, by: _Account, authorities: str | None) -> None:
        self._api = api.rstrip("/")
        self._http = urllib3.PoolManager(timeout=10, retries=2, ca_certs=authorities)
        self._headers = urllib3.make_headers(basic_auth=f"{by.user}:{by.password}") | {
            "Content-Type": "application/json"
        }

    def put(self, path: str, document: Mapping[str, str]) -> None:
        try:
            answer = self._http.request(
                "PUT", f"{self._api}/api/{path}", body=json.dumps(document), headers=self._headers
            )
        except urllib3.exceptions.HTTPError as error:
            raise BrokerRefusedError(f"The management plugin cannot be reached: {error}") from None
        if answer.status >= 300:
            raise BrokerRefusedError(f"The management plugin answered {answer.status} to PUT {path}.")
