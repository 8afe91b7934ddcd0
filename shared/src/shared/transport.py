"""How other servers are reached: by TLS that is verified, or in the clear where somebody has said that it may be.

An address says it itself: PostgreSQL's by `sslmode=verify-full` (and `sslrootcert`), RabbitMQ's by `amqps://` (and
`cacertfile`, as RabbitMQ's own URIs have it). Weaker modes, which encrypt for whoever answers, count as clear.
"""

import ssl
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError


def hosts_in_the_clear(address: str) -> set[str]:
    """The other machines that this address (of PostgreSQL, RabbitMQ or the web) reaches without verified TLS.

    Raises ValueError for what is no address.
    """
    if address.startswith("postgresql://"):
        return set() if _is_verified(address) else {host for host in _database_hosts(address) if not _is_here(host)}
    parts = [urlsplit(one) for one in address.split(";")]
    return {str(part.hostname) for part in parts if part.scheme in ("amqp", "http") and not _is_here(part.hostname)}


def amqp_with_tls(address: str) -> tuple[str, dict[str, Any] | None]:
    """An AMQP address as kombu takes it, and what its TLS has to verify; None for a plain one.

    Left to itself kombu encrypts for anybody who answers: it verifies neither certificate nor name.
    """
    parts = urlsplit(address)
    if parts.scheme != "amqps":
        return address, None
    authorities = parse_qs(parts.query).get("cacertfile", [None])
    verified = {
        "cert_reqs": ssl.CERT_REQUIRED,
        "ca_certs": authorities[0],
        "server_hostname": parts.hostname,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    }
    return urlunsplit(parts._replace(query="")), verified


def _is_verified(address: str) -> bool:
    return _url(address).query.get("sslmode") == "verify-full"


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except ArgumentError:
        raise ValueError("not an address of PostgreSQL") from None


def _database_hosts(address: str) -> list[str]:
    url = _url(address)
    named = [url.host, *(url.query.get(name) for name in ("host", "hostaddr"))]
    # libpq takes several with commas; without any it takes this machine's socket.
    flat = [part for one in named if one for part in ([one] if isinstance(one, str) else one)]
    return [host for part in flat for host in part.split(",")]


def _is_here(host: str | None) -> bool:
    """Whether it never leaves this machine: a socket of it, or its loopback."""
    if not host or host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
