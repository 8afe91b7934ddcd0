"""What the OpenAPI document of every service says of all its doors alike: how they refuse, and which headers they know.

The document is held to this by `shared.testing.contract`: an answer with a status that is not in it is a fault.
"""

from typing import Any

from apispec import APISpec

from shared.declared import Declared, field
from shared.web.entrances import Entrance
from shared.web.policy import PUBLIC

CLINIC_HEADER = "Afterglow-Clinic"

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class FieldProblem(Declared):
    """What is wrong with one part of the request."""

    path: str = field("A JSON pointer into the body, or `?` and the name of what was asked for.", "/starts_at")
    message: str = field("What is wrong.", "Not a valid datetime.")


class ProblemDocument(Declared):
    """Why something was not done, and what to do about it (RFC 9457)."""

    type: str = field("`urn:afterglow:problem:` and the code.", "urn:afterglow:problem:not_found")
    title: str = field("The kind of problem.", "Not found")
    status: int = field("The status of the answer.", 404)
    detail: str = field("The rule, and the way out, in a sentence for people.", "There is no such visit here.")
    instance: str = field("The address that was asked.", "/sessions/visits/01936d3e-5f00-7000-8000-000000000021")
    code: str = field("Which rule, for programs.", "not_found")
    request_id: str = field("The request, as in X-Request-Id.", "01936d3e-5f00-7000-8000-000000000002")
    facts: dict[str, Any] | None = field("What the rule looked at.", {}, default=None)
    errors: list[FieldProblem] = field("Each part that is not acceptable.", [], default=[])


_PROBLEMS = {
    400: ("Malformed", "The body is no JSON."),
    401: ("Unauthenticated", "The bearer token is missing, or not to be believed."),
    403: ("Forbidden", "The caller is known, and may not do this, or not with this client."),
    404: ("NotFound", "There is no such thing at this clinic, or none that is the caller's to see."),
    409: ("Refused", "A rule forbids it in the present state; `facts` say what it looked at."),
    412: ("Stale", "It was changed since it was read."),
    413: ("TooLarge", "The body is larger than 1 MiB."),
    415: ("UnsupportedMediaType", "The body is not application/json."),
    422: ("Invalid", "Understood, and not acceptable; `errors` name what is wrong."),
    428: ("PreconditionRequired", "Say by If-Match which version it was decided on."),
    429: ("TooOften", "More was asked than a person would; Retry-After says when to come back."),
    503: ("Unavailable", "Something that is needed is away; the same request may succeed soon."),
}

_HEADERS = {
    "Clinic": (CLINIC_HEADER, "The clinic that is meant, where the caller has roles at several.", False),
    "IdempotencyKey": ("Idempotency-Key", "At most 200 characters: with the same key it is done once.", False),
    "IfMatch": ("If-Match", "The ETag of the version that the change was decided on.", True),
}


def describe_all(spec: APISpec) -> None:
    """Lay the components out that the doors refer to."""
    spec.components.security_scheme("bearer", BEARER)
    for name, says in _PROBLEMS.values():
        content = {"application/problem+json": {"schema": ProblemDocument.schema}}
        spec.components.response(name, {"description": says, "content": content})
    for name, (header, says, required) in _HEADERS.items():
        about = {"name": header, "description": says, "required": required, "schema": {"type": "string"}}
        spec.components.parameter(name, "header", about)


def description(entrance: Entrance, operation: str, *, versioned: bool) -> dict[str, Any]:
    """What is said of one door, beside its body and its reply."""
    public = entrance.may == PUBLIC
    writes = entrance.method != "GET"
    statuses = {404, 503} | ({429} if public else {401, 403})
    if writes:
        statuses |= {409, 412, 422}
    if entrance.body is not None:
        statuses |= {400, 413, 415}
    if entrance.query is not None:
        statuses |= {422}
    if versioned:
        statuses |= {428}
    parameters: list[Any] = [] if public else ["Clinic"]
    if entrance.method == "POST":
        parameters.append("IdempotencyKey")
    if versioned:
        parameters.append("IfMatch")
    if entrance.query is not None:
        parameters.append({"in": "query", "schema": entrance.query.schema})
    return {
        "operationId": operation,
        "security": [] if public else [{"bearer": []}],
        "parameters": parameters,
        "responses": {status: _PROBLEMS[status][0] for status in sorted(statuses)},
        "x-action": entrance.may,
    }
