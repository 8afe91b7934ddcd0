"""The public catalogue of events, for whoever builds on them: pages for people, and the same for machines.

They need no script, no cookie and no sign-in, and tell nothing about anybody: what they show is in the code.
"""

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response, render_template

from notify.published import asyncapi_document, by_publisher, opening
from shared.errors import NotFound
from shared.events import snapshot
from shared.events.asyncapi import sample_cloudevent
from shared.events.rows import form, rows
from shared.events.snapshot import Published

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

# Everything that a page needs is its own stylesheet; nothing else may load or frame it.
_CONTENT_SECURITY = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


@cache
def _language() -> dict[str, Published]:
    """What this release publishes; it changes only with the release."""
    return snapshot.read()


@pages.after_request
def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.errorhandler(NotFound)
def _missing(_: NotFound) -> tuple[str, int]:
    return render_template("events/missing.html"), 404


@pages.get("/events/")
def events() -> str:
    """Every event, by the service that says it."""
    return render_template("events/list.html", publishers=by_publisher(_language()))


@pages.get("/events/<name>/")
def event(name: str) -> str:
    """One event in all its versions, the newest first."""
    versions = [published for published in _language().values() if published.name == name]
    if not versions:
        raise NotFound("event")
    newest_first = sorted(versions, key=lambda published: published.version, reverse=True)
    return render_template("events/event.html", name=name, versions=[_shown(one) for one in newest_first])


@pages.get("/events/schemas/<type_>.json")
def schema(type_: str) -> Response:
    """The JSON Schema of an event's data, whose `$id` is the `dataschema` of every such event."""
    published = _language().get(type_)
    if published is None:
        raise NotFound("event")
    return _document(published.schema, "application/schema+json")


@pages.get("/asyncapi.json")
def asyncapi() -> Response:
    """The whole language as an AsyncAPI 3 document."""
    return _document(_asyncapi(), "application/json")


@cache
def _asyncapi() -> dict[str, Any]:
    return asyncapi_document(_language())


def _shown(published: Published) -> dict[str, Any]:
    fields = [(row, form(row.schema), opening(row)) for row in rows(published.schema)]
    sample = json.dumps(sample_cloudevent(published), indent=2, ensure_ascii=False)
    return {"event": published, "fields": fields, "sample": sample}


def _document(content: dict[str, Any], media_type: str) -> Response:
    return Response(json.dumps(content, indent=2, ensure_ascii=False) + "\n", mimetype=media_type)
