"""The public catalogue of events, for whoever builds on them: pages for people, and the same for machines.

They need no script, no cookie and no sign-in, and tell nothing about anybody: what they show is in the code.
"""

import itertools
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as Redirect

from notify.published import asyncapi_document, by_publisher, opening, partner_data_document, partner_samples
from shared.errors import NotFound
from shared.events import snapshot
from shared.events.asyncapi import sample_cloudevent
from shared.events.language import short_type
from shared.events.rows import form, rows
from shared.events.snapshot import Published
from shared.web.face.frame import protect
from shared.web.face.reading import reader
from shared.web.face.showing import recognise

pages = Blueprint("pages", __name__, template_folder="templates")

FOR_PARTNERS = Path(__file__).parent / "templates" / "events" / "partners.md"
"""What partners need to know, as Markdown; docs/partners.md is a copy of it."""


@cache
def _language() -> dict[str, Published]:
    """What this release publishes; it changes only with the release."""
    return snapshot.read()


pages.before_request(recognise)
pages.after_request(protect)


@pages.get("/events/")
def events() -> str:
    """Every event, by the service that says it; with `?for=partners` those that partners may subscribe to."""
    for_partners = request.args.get("for") == "partners"
    shown = [published for published in _language().values() if published.partners or not for_partners]
    return render_template("events/list.html", publishers=by_publisher(shown), for_partners=for_partners)


@pages.get("/events/<name>/")
def event(name: str) -> str | tuple[str, int] | Redirect:
    """One event in all its versions, the newest first. Its type and its short type lead to their version there."""
    versioned = _language().get(f"afterglow.{short_type(name)}")
    if versioned is not None:
        address = url_for("pages.event", name=versioned.name, _anchor=f"v{versioned.version}")
        return redirect(address, 308)
    versions = [published for published in _language().values() if published.name == name]
    if not versions:
        return render_template("events/missing.html"), 404
    newest_first = sorted(versions, key=lambda published: published.version, reverse=True)
    shown = [_shown(one) for one in newest_first]
    return render_template("events/event.html", name=name, versions=shown, either=reader().either)


@pages.get("/partners/")
def partners() -> str:
    """How to subscribe, what the scopes open, and how to verify and answer a webhook."""
    written = _as_page(FOR_PARTNERS.read_text(encoding="utf-8"), url_for("pages.events"), url_for("pages.asyncapi"))
    return render_template("events/partners.html", written=written)


@pages.get("/events/schemas/<type_>.json")
def schema(type_: str) -> Response:
    """The JSON Schema of an event's data between the services, whose `$id` is the `dataschema` of every such event."""
    published = _language().get(type_)
    if published is None:
        raise NotFound("schema")
    return _document(published.schema, "application/schema+json")


@pages.get("/events/schemas/partner.<type_>.json")
def schema_for_partners(type_: str) -> Response:
    """The JSON Schema of an event's data as partners get it: what is not offered to them has none."""
    published = _language().get(type_)
    if published is None or not published.partners:
        raise NotFound("schema")
    return _document(partner_data_document(published), "application/schema+json")


@pages.get("/asyncapi.json")
def asyncapi() -> Response:
    """The whole language as an AsyncAPI 3 document."""
    return _document(_asyncapi(), "application/json")


@cache
def _asyncapi() -> dict[str, Any]:
    return asyncapi_document(_language())


def _shown(published: Published) -> dict[str, Any]:
    fields = [(row, form(row.schema), opening(row)) for row in rows(published.schema)]
    told = [(scopes, _as_text(sample)) for scopes, sample in partner_samples(published)] if published.partners else []
    return {"event": published, "fields": fields, "told": told, "sample": _as_text(sample_cloudevent(published))}


@cache
def _as_page(source: str, events_address: str, asyncapi_address: str) -> Markup:
    """Our own Markdown as HTML: its headings can be linked to, and its links lead to what is served here."""
    addresses = {"events.md": events_address, "asyncapi.json": asyncapi_address}
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.add_render_rule("fence", _code_block)
    tokens = markdown.parse(source)
    for token, following in itertools.pairwise(tokens):
        if token.type == "heading_open":
            token.attrs["id"] = following.content.lower().replace(" ", "-")
        for part in token.children or ():
            if part.type == "link_open":
                href = str(part.attrs["href"])
                part.attrs["href"] = addresses.get(href, href)
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # nosec B704 # nobody else writes it.


def _code_block(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
    # What is wider than the screen is scrolled, which takes focus where there is only a keyboard.
    return f'<pre tabindex="0"><code>{escape(tokens[place].content)}</code></pre>\n'


def _as_text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)


def _document(content: dict[str, Any], media_type: str) -> Response:
    return Response(_as_text(content) + "\n", mimetype=media_type)
