"""The language as an AsyncAPI 3 document: what is said on the exchange, in which form, and who hears it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.bus.topology import Topology
from shared.events.envelope import CONTENT_TYPE, Envelope
from shared.events.snapshot import Published

Document = dict[str, Any]

_TOPOLOGY = Topology()
_BINDING_VERSION = "0.3.0"
_UUID = {"type": "string", "format": "uuid"}
# Kept apart from the data's schemas, because all events share it.
_CLOUDEVENT: Document = {
    "title": "CloudEvent",
    "description": "CloudEvents 1.0 in structured mode, with the extensions that give each event its clinic and order.",
    "type": "object",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _UUID | {"description": "The event. Delivered twice, it has the same id."},
        "source": {"type": "string", "pattern": "^/afterglow/[a-z]+$", "description": "The publishing service."},
        "type": {"type": "string", "pattern": "^afterglow\\.", "description": "Which fact, in which version."},
        "subject": {"type": "string"},
        "time": {"type": "string", "format": "date-time", "description": "When it happened, UTC."},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "format": "uri", "description": "The id of the JSON Schema of `data`."},
        "clinicid": {"type": "string", "description": "The clinic that it belongs to."},
        "sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Its place in its stream, as a decimal number: 1, 2, 3 … without gaps.",
        },
        "partitionkey": {
            "type": "string",
            "description": "The stream, as {clinic}/{subject}: what one source says in it has one order.",
        },
        "correlationid": {"type": "string", "description": "The first request or event of the chain that led to it."},
        "causationid": {"type": "string", "description": "The request or event that led to it at once."},
        "traceparent": {"type": "string", "description": "W3C Trace Context of the request, where there was one."},
        "data": {"type": "object"},
    },
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "clinicid",
        "sequence",
        "partitionkey",
        "correlationid",
        "causationid",
        "data",
    ],
}


def asyncapi(language: Mapping[str, Published]) -> Document:
    """The whole document. Everything in it comes from the declarations and from who has a handler for what."""
    events = list(language.values())
    services = sorted({event.publisher for event in events} | {name for event in events for name in event.heard_by})
    inboxes = {name: [event for event in events if name in event.heard_by] for name in services}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:afterglow:events",
        "info": _info(services),
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "rabbitmq": {
                "host": "{host}:5672",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "The broker between the services. Partners never meet it.",
                "variables": {"host": {"default": "rabbitmq", "description": "The broker's name in the network."}},
            }
        },
        "channels": {key_of(event): _said_on(event) for event in events}
        | {f"{name}.inbox": _inbox(name, heard) for name, heard in inboxes.items() if heard},
        "operations": {f"{event.publisher}.says.{_fact(event)}": _says(event) for event in events}
        | {f"{name}.hears": _hears(name, heard) for name, heard in inboxes.items() if heard},
        "components": {
            "messages": {key_of(event): _message(event) for event in events},
            "schemas": {"cloudevent": envelope_of(events)} | {key_of(event): _data(event) for event in events},
        },
    }


def envelope_of(events: Iterable[Published]) -> Document:
    """The envelope's schema, with the kinds of subject that these events have: nearly always a client."""
    *others, last = [f"{about}/{{uuid}}" for about in sorted({event.about for event in events})]
    kinds = f"{', '.join(others)} or {last}" if others else last
    subject = {"type": "string", "description": f"Whom or what it is about: {kinds}."}
    return _CLOUDEVENT | {"properties": _CLOUDEVENT["properties"] | {"subject": subject}}


def key_of(event: Published) -> str:
    """An event's key in the document: `intake.clearance.decided.v1`."""
    return f"{event.name}.v{event.version}"


def sample_cloudevent(event: Published) -> dict[str, Any]:
    """The golden sample in its envelope, as it would travel: the fourth of its stream, at Maple."""
    return Envelope(
        id=UUID("01936d3e-5f00-7000-8000-000000000002"),
        type=event.type,
        publisher=event.publisher,
        clinic="maple",
        about=event.about,
        subject=UUID("01936d3e-5f00-7000-8000-000000000001"),
        sequence=4,
        time=datetime(2026, 11, 12, 15, 0, tzinfo=UTC),
        correlation_id="01936d3e-5f00-7000-8000-000000000003",
        causation_id="01936d3e-5f00-7000-8000-000000000003",
        data={name: schema["examples"][0] for name, schema in event.schema["properties"].items()},
    ).as_cloudevent()


def _info(services: list[str]) -> Document:
    return {
        "title": "Afterglow events",
        "version": "1.0.0",
        "description": (
            "What the services of Afterglow tell each other about ketamine-assisted psychotherapy, as CloudEvents 1.0"
            " over RabbitMQ. Each event has a version of its own, at the end of its type; a new optional field keeps"
            " the version, anything else is a new one beside the old. Readers ignore fields that they do not know."
        ),
        "tags": [{"name": name, "description": f"Said by {name}."} for name in services],
    }


def _said_on(event: Published) -> Document:
    exchange = _TOPOLOGY.events
    return {
        "address": f"{{clinic}}.{key_of(event)}",
        "title": event.name,
        "description": "The address is the routing key on the exchange.",
        "servers": [{"$ref": "#/servers/rabbitmq"}],
        "parameters": {"clinic": {"description": "The clinic that the event belongs to.", "examples": ["maple"]}},
        "messages": {key_of(event): {"$ref": f"#/components/messages/{key_of(event)}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": exchange.name,
                    "type": exchange.type,
                    "durable": exchange.durable,
                    "autoDelete": exchange.auto_delete,
                },
                "bindingVersion": _BINDING_VERSION,
            }
        },
    }


def _inbox(service: str, heard: list[Published]) -> Document:
    queue = _TOPOLOGY.inbox(service)
    publishers = sorted({event.publisher for event in heard})
    return {
        "address": queue.name,
        "title": f"What {service} has not yet taken in",
        "description": (
            f"A quorum queue, bound to the exchange for all that {' and '.join(publishers)} say, so that no sequence"
            " has a gap. What is not listed here only moves the cursor of its stream."
        ),
        "servers": [{"$ref": "#/servers/rabbitmq"}],
        "messages": {key_of(event): {"$ref": f"#/components/messages/{key_of(event)}"} for event in heard},
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {
                    "name": queue.name,
                    "durable": queue.durable,
                    "exclusive": queue.exclusive,
                    "autoDelete": queue.auto_delete,
                },
                "bindingVersion": _BINDING_VERSION,
            }
        },
        "x-queue-type": queue.as_dict()["queue_arguments"]["x-queue-type"],
        "x-bound-by": [f"*.{publisher}.#" for publisher in publishers],
    }


def _says(event: Published) -> Document:
    return {
        "action": "send",
        "title": f"{event.publisher} says {_fact(event)}",
        "summary": event.schema["description"],
        "channel": {"$ref": f"#/channels/{key_of(event)}"},
        "messages": [{"$ref": f"#/channels/{key_of(event)}/messages/{key_of(event)}"}],
        "tags": [{"name": event.publisher}],
        "bindings": {"amqp": {"deliveryMode": 2, "bindingVersion": _BINDING_VERSION}},
    }


def _hears(service: str, heard: list[Published]) -> Document:
    return {
        "action": "receive",
        "title": f"What {service} reacts to",
        "summary": "Once in effect, in order within each stream; what fails is tried again, then waits for a person.",
        "channel": {"$ref": f"#/channels/{service}.inbox"},
        "messages": [{"$ref": f"#/channels/{service}.inbox/messages/{key_of(event)}"} for event in heard],
        "tags": [{"name": service}],
        "bindings": {"amqp": {"ack": True, "bindingVersion": _BINDING_VERSION}},
    }


def _message(event: Published) -> Document:
    return {
        "name": event.type,
        "title": event.schema["title"],
        "summary": event.schema["description"],
        "contentType": CONTENT_TYPE,
        "tags": [{"name": event.publisher}],
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/cloudevent"},
                {
                    "properties": {
                        "type": {"const": event.type},
                        "source": {"const": f"/afterglow/{event.publisher}"},
                        "dataschema": {"const": event.schema["$id"]},
                        "data": {"$ref": f"#/components/schemas/{key_of(event)}"},
                    }
                },
            ]
        },
        "bindings": {"amqp": {"contentEncoding": "utf-8", "bindingVersion": _BINDING_VERSION}},
        "examples": [{"name": "sample", "payload": sample_cloudevent(event)}],
        "x-heard-by": list(event.heard_by),
        "x-partners": event.partners,
    }


def _data(event: Published) -> Document:
    """AsyncAPI's own schema format is a JSON Schema of an older draft, in which these mean the same."""
    return {keyword: value for keyword, value in event.schema.items() if keyword != "$schema"}


def _fact(event: Published) -> str:
    return key_of(event).removeprefix(f"{event.publisher}.")
