"""What a client is called on the pages of whoever looks after them."""

from uuid import UUID

from integration.models import Client
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.reading import reader

UNNAMED = phrase("Somebody whose name is not known here yet")


def name_of(client_id: UUID, tx: Transaction) -> str:
    """What the client wants to be called; that it is not known, where nobody has told us of them yet."""
    client = tx.find(Client, client_id)
    return client.display_name if client and client.display_name else reader().say(UNNAMED)
