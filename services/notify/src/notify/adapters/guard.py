"""Where Afterglow may connect to when somebody outside has chosen the URL (server-side request forgery).

A URL is judged twice: when a partner subscribes (`check_url`, which looks nothing up) and again at every
connection, when its addresses are known (`vet`). The caller then connects to a vetted address and never looks
the name up a second time, so a name that answers differently between check and use gains nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

PUBLIC_PORTS = frozenset({443, 8443})

MAX_URL_LENGTH = 2048

# One strict grammar, smaller than RFC 3986, instead of a lenient parser: what two programs could read in two
# ways (user names, backslashes, tabs, fragments) is not a webhook address.
_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[0-9a-z.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>[/?][!-~]*)?",
    re.IGNORECASE,
)

# The last label must begin with a letter, as every top-level domain does. That keeps out the spellings that
# the C library, but not `ipaddress`, reads as IPv4: 127.1, 0x7f000001, 2130706433, 0177.0.0.1.
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*"
    r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)

# Names that mean this machine or this site (RFC 6761, RFC 6762, ICANN's 2024 reservation of .internal).
_SITE_LABELS = frozenset({"localhost", "local", "internal"})

# Never a partner, even inside a network that the configuration allows: these answer with the credentials of
# the machine that asks (cloud metadata), or are no single host at all.
_NEVER = (
    ip_network("0.0.0.0/8"),
    ip_network("169.254.0.0/16"),  # Link-local: the metadata service of AWS, Azure, Google and most others.
    ip_network("fe80::/10"),
    ip_network("100.100.100.200/32"),  # Metadata of Alibaba Cloud.
    ip_network("168.63.129.16/32"),  # Azure's platform address: public by its number, local by its route.
    ip_network("192.0.0.192/32"),  # Metadata of Oracle Cloud.
    ip_network("fd00:ec2::/32"),  # Metadata of AWS over IPv6.
    ip_network("fd20:ce::254/128"),  # Metadata of Google Cloud over IPv6.
    ip_network("224.0.0.0/4"),
    ip_network("ff00::/8"),
    ip_network("255.255.255.255/32"),
    ip_network("::/128"),
)

# Special ranges of IANA's registries that `is_global` of Python 3.11 still calls global.
_NOT_PUBLIC = (
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("3fff::/20"),
)

_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenDestinationError(Exception):
    """A URL that leads, or could lead, somewhere a partner has no business; `reason` names no host or address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Destination:
    """A webhook URL taken apart once, so that what was checked is what is connected to.

    `host` is lower case and without brackets; `port` is always given; `target` is path and query, as the
    request line wants them; `literal` is set when the host is an address and needs no look-up.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: Address | None

    @classmethod
    def read(cls, url: str) -> Self:
        """Take a URL apart.

        Raises `ForbiddenDestinationError` for one that is not plainly http(s)://host[:port]/path?query.
        """
        match = _URL.fullmatch(url) if len(url) <= MAX_URL_LENGTH else None
        if match is None or "#" in url or "\\" in url:
            raise ForbiddenDestinationError(
                f"the URL must read https://host/path in at most {MAX_URL_LENGTH} ASCII characters, "
                "without user name, fragment or backslash"
            )
        scheme = match["scheme"].lower()
        host = match["host"].lower().strip("[]")
        port = int(match["port"]) if match["port"] else {"http": 80, "https": 443}[scheme]
        if not 0 < port < 65536:
            raise ForbiddenDestinationError("the port must be between 1 and 65535")
        try:
            literal = ip_address(host)
        except ValueError:
            if not _HOST_NAME.fullmatch(host):
                raise ForbiddenDestinationError("the host is neither a host name nor a plain address") from None
            literal = None
        target = match["target"] or "/"
        return cls(scheme, host, port, target if target.startswith("/") else f"/{target}", literal)


def check_url(url: str, *, allow_networks: Sequence[Network] = ()) -> str | None:
    """Say why this URL may not be subscribed, or None when it may; nothing is looked up or connected to.

    A name that leads to a private address passes here and is stopped by `vet` at each delivery. While any
    network is allowed by configuration, a name may lead into it: its scheme and port are then left to `vet`.
    """
    try:
        destination = Destination.read(url)
        if destination.literal is not None:
            vet(destination, [str(destination.literal)], allow_networks)
        elif not allow_networks:
            _require_public(destination)
    except ForbiddenDestinationError as refusal:
        return refusal.reason
    return None


def vet(destination: Destination, found: Iterable[str], allow_networks: Sequence[Network]) -> list[Address]:
    """Return the addresses that may be connected to: all that were found, or none.

    One forbidden address among good ones refuses them all, because an honest partner has no such record.
    Raises `ForbiddenDestinationError`; also for http, or an unusual port, outside the allowed networks.
    """
    addresses = [_plain(ip_address(address)) for address in dict.fromkeys(found)]
    own = [any(address in network for network in allow_networks) for address in addresses]
    for address, is_own in zip(addresses, own, strict=True):
        if _is_never(address) or not (is_own or _is_public(address)):
            raise ForbiddenDestinationError("the address is not on the public internet")
    if not all(own):
        _require_public(destination)
    return addresses


def _require_public(destination: Destination) -> None:
    if destination.scheme != "https":
        raise ForbiddenDestinationError("the URL must begin with https://")
    if destination.port not in PUBLIC_PORTS:
        raise ForbiddenDestinationError("the port must be 443 or 8443")
    labels = destination.host.split(".")
    if destination.literal is None and (len(labels) == 1 or labels[-1] in _SITE_LABELS):
        raise ForbiddenDestinationError("the host must be a full public name")


def _plain(address: Address) -> Address:
    # ::ffff:127.0.0.1 is 127.0.0.1: the kernel opens an IPv4 connection for it.
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address that a gateway would connect to on behalf of an IPv6 one (6to4, NAT64)."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour


def _is_never(address: Address) -> bool:
    carried = _carried(address)
    return any(address in network for network in _NEVER) or (carried is not None and _is_never(carried))


def _is_public(address: Address) -> bool:
    if (carried := _carried(address)) is not None:
        return _is_public(carried)
    if any(address in network for network in _NOT_PUBLIC):
        return False
    # Of IPv6 only 2000::/3 is given out; `is_global` alone would let the old ::127.0.0.1 form pass.
    return address.is_global and (address.version == 4 or address in _GLOBAL_UNICAST_V6)
