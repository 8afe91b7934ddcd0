"""Clients sign in without a password: they ask for a link, get it by e-mail, and use it once.

Whoever asks learns nothing about who is a client. The request only writes down that somebody asked, which is the same
work for every address. Whether there is such a client is looked up afterwards, by a timer.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from intake.access.models import SignInLink
from intake.limits import LINKS_OF_A_NETWORK, LINKS_TO_AN_ADDRESS, WITHIN, network_of
from intake.models import Client
from intake.queries import email_index
from shared.errors import Refused, TooOften
from shared.events.intake import SignInAsked
from shared.languages import phrase
from shared.store import Transaction

ASKED = "sign_in.asked"

GOOD_FOR = timedelta(minutes=15)

_KEPT_FOR = timedelta(days=1)
_ADDRESS = "sign_in.address"


def ask_for_link(address: str, tx: Transaction) -> None:
    """Write down that somebody wants a link sent to that address. Says nothing about whether anybody has it.

    An address that was named often enough gets no further link, which nobody is told either. TooOften where too many
    were asked for from one network.
    """
    address = address.strip()
    if not LINKS_OF_A_NETWORK.allows(network_of(tx.origin.came_from), tx):
        raise TooOften(
            "too_many_links",
            "Too many links were asked for from your network. Wait a quarter of an hour, or call us.",
            again_in=WITHIN,
        )
    tx.session.execute(delete(SignInLink).where(SignInLink.asked_at < tx.now - _KEPT_FOR))
    if not LINKS_TO_AN_ADDRESS.allows(address.lower(), tx):
        return
    link = tx.add(
        SignInLink(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            sealed_address=tx.vault.seal_for_clinic(_ADDRESS, address.encode()),
            asked_at=tx.now,
            valid_until=tx.now + GOOD_FOR,
        )
    )
    tx.set_timer(ASKED, subject=link.id, due_at=tx.now, key=f"{ASKED}:{link.id}")


def send_link(link_id: UUID, tx: Transaction) -> None:
    """Find whose address was typed, and have the link sent to them, if it is anybody's here and not too late."""
    link = tx.one(SignInLink, link_id, lock=True)
    if link.sealed_address is None:
        return
    address = tx.vault.open_for_clinic(_ADDRESS, link.sealed_address).decode()
    link.sealed_address = None
    client = client_by_email(tx, address)
    if client is not None and tx.now < link.valid_until:
        link.client_id = client.id
        tx.publish(SignInAsked(subject=client.id, link=link.id, valid_until=link.valid_until))


def use_link(link_id: UUID, tx: Transaction) -> Client:
    """Let in whose link this is, and nobody by it again. Refused where it was used, is over, or never was."""
    link = tx.session.get(SignInLink, link_id, with_for_update=True)
    if link is None or not link.opens(tx.now):
        raise LinkIsOver
    link.used_at = tx.now
    return tx.one(Client, link.client_id)


def require_open(link_id: UUID, tx: Transaction) -> None:
    """Refused where the link lets nobody in any more. Changes nothing: mail programs follow links by themselves."""
    link = tx.find(SignInLink, link_id)
    if link is None or not link.opens(tx.now):
        raise LinkIsOver


class LinkIsOver(Refused):
    """A link that lets nobody in: used, too old, or none of ours, which nobody can tell apart."""

    def __init__(self) -> None:
        super().__init__(
            "link_is_over",
            phrase("Each link works once, and for a quarter of an hour. You can have another one at once."),
        )


def client_by_email(tx: Transaction, email: str) -> Client | None:
    """The one client of the clinic with that address; None where there is none, and where several share it.

    A link in a shared mailbox would let each of them into the other's record.
    """
    found = tx.all(select(Client).where(Client.email_index == email_index(email, tx)).limit(2))
    return found[0] if len(found) == 1 else None
