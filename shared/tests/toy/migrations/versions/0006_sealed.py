"""What somebody told lies sealed."""

from typing import Any

from shared.store.resealing import mark_lines, seal_columns
from shared.store.sealed import Sealed

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    mark_lines()
    columns: dict[str, Sealed[Any]] = {
        "words": Sealed("told.words"),
        "answers": Sealed("told.answers"),
        "name": Sealed("told.name", steady=True),
    }
    seal_columns("told", columns)


def downgrade() -> None:
    """Restore from backup."""
