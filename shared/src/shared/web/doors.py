"""JSON doors: one declaration gives sign-in, policy, validation, transaction, idempotency, ETag and OpenAPI.

    doors = Doors("clearance")

    @doors.post("/screenings/<uuid:screening_id>/clearance", may="clearance.decide", body=Decide, reply=ClearanceReply)
    def decide(tx: Transaction, body: Decide, screening_id: UUID) -> Clearance:
        \"\"\"Decide on a screening.\"\"\"

A request passes in this order: who calls, at which clinic, may they; then one transaction opens, a door that `hears`
listens, the same request is answered as before where it had an `Idempotency-Key`, the body is validated, the view runs,
and its answer is stored with it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import Response, g, make_response, request
from flask_smorest import Blueprint
from werkzeug.exceptions import UnsupportedMediaType

from shared.declared import Declared
from shared.errors import Invalid, NotFound, PreconditionRequired
from shared.store.reach import Reach
from shared.store.transaction import Actor, Transaction
from shared.web.asked import asked
from shared.web.context import frame
from shared.web.described import CLINIC_HEADER, description
from shared.web.entrances import Entrance
from shared.web.guard import check_listed, guarded, origin_of_request
from shared.web.once import LONGEST_KEY, answered, keep_answer
from shared.web.policy import PUBLIC
from shared.web.problems import tell_even_if_refused

View = Callable[..., Any]
Hearing = Callable[..., Mapping[str, Any]]

ANYBODY = Actor("public")


class Doors:
    """The endpoints of one noun. All of them live under `/{service}`."""

    def __init__(self, name: str, description: str = "") -> None:
        self.blueprint = Blueprint(name, __name__, description=description)
        self.entrances: dict[str, Entrance] = {}

    def get(
        self, rule: str, *, may: str, reply: type[Declared], query: type[Declared] | None = None, many: bool = False
    ) -> Callable[[View], View]:
        """A door that reads. `many` answers `{"items": [...]}`. What stands behind the `?` the view gets as `query`."""
        return self._door("GET", rule, may=may, reply=reply, query=query, many=many, status=200)

    def post(
        self,
        rule: str,
        *,
        may: str,
        reply: type[Declared],
        body: type[Declared] | None = None,
        status: int = 201,
        hears: Hearing | None = None,
    ) -> Callable[[View], View]:
        """A door that changes something; with `Idempotency-Key`, once.

        What `hears` is called as the view is, with the body as it came (None where nobody can read it), before anybody
        looks whether it is acceptable: for what must not be lost with the rest (`Transaction.even_if_refused`). The
        facts that it returns stand in a refusal.
        """
        return self._door("POST", rule, may=may, body=body, reply=reply, status=status, hears=hears)

    def patch(self, rule: str, *, may: str, reply: type[Declared], body: type[Declared]) -> Callable[[View], View]:
        """A door that corrects a versioned thing: it wants `If-Match`, and the view gets it as `version`."""
        return self._door("PATCH", rule, may=may, body=body, reply=reply, status=200, versioned=True)

    def _door(
        self,
        method: str,
        rule: str,
        *,
        may: str,
        reply: type[Declared],
        status: int,
        body: type[Declared] | None = None,
        query: type[Declared] | None = None,
        many: bool = False,
        versioned: bool = False,
        hears: Hearing | None = None,
    ) -> Callable[[View], View]:
        entrance = Entrance(method, rule, may, gathers=many, body=body, query=query)

        def register(view: View) -> View:
            def inner(*parsed: Any, **path: Any) -> Any:
                extra: dict[str, Any] = {"version": _expected_version()} if versioned else {}
                if query is not None:
                    extra["query"] = asked(query)
                answer = view(g.tx, *parsed, **path, **extra)
                etag = getattr(answer, "version", None)
                if many:
                    answer = list(answer)
                    check_listed(answer, g.tx)
                    answer = {"items": answer}
                return (answer, status, {"ETag": f'"{etag}"'}) if isinstance(etag, int) else answer

            inner.__name__, inner.__doc__ = view.__name__, view.__doc__
            described = self.blueprint.response(status, reply.listing if many else reply.schema)(inner)
            if body is not None:
                described = self.blueprint.arguments(body.schema)(described)
            about = description(entrance, view.__name__, versioned=versioned)
            described = self.blueprint.doc(**about)(described)
            endpoint = _guard(described, may, hears)
            self.blueprint.route(rule, methods=[method], endpoint=view.__name__)(endpoint)
            self.entrances[f"{self.blueprint.name}.{view.__name__}"] = entrance
            return view

        return register


def _guard(described: View, may: str, hears: Hearing | None) -> View:
    """The outermost layer: authenticate and authorise before the body is looked at, then hold one transaction open."""

    @wraps(described)
    def endpoint(**path: Any) -> Response:
        with _transaction(may, path) as tx:
            g.tx = tx
            named = {name: value for name, value in path.items() if name != "clinic"}
            if hears is not None:
                tell_even_if_refused(**hears(tx, _as_it_came(), **named))
            stored = _answered(tx)
            if stored is not None:
                return stored
            if request.get_data() and not request.is_json:
                # What is not read would be taken for nothing, and nothing is an answer too.
                raise UnsupportedMediaType
            answer = described(**named)
            response: Response = make_response(answer)
            keep_answer(tx, response)
            return response

    return endpoint


def _as_it_came() -> Any:
    """The body, whatever it says it is: JSON, also with a stroke of rubbish in it, or a form; None if it is neither."""
    body = request.get_data()
    try:
        return json.loads(body.decode(json.detect_encoding(body), "replace"))
    except (ValueError, RecursionError):
        return request.form or None


@contextmanager
def _transaction(may: str, path: dict[str, Any]) -> Iterator[Transaction]:
    here = frame()
    if may != PUBLIC:
        caller = here.verifier.caller(request)
        with guarded(here, may, caller, request.headers.get(CLINIC_HEADER), path) as tx:
            yield tx
        return
    clinic = str(path["clinic"])
    if not here.store.knows_clinic(clinic):
        raise NotFound("clinic")
    g.clinic, g.actor = clinic, ANYBODY
    with here.store.transaction(clinic, ANYBODY, origin_of_request(may, path)) as tx:
        tx.reach, tx.grounds = Reach(ANYBODY.id, []), "public"
        yield tx


def _expected_version() -> int:
    tag = request.headers.get("If-Match")
    if not tag:
        raise PreconditionRequired("if_match_missing", "Send the ETag that you read as If-Match.")
    try:
        return int(tag.removeprefix("W/").strip('"'))
    except ValueError:
        raise Invalid("if_match_malformed", "If-Match is not an ETag of this service.") from None


def _answered(tx: Transaction) -> Response | None:
    """What the same request was answered before, where it has a key. Strangers share one name, and must not meet."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return None
    if len(key) > LONGEST_KEY:
        raise Invalid("idempotency_key_too_long", f"Use at most {LONGEST_KEY} characters.")
    said = (request.path.encode(), request.get_data())
    return answered(tx, key, said, apart=tx.actor.id == ANYBODY.id)
