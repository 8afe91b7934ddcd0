from alembic import op

from shared.store.tenancy import lay_carriers, protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    lay_carriers(op.execute)
    op.execute(
        "create table heard (position bigint generated always as identity primary key, clinic text not null,"
        " subject uuid not null, sequence bigint not null, type text not null)"
    )
    op.execute(
        "create table note (id uuid primary key, clinic text not null, words text not null, version integer not null)"
    )
    protect(op.execute, "heard")
    protect(op.execute, "note")
