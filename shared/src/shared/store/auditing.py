"""The audit as a chain: each line's proof covers the line and the proof before it, keyed by what no database holds.

Lines are chained a moment after they were written (the worker's loop `auditing`), in the order in which it finds them,
whoever put them there: that they are ours is shown by their marks (`shared.store.lines`). Whoever changes, removes or
inserts one cannot make marks and proofs fit; whoever removes the newest ones with their proofs is found by a head that
was noted elsewhere before.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from shared.store.lines import COLUMNS, bears_its_mark, canonical
from shared.store.tenancy import set_clinic
from shared.store.transaction import Store

PAGE = 1000
_NOTHING = b""

_LINE = ", ".join(f"a.{name}" for name in ("position", *COLUMNS, "mark"))
_TAKE_YOUR_TIME = text("set local statement_timeout = 0")
_CLINICS = text("select distinct clinic from audit_unchained")
_TAKE_TURNS = text("select pg_advisory_xact_lock(7303, hashtext(:clinic))")
_HEAD = text("select number, proof from audit_chain where clinic = :clinic order by number desc limit 1")
_UNCHAINED = text(
    f"select {_LINE} from audit_unchained u join audit a on a.position = u.position"  # nosec B608 # names of ours.
    " where u.clinic = :clinic order by a.position limit :page"
)
_CHAIN = text("""
    insert into audit_chain (clinic, number, position, proof, chained_at)
    select :clinic, number, position, proof, :now
    from unnest(cast(:numbers as bigint[]), cast(:positions as bigint[]), cast(:proofs as bytea[]))
      as chained (number, position, proof)
""")
_CHAINED = text("delete from audit_unchained where position = any(cast(:positions as bigint[]))")
_WALK = text(
    f"select c.number, c.position as place, c.proof, {_LINE} from audit_chain c"  # nosec B608 # names of ours.
    " left join audit a on a.position = c.position"
    " where c.clinic = :clinic and c.number > :after order by c.number limit :page"
)
_LOOSE = text(
    f"select {_LINE}, u.position is not null as noted from audit a"  # nosec B608 # names of ours.
    " left join audit_chain c on c.position = a.position"
    " left join audit_unchained u on u.position = a.position"
    " where a.clinic = :clinic and c.position is null order by a.position"
)
_COPIES = text("""
    select position
    from (select position, row_number() over (partition by mark order by position) as nth from audit
      where clinic = :clinic and mark is not null) marks
    where nth > 1 order by position
""")
_LOST = text("""
    select u.position from audit_unchained u left join audit a on a.position = u.position
    where u.clinic = :clinic and a.position is null order by u.position
""")


@dataclass(frozen=True)
class Head:
    """The end of a clinic's chain at some moment: how many lines, and the proof of the last."""

    number: int
    proof: str


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written: `changed`, `removed`, `inserted`, `cut` or `rewritten`.

    A line that somebody put in and gave a mark that does not fit looks like one that was `changed`.
    """

    kind: str
    number: int | None = None
    position: int | None = None


@dataclass
class Verdict:
    """What `verify` found of one clinic at one service."""

    lines: int = 0
    waiting: int = 0
    head: Head | None = None
    faults: list[Fault] = field(default_factory=list)


def chain(store: Store) -> int:
    """Chain what was written since the last look; returns how many lines. Any number may run."""
    with store.carrier() as session:
        clinics = list(session.scalars(_CLINICS))
    return sum(_chain_clinic(store, clinic) for clinic in clinics)


def verify(store: Store, clinic: str, noted: Head | None = None) -> Verdict:
    """Go through a clinic's whole chain; `noted` is a head that must be part of it still."""
    key = store.keyring.prove(clinic, "audit")
    verdict, before = Verdict(), _NOTHING
    with Session(store.engine) as session:
        set_clinic(session.connection(), clinic)
        session.execute(_TAKE_YOUR_TIME)
        for row in _walk(session, clinic):
            if row.number != verdict.lines + 1:
                verdict.faults.append(Fault("removed", number=verdict.lines + 1))
            verdict.lines = row.number
            if row.position is None:
                verdict.faults.append(Fault("removed", row.number, row.place))
            elif not bears_its_mark(store.keyring, row._mapping):
                verdict.faults.append(Fault(_how(row), row.number, row.place))
            elif not hmac.compare_digest(bytes(row.proof), _proof(key, before, row)):
                verdict.faults.append(Fault("changed", row.number, row.place))
            before = bytes(row.proof)
            if noted is not None and row.number == noted.number and before.hex() != noted.proof:
                verdict.faults.append(Fault("rewritten", row.number, row.place))
        for row in session.execute(_LOOSE, {"clinic": clinic}, execution_options={"yield_per": PAGE}):
            verdict.waiting += 1
            if not bears_its_mark(store.keyring, row._mapping):
                verdict.faults.append(Fault(_how(row), position=row.position))
            elif not row.noted:
                verdict.faults.append(Fault("inserted", position=row.position))
        for kind, query in (("inserted", _COPIES), ("removed", _LOST)):
            verdict.faults += [Fault(kind, position=place) for place in session.scalars(query, {"clinic": clinic})]
    if noted is not None and verdict.lines < noted.number:
        verdict.faults.append(Fault("cut", number=noted.number))
    verdict.head = Head(verdict.lines, before.hex()) if verdict.lines else None
    return verdict


def _chain_clinic(store: Store, clinic: str) -> int:
    key = store.keyring.prove(clinic, "audit")
    with Session(store.engine) as session:
        set_clinic(session.connection(), clinic)
        session.execute(_TAKE_TURNS, {"clinic": clinic})
        rows = session.execute(_UNCHAINED, {"clinic": clinic, "page": PAGE}).all()
        if not rows:
            return 0
        head = session.execute(_HEAD, {"clinic": clinic}).one_or_none()
        number, before = (head.number, bytes(head.proof)) if head else (0, _NOTHING)
        proofs: list[bytes] = []
        for row in rows:
            before = _proof(key, before, row)
            proofs.append(before)
        positions = [row.position for row in rows]
        values = {"numbers": list(range(number + 1, number + len(rows) + 1)), "positions": positions, "proofs": proofs}
        session.execute(_CHAIN, {"clinic": clinic, "now": store.clock(), **values})
        session.execute(_CHAINED, {"positions": positions})
        session.commit()
    return len(rows)


def _walk(session: Session, clinic: str) -> Iterator[Row[Any]]:
    after = 0
    while rows := session.execute(_WALK, {"clinic": clinic, "after": after, "page": PAGE}).all():
        yield from rows
        after = rows[-1].number


def _how(row: Row[Any]) -> str:
    """What somebody did to a line that does not bear its mark."""
    return "inserted" if row.mark is None else "changed"


def _proof(key: bytes, before: bytes, row: Row[Any]) -> bytes:
    line = b"%d " % row.position + canonical(row._mapping) + bytes(row.mark or b"")
    return hmac.digest(key, before + line, sha256)
