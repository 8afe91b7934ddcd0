"""What every service answers besides its own doors: health, metrics, and the history of a subject."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.declared import Declared, field
from shared.store.transaction import Transaction
from shared.web.context import frame
from shared.web.doors import Doors

HISTORY_ACTION = "history.read"


def health_blueprint(troubles: Callable[[], list[str]], stopping: Callable[[], bool]) -> Blueprint:
    """`/health/live` (the process runs), `/health/ready` (send it work) and `/metrics`, all without sign-in."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health/live")
    def live() -> Response:
        return jsonify(status="live", service=frame().service.name)

    @blueprint.get("/health/ready")
    def ready() -> Response:
        checks = {"database": _database(), "loops": not troubles()}
        status = "stopping" if stopping() else "ready" if all(checks.values()) else "not_ready"
        response = jsonify(status=status, checks=checks)
        response.status_code = 200 if status == "ready" else 503
        return response

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(frame().metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return blueprint


def _database() -> bool:
    try:
        with frame().store.carrier() as session:
            session.execute(text("select 1 from outbox limit 1"))
    except SQLAlchemyError:
        return False
    return True


class HistoryEntry(Declared):
    """One event that this service published about the client; without its data."""

    id: UUID = field("The event's id.", "01936d3e-5f00-7000-8000-000000000002")
    type: str = field("The CloudEvents type.", "afterglow.intake.client.registered.v1")
    sequence: int = field("Its place among this service's events about the client, from 1.", 1)
    occurred_at: datetime = field("UTC.", "2026-11-02T15:00:00+00:00")
    published_at: datetime | None = field("When the broker had it, UTC; none while it waits.", None)


history = Doors("history", "What was told about a client, in order.")


@history.get("/clients/<uuid:client_id>/events", may=HISTORY_ACTION, reply=HistoryEntry, many=True)
def list_events(tx: Transaction, client_id: UUID) -> list[HistoryEntry]:
    """What this service has told the others about a client, in order."""
    return [HistoryEntry(**entry) for entry in tx.events_about("client", client_id)]
