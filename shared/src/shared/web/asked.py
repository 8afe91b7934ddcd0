"""What stands behind the `?` of an address: declared like a body, and read from text.

class VisitsBetween(Declared):
    from_: datetime | None = field("The first instant.", "2026-11-20T09:00:00-05:00", default=None)

@visits.get("/visits", may="visit.read", query=VisitsBetween, reply=VisitReply, many=True)
def list_visits(tx: Transaction, query: VisitsBetween) -> Sequence[Visit]: ...
"""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request
from marshmallow import ValidationError, fields
from marshmallow.validate import Range

from shared.declared import Declared, field
from shared.errors import Invalid

Query = TypeVar("Query", bound=Declared)

USUAL, MOST = 100, 1000
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")
_FLAGS = {"true": True, "false": False}


class AtMost(Declared):
    """How much of a list that may be long is wanted."""

    limit: int = field("How many at most.", USUAL, default=USUAL, validate=Range(1, MOST))


def asked(query: type[Query]) -> Query:
    """What the present request asks for. Raises Invalid, also for a name that is not declared: a misspelt one that was
    passed over would have everything shown. An empty value is one that was not given.
    """
    known = {spec.data_key or name: spec for name, spec in query.schema().fields.items()}
    given = {name: _typed(known.get(name), text) for name, text in request.args.items() if text}
    try:
        return query.load(given)
    except ValidationError as error:
        said = error.messages_dict
        errors = [{"path": f"?{name}", "message": " ".join(map(str, messages))} for name, messages in said.items()]
        sentence = "Something behind the ? of the address is not acceptable; see errors."
        raise Invalid("query_malformed", sentence, errors=errors) from None


def listed(rows: Sequence[Any], limit: int) -> dict[str, Any]:
    """The answer of rows of which one more than the limit was asked for."""
    return {"items": rows[:limit], "more": len(rows) > limit}


def _typed(spec: fields.Field[Any] | None, text: str) -> Any:
    if isinstance(spec, fields.Integer) and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if isinstance(spec, fields.Boolean):
        return _FLAGS.get(text, text)
    return text
