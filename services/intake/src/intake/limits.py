"""How often strangers may do what anybody may: counted at each clinic apart, by hashes of where they come from."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, func, select, text

from intake.models import Attempt
from shared.store import Transaction

WITHIN = timedelta(minutes=15)
_KEPT_FOR = timedelta(days=1)
_TAKE_TURNS = text("select pg_advisory_xact_lock(hashtextextended(:clinic, 5))")


@dataclass(frozen=True)
class Limit:
    """So often within a quarter of an hour, of one clinic. The numbers are product defaults."""

    kind: str
    most: int

    def allows(self, whose: str, tx: Transaction) -> bool:
        """Count one more of theirs; False, and nothing counted, where there were enough."""
        tx.session.execute(_TAKE_TURNS, {"clinic": tx.clinic_id})
        tx.session.execute(delete(Attempt).where(Attempt.at < tx.now - _KEPT_FOR))
        index = tx.vault.index(f"limit.{self.kind}", whose)
        mine = select(func.count()).where(Attempt.kind == self.kind, Attempt.whose_index == index)
        if (tx.session.scalar(mine.where(Attempt.at > tx.now - WITHIN)) or 0) >= self.most:
            return False
        tx.add(Attempt(id=tx.new_id(), clinic=tx.clinic_id, kind=self.kind, whose_index=index, at=tx.now))
        return True


LINKS_TO_AN_ADDRESS = Limit("link.address", 3)
LINKS_OF_A_NETWORK = Limit("link.network", 30)
INQUIRIES_OF_A_NETWORK = Limit("inquiry.network", 20)
REFUSALS_OF_A_NETWORK = Limit("refusal.network", 3)
REFUSALS_OF_A_CLINIC = Limit("refusal.clinic", 30)
"""A household, a hostel or a clinic shares one network; of refusals, only how many are written into the audit."""


def network_of(came_from: str | None) -> str:
    """The network behind an address: of IPv6 the 64 bits that one customer has, who can take any address of them."""
    try:
        address = ip_address(came_from or "")
    except ValueError:
        return ""
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
