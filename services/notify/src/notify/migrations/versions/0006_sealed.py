"""How clients are reached, what partners are told and with which secret, sealed; calls say whom they are about."""

from alembic import op

from shared.store.resealing import mark_lines, seal_columns
from shared.store.sealed import Sealed, SealedForClinic
from shared.store.tenancy import unbound

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    mark_lines()
    names = ("display_name", "email", "phone")
    seal_columns("contact", {name: Sealed(f"contact.{name}", owner="id", steady=True) for name in names})
    seal_columns("delivery", {"event": Sealed("delivery.event", owner="client")})
    seal_columns("subscription", {"secret": SealedForClinic("subscription.secret")})
    op.execute("alter table delivery alter column event_sealed set not null")
    op.execute("alter table subscription alter column secret_sealed set not null")
    _say_whom_calls_are_about()


def _say_whom_calls_are_about() -> None:
    """So that they go with the client: a call for a message that is gone would be looked at for good."""
    op.execute("alter table due_message add column client uuid")
    with unbound(op.execute, "message", "due_message"):
        op.execute("update due_message set client = message.client from message where message.id = due_message.message")
        op.execute("delete from due_message where client is null")
    op.execute("alter table due_message alter column client set not null")
    op.execute("create index due_message_about on due_message (client)")
    op.execute("create index due_delivery_about on due_delivery (client)")
    # Deliveries that are done with are found for their client, too.
    op.execute("create index delivery_about on delivery (client)")


def downgrade() -> None:
    """Restore from backup: what is sealed opens with the keys of its time."""
