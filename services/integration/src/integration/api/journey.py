"""The journey."""

from typing import Any
from uuid import UUID

from integration.domain.journey import Line
from integration.queries.journey import timeline_of
from integration.queries.own_words import words_of
from integration.queries.threads import threads_of
from integration.schemas.journey import GraphReply, TimelineReply, WhichPart
from shared.store import Transaction
from shared.web import Doors

doors = Doors("journey", "The journey.")


@doors.get("/clients/<uuid:client_id>/timeline", may="timeline.read", query=WhichPart, reply=TimelineReply, many=True)
def timeline(tx: Transaction, client_id: UUID, query: WhichPart) -> list[Line]:
    """A client's journey in one order, as far as you may see it."""
    return _part(client_id, query, tx)


@doors.get("/clients/<uuid:client_id>/journey/graph", may="own.read", query=WhichPart, reply=GraphReply)
def journey_graph(tx: Transaction, client_id: UUID, query: WhichPart) -> dict[str, Any]:
    """Your own journey with your own words, and what in it led to what; to take it with you."""
    lines = _part(client_id, query, tx)
    names = ("at", "kind", "title")
    nodes = [
        {name: getattr(line, name) for name in names} | {"id": line.thing.id, "words": words_of(line.thing)}
        for line in lines
    ]
    known = {node["id"] for node in nodes}
    edges = [
        {"from_": thread.start.id, "to": thread.end.id}
        for thread in threads_of(client_id, tx, start=query.from_, end=query.until)
        if {thread.start.id, thread.end.id} <= known
    ]
    return {"nodes": nodes, "edges": edges}


def _part(client_id: UUID, query: WhichPart, tx: Transaction) -> list[Line]:
    kinds = [query.kind] if query.kind else []
    return timeline_of(client_id, tx, start=query.from_, end=query.until, kinds=kinds)
