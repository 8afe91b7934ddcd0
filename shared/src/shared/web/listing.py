"""Lists that may be long: how much of one is wanted, and whether there is more."""

from collections.abc import Sequence
from typing import Any

from flask import request

from shared.errors import Invalid

USUAL, MOST = 100, 1000


def asked_limit() -> int:
    """How many are asked for with `?limit=`."""
    given = request.args.get("limit", str(USUAL))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MOST):
        message = f"Use a whole number from 1 to {MOST}."
        raise Invalid("query_malformed", message, errors=[{"path": "?limit", "message": message}])
    return int(given)


def listed(rows: Sequence[Any], limit: int) -> dict[str, Any]:
    """The answer of rows of which one more than the limit was asked for."""
    return {"items": rows[:limit], "more": len(rows) > limit}
