"""What clients tell lies sealed: their words, their body map, their answers; and what was done about a red flag."""

from typing import Any

from shared.store.resealing import mark_lines, seal_columns
from shared.store.sealed import Sealed

revision = "0006"
down_revision = "0005"

TOLD = {
    "intention": ["words"],
    "moment": ["words"],
    "sensation": ["region", "side", "view", "sensation", "quality", "distressing"],
    "commitment": ["action", "planned_for", "with_whom"],
    "check_in": ["how_are_you", "slept", "help_now", "burning_or_blood", "hard_thoughts"],
    "red_flag": ["note"],
    "reading": ["answers"],
}


def upgrade() -> None:
    mark_lines()
    # A copy of what intake told: it can be made anew, and is then sealed alike.
    name: Sealed[Any] = Sealed("client.display_name", owner="id", steady=True)
    seal_columns("client", {"display_name": name})
    for table, columns in TOLD.items():
        seal_columns(table, {column: Sealed(f"{table}.{column}") for column in columns})


def downgrade() -> None:
    """Restore from backup."""
