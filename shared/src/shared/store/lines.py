"""Lines of the audit. Whoever writes one does it here, and gives it a mark that only a process of ours can make.

The mark is an HMAC of the line under a key of its clinic that the database cannot open: so a line that somebody else
put in or changed is told from ours, also where it was chained since (`shared.store.auditing`).
"""

import hmac
import json
import os
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from shared.store.vault import Keyring

_WORDS = ("actor", "roles", "action", "subject", "request_id", "correlation_id", "grounds", "came_from")
COLUMNS = ("clinic", "at", *_WORDS, "clients", "detail", "outcome")
"""What a line says; beside it the database gives it a position, and its writer the mark."""

PURPOSE = "audit line"
"""For what a clinic's lasting key marks lines."""

WRITE = """
    insert into audit (
      clinic, at, actor, roles, action, subject, request_id, correlation_id, clients, grounds, came_from, detail,
      outcome, mark
    ) values (
      %(clinic)s, %(at)s, %(actor)s, %(roles)s, %(action)s, %(subject)s, %(request_id)s, %(correlation_id)s,
      %(clients)s::uuid[], %(grounds)s, %(came_from)s, %(detail)s::jsonb, %(outcome)s, %(mark)s
    )
"""
"""Takes what `marked` gives."""

Line = Mapping[Any, Any]
"""What COLUMNS name, by name; read from the database, with its `mark`."""

_ONCE_BYTES = 16


def write(connection: Connection, keyring: Keyring, line: Line) -> None:
    """Write a line."""
    # Past SQLAlchemy's own language, as the rest of a deed.
    connection.exec_driver_sql(WRITE, marked(keyring, line))


def marked(keyring: Keyring, line: Line) -> dict[str, Any]:
    """A line with its mark, as the database takes it."""
    detail = None if line["detail"] is None else json.dumps(line["detail"])
    return {**line, "detail": detail, "mark": mark(keyring, line)}


def mark(keyring: Keyring, line: Line) -> bytes:
    """A mark for a line, another one each time: two lines with one mark are a line and its copy."""
    once = os.urandom(_ONCE_BYTES)
    return once + _proof(keyring, once, line)


def bears_its_mark(keyring: Keyring, line: Line) -> bool:
    """Whether a line has a mark, and is as it was when it got it."""
    found = bytes(line["mark"] or b"")
    once, proof = found[:_ONCE_BYTES], found[_ONCE_BYTES:]
    return hmac.compare_digest(proof, _proof(keyring, once, line))


def canonical(line: Line) -> bytes:
    """What a line says, in one way only."""
    whole = [
        line["clinic"],
        line["at"].astimezone(UTC).isoformat(),
        *(line[name] for name in _WORDS),
        [str(client) for client in line["clients"]],
        line["detail"],
        line["outcome"],
    ]
    return json.dumps(whole, separators=(",", ":"), sort_keys=True).encode()


def _proof(keyring: Keyring, once: bytes, line: Line) -> bytes:
    return hmac.digest(keyring.prove(line["clinic"], PURPOSE), once + canonical(line), sha256)
