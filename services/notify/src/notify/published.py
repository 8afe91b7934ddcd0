"""The published language, and what partners are told of it: for the AsyncAPI document and the catalogue's pages."""

import itertools
from collections.abc import Mapping
from typing import Any

from notify.domain.offering import Scope, partner_view, scopes_for
from shared.events.asyncapi import CLOUDEVENT, asyncapi, key_of, sample_cloudevent
from shared.events.envelope import CONTENT_TYPE
from shared.events.rows import Row
from shared.events.snapshot import Published

Document = dict[str, Any]


def by_publisher(language: Mapping[str, Published]) -> dict[str, list[list[Published]]]:
    """For each publisher its events, and of each event all its versions, oldest first."""
    ordered = sorted(language.values(), key=lambda event: (event.name, event.version))
    named = [list(versions) for _, versions in itertools.groupby(ordered, key=lambda event: event.name)]
    return {
        publisher: list(events) for publisher, events in itertools.groupby(named, key=lambda event: event[0].publisher)
    }


def opening(row: Row) -> list[Scope]:
    """The scopes of which each alone shows this field to a partner: it must open everything around it as well."""
    return [scope for scope in Scope if all(scope in scopes_for(mark) for mark in row.sensitivities)]


def asyncapi_document(language: Mapping[str, Published]) -> Document:
    """The whole language, and the webhooks by which partners are told a part of it."""
    document = asyncapi(language)
    offered = [event for event in language.values() if event.partners]
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
        "messages": {"partner.webhook": {"$ref": "#/components/messages/partner.webhook"}},
    }
    document["operations"]["notify.tells.partners"] = {
        "action": "send",
        "title": "notify tells partners",
        "summary": "One event for one subscription, without the fields that its scopes do not open.",
        "channel": {"$ref": "#/channels/partner.webhook"},
        "messages": [{"$ref": "#/channels/partner.webhook/messages/partner.webhook"}],
        "tags": [{"name": "notify"}],
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }
    document["components"]["messages"]["partner.webhook"] = _webhook(offered)
    document["components"]["schemas"]["partner.cloudevent"] = _partner_envelope(offered)
    for event in offered:
        message = document["components"]["messages"][key_of(event)]
        message["x-partner-fields"] = {scope.value: _fields(event, scope) for scope in Scope}
    return document


def _webhook(offered: list[Published]) -> Document:
    return {
        "name": "partner.webhook",
        "title": "Webhook",
        "summary": "A CloudEvent as a partner gets it.",
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "properties": {
                "webhook-id": {"type": "string", "format": "uuid", "description": "The same over all repeats."},
                "webhook-timestamp": {"type": "string", "description": "Seconds since 1970, of this attempt."},
                "webhook-signature": {"type": "string", "description": "v1, and the HMAC-SHA256 in base64."},
            },
            "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        },
        "payload": {"$ref": "#/components/schemas/partner.cloudevent"},
        "examples": [
            {
                "name": "summary",
                "headers": {
                    "webhook-id": "01936d3e-5f00-7000-8000-000000000041",
                    "webhook-timestamp": "1794495600",
                    "webhook-signature": "v1,bm90IGEgcmVhbCBzaWduYXR1cmUgb2YgYW55dGhpbmc=",
                },
                "payload": partner_view(sample_cloudevent(event), [Scope.SUMMARY]),
            }
            for event in offered[:1]
        ],
    }


def _partner_envelope(offered: list[Published]) -> Document:
    """The envelope with only what a partner gets, in which `data` may lack any field."""
    names = partner_view(sample_cloudevent(offered[0]), []).keys()
    attributes = {name: CLOUDEVENT["properties"][name] for name in names}
    attributes["type"] = {"enum": [event.type for event in offered]}
    attributes["sequence"] = attributes["sequence"] | {
        "description": "Its place in the stream, as a decimal number. It rises, with gaps: not all is told to partners."
    }
    attributes["data"] = {"type": "object", "description": "The event's data without what no scope of theirs opens."}
    return {
        "title": "CloudEvent for a partner",
        "type": "object",
        "properties": attributes,
        "required": list(attributes),
    }


def _fields(event: Published, scope: Scope) -> list[str]:
    return list(partner_view(sample_cloudevent(event), [scope])["data"])
