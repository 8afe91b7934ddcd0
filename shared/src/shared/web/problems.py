"""Every error leaves as an RFC 9457 problem document that says which rule and what to do."""

import json
from typing import Any

import structlog
from flask import Flask, Response, g, request
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shared.errors import NOTHING_THERE, Problem, TooOften

log = structlog.get_logger()

_GAVE_WAY = (DeadlockDetected, SerializationFailure)

_SENTENCES = {
    400: ("malformed", "The request could not be read. Send well-formed JSON."),
    404: ("not_found", NOTHING_THERE),
    405: ("method_not_allowed", "This resource does not offer that method; see Allow."),
    413: ("too_large", "The request is larger than this service takes."),
    415: ("unsupported_media_type", "Send application/json."),
    422: ("invalid", "Some fields are not acceptable; see errors."),
}


def problem_response(
    status: int, title: str, code: str, detail: str, *, facts: dict[str, Any], errors: list[dict[str, str]]
) -> Response:
    """A problem document. `code` names the rule; `facts` hold what it looked at; `errors` name fields."""
    document: dict[str, Any] = {
        "type": f"urn:afterglow:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "request_id": g.get("request_id"),
    }
    facts = facts | g.get("told_even_if_refused", {})
    if facts:
        document["facts"] = facts
    if errors:
        document["errors"] = errors
    # A page says the same in its reader's language, and needs the sentences as they were raised.
    g.problem = document
    body = json.dumps(document, default=str)
    return Response(body, status=status, content_type="application/problem+json")


def tell_even_if_refused(**facts: Any) -> None:
    """Have the answer to this request carry these facts where it is a problem: as `help`, whom to call at once."""
    g.told_even_if_refused = g.get("told_even_if_refused", {}) | facts


def register_problems(app: Flask) -> None:
    """Turn rule problems, HTTP errors and bugs into problem documents, in this one place."""

    @app.errorhandler(Problem)
    def _rule(problem: Problem) -> Response:
        response = problem_response(
            problem.status, problem.title, problem.code, problem.sentence, facts=problem.facts, errors=problem.errors
        )
        if problem.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if problem.status == 503:
            response.headers["Retry-After"] = "2"
        if isinstance(problem, TooOften):
            response.headers["Retry-After"] = problem.retry_after
        return response

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        code, sentence = _SENTENCES.get(status, (f"http_{status}", error.description or "See the status."))
        messages = getattr(error, "data", {}).get("messages", {})
        response = problem_response(
            status, error.name, code, sentence, facts={}, errors=field_errors(messages.get("json", messages))
        )
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            value = dict(error.get_headers()).get(name)
            if value:
                response.headers[name] = value
        return response

    @app.errorhandler(RecursionError)
    def _too_deep(_: RecursionError) -> Response:
        return problem_response(400, "Bad Request", "malformed", _SENTENCES[400][1], facts={}, errors=[])

    @app.errorhandler(PoolTimeout)
    @app.errorhandler(OperationalError)
    def _unavailable(error: SQLAlchemyError) -> Response:
        code, sentence = "unavailable", "The service cannot reach its database now. Try again soon."
        if isinstance(getattr(error, "orig", None), _GAVE_WAY):
            code, sentence = "gave_way", "Others changed the same at this moment; nothing of yours was. Send it again."
        log.error("database_problem", code=code, exc_info=error)
        response = problem_response(503, "Unavailable", code, sentence, facts={}, errors=[])
        response.headers["Retry-After"] = "2"
        return response

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        log.error("unhandled", exc_info=error)
        sentence = "Something broke on our side; nothing was changed. Quote the request_id when you report it."
        return problem_response(500, "Something went wrong", "internal", sentence, facts={}, errors=[])


def field_errors(messages: Any, path: str = "") -> list[dict[str, str]]:
    """marshmallow's nested messages as a flat list of `path` (JSON pointer) and `message`."""
    if isinstance(messages, dict):
        return [error for key, inner in messages.items() for error in field_errors(inner, _child(path, key))]
    if isinstance(messages, list):
        return [
            error
            for message in messages
            for error in (
                field_errors(message, path)
                if isinstance(message, dict | list)
                else [{"path": path or "/", "message": str(message)}]
            )
        ]
    return [{"path": path or "/", "message": str(messages)}] if messages else []


def _child(path: str, key: Any) -> str:
    return path if key == "_schema" else f"{path}/{key}"


def is_conflict(error: DBAPIError, constraint: str) -> bool:
    """Whether the database refused a row by that constraint."""
    diagnostics = getattr(error.orig, "diag", None)
    return getattr(diagnostics, "constraint_name", None) == constraint
