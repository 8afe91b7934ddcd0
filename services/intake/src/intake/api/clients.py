"""Doors of clients."""

from uuid import UUID

from intake.commands.clients import correct_client, register_client
from intake.models import Client
from intake.schemas.clients import ClientReply, CorrectClient, RegisterClient
from shared.store import Transaction
from shared.web import Doors

clients = Doors("clients", "Who is a client of the clinic, and how they are reached.")


@clients.post("/clients", may="client.register", body=RegisterClient, reply=ClientReply)
def register(tx: Transaction, body: RegisterClient) -> Client:
    """Make a client of somebody, of an inquiry at most once."""
    return register_client(body, tx)


@clients.get("/clients/<uuid:client_id>", may="client.read", reply=ClientReply)
def read_client(tx: Transaction, client_id: UUID) -> Client:
    """Read a client; the ETag is needed to correct them."""
    return tx.one(Client, client_id)


@clients.patch("/clients/<uuid:client_id>", may="client.correct", body=CorrectClient, reply=ClientReply)
def correct(tx: Transaction, body: CorrectClient, client_id: UUID, version: int) -> Client:
    """Correct a name, an address, the zone or the language. What is absent stays; null removes an address."""
    return correct_client(client_id, body, version, tx)
