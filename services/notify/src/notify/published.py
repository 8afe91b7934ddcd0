"""The published language, and what partners are told of it: for the AsyncAPI document and the catalogue's pages."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from notify.domain.offering import Scope, partner_view, scopes_for
from shared.events.asyncapi import asyncapi, envelope_of, key_of, sample_cloudevent
from shared.events.envelope import CONTENT_TYPE
from shared.events.rows import Row
from shared.events.snapshot import Published

Document = dict[str, Any]

_HEADERS: Document = {
    "title": "Headers of a webhook",
    "type": "object",
    "properties": {
        "webhook-id": {"type": "string", "format": "uuid", "description": "The same over all repeats."},
        "webhook-timestamp": {"type": "string", "description": "Seconds since 1970, of this attempt."},
        "webhook-signature": {"type": "string", "description": "v1, and the HMAC-SHA256 in base64."},
    },
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
}
_SAMPLE_HEADERS = {
    "webhook-id": "01936d3e-5f00-7000-8000-000000000041",
    "webhook-timestamp": "1794495600",
    "webhook-signature": "v1,bm90IGEgcmVhbCBzaWduYXR1cmUgb2YgYW55dGhpbmc=",
}


def by_publisher(events: Iterable[Published]) -> dict[str, list[list[Published]]]:
    """For each publisher its events, and of each event all its versions, oldest first."""
    ordered = sorted(events, key=lambda event: (event.name, event.version))
    named = [list(versions) for _, versions in itertools.groupby(ordered, key=lambda event: event.name)]
    return {
        publisher: list(events) for publisher, events in itertools.groupby(named, key=lambda event: event[0].publisher)
    }


def opening(row: Row) -> list[Scope]:
    """The scopes of which each alone shows this field to a partner: it must open everything around it as well."""
    return [scope for scope in Scope if all(scope in scopes_for(mark, row.path) for mark in row.sensitivities)]


def partner_key(event: Published) -> str:
    """The key in the document of an event as partners get it: `partner.intake.clearance.decided.v1`."""
    return f"partner.{key_of(event)}"


def partner_samples(event: Published) -> list[tuple[list[Scope], Document]]:
    """The golden sample as a partner gets it; scopes that show the same of it stand together."""
    samples: list[tuple[list[Scope], Document]] = []
    for scope in Scope:
        view = partner_view(sample_cloudevent(event), [scope])
        alike = [scopes for scopes, sample in samples if sample == view]
        if alike:
            alike[0].append(scope)
        else:
            samples.append(([scope], view))
    return samples


def partner_schema(schema: Mapping[str, Any]) -> Document:
    """The JSON Schema of an event's data as partners get it, over all scopes.

    Any field may be withheld, at any depth. So none is required, and none has a default: what a partner is not told is
    not known to be absent. `x-scopes` are the scopes that open a field, if what is around it is open too; a field that
    no scope opens is not there.
    """
    made = {
        keyword: said for keyword, said in schema.items() if keyword not in ("$schema", "$id", "required", "default")
    }
    inside = {keyword: schema[keyword] for keyword in ("items", "additionalProperties") if _is_schema(schema, keyword)}
    made |= {keyword: partner_schema(inner) for keyword, inner in inside.items()}
    if "properties" in schema:
        opened = {name: scopes_for(inner.get("x-sensitivity"), name) for name, inner in schema["properties"].items()}
        made["properties"] = {
            name: partner_schema(schema["properties"][name]) | {"x-scopes": [scope.value for scope in scopes]}
            for name, scopes in opened.items()
            if scopes
        }
    if "properties" in schema or any("properties" in inner for inner in inside.values()):
        made.pop("examples", None)  # They show what is inside without stripping it.
    return made


def partner_data(event: Published) -> Document:
    """The data of an event as partners get it, over all scopes: a schema within a document."""
    return partner_schema(event.schema) | {"title": f"{event.schema['title']} for a partner"}


def partner_data_document(event: Published) -> Document:
    """The same as a document of its own, by which a partner validates. It has no `$id`: no webhook names its schema."""
    return {"$schema": event.schema["$schema"]} | partner_data(event)


def _is_schema(schema: Mapping[str, Any], keyword: str) -> bool:
    return isinstance(schema.get(keyword), Mapping)


def asyncapi_document(language: Mapping[str, Published]) -> Document:
    """The whole language, and the webhooks by which partners are told a part of it."""
    document = asyncapi(language)
    offered = {partner_key(event): event for event in language.values() if event.partners}
    document["servers"]["partner"] = {
        "host": "{host}",
        "protocol": "https",
        "description": "Where a partner listens; each subscription has an address of its own.",
        "variables": {"host": {"default": "partner.example", "description": "The partner's host."}},
    }
    document["channels"]["partner.webhook"] = {
        "address": None,
        "title": "A partner's webhook",
        "description": (
            "Signed as Standard Webhooks 1.0. In order for each client; tried again for a little over three days. A"
            " client is told about only while their consent to share with that partner is in force."
        ),
        "servers": [{"$ref": "#/servers/partner"}],
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in offered},
    }
    document["operations"]["notify.tells.partners"] = {
        "action": "send",
        "title": "notify tells partners",
        "summary": (
            "One event for one subscription, without the fields that its scopes do not open: a field of the data is"
            " there if one of its x-scopes is among them, and what is around it is there."
        ),
        "channel": {"$ref": "#/channels/partner.webhook"},
        "messages": [{"$ref": f"#/channels/partner.webhook/messages/{key}"} for key in offered],
        "tags": [{"name": "notify"}],
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }
    document["components"]["messages"] |= {key: _webhook(event) for key, event in offered.items()}
    document["components"]["schemas"] |= {"partner.headers": _HEADERS}
    document["components"]["schemas"] |= {key: partner_data(event) for key, event in offered.items()}
    return document


def _webhook(event: Published) -> Document:
    return {
        "name": partner_key(event),
        "title": f"{event.schema['title']} for a partner",
        "summary": event.schema["description"],
        "contentType": CONTENT_TYPE,
        "tags": [{"name": event.publisher}],
        "headers": {"$ref": "#/components/schemas/partner.headers"},
        "payload": _partner_envelope(event),
        "examples": [
            {"name": " or ".join(scopes), "headers": _SAMPLE_HEADERS, "payload": sample}
            for scopes, sample in partner_samples(event)
        ],
    }


def _partner_envelope(event: Published) -> Document:
    """The envelope with only what a partner gets, whole for each event: generators merge a shared one badly."""
    envelope = envelope_of([event])
    names = partner_view(sample_cloudevent(event), []).keys()
    attributes = {name: envelope["properties"][name] for name in names}
    attributes["sequence"] = attributes["sequence"] | {
        "description": "Its place in the stream, as a decimal number. It rises, with gaps: not all is told to partners."
    }
    attributes["type"] = {"type": "string", "const": event.type}
    attributes["source"] = {"type": "string", "const": f"/afterglow/{event.publisher}"}
    attributes["subject"] = attributes["subject"] | {"pattern": f"^{event.about}/"}
    attributes["data"] = {"$ref": f"#/components/schemas/{partner_key(event)}"}
    return {
        "title": f"Webhook of {event.schema['title']}",
        "type": "object",
        "properties": attributes,
        "required": list(attributes),
    }
