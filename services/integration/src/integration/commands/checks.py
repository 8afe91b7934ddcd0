"""What every command looks at first."""

from datetime import datetime
from uuid import UUID

from integration.models import Client
from shared.clock import lies_ahead
from shared.errors import Invalid
from shared.languages import phrase
from shared.store import Transaction


def known_client(client_id: UUID, tx: Transaction) -> Client:
    """The client, if this clinic knows them. Raises NotFound."""
    return tx.one(Client, client_id)


def not_in_the_future(at: datetime | None, path: str, tx: Transaction) -> datetime:
    """When something was felt or answered; now, if nobody said. Raises Invalid, naming the field."""
    when = at or tx.now
    if lies_ahead(when, tx.now):
        raise Invalid.at(path, "in_the_future", phrase("This has not happened yet."))
    return when
