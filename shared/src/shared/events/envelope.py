"""CloudEvents 1.0, structured JSON: how an event looks on the wire and in the outbox."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import jsonschema_rs

from shared.clinics import CLINIC_FORM
from shared.declared import Sensitivity
from shared.events.language import Event, catalogue, json_schema, schema_id

CONTENT_TYPE = "application/cloudevents+json"
MAX_BYTES = 1024 * 1024

# What an attribute may look like: a hostile message must not reach the database with what that cannot store.
_FORMS = {
    "type": re.compile(r"afterglow(\.[a-z][a-z0-9_]{0,40}){3}\.v[0-9]{1,4}", re.ASCII),
    "clinic": CLINIC_FORM,
    "about": re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII),
    "correlation_id": re.compile(r"[\x21-\x7e]{1,200}"),
    "causation_id": re.compile(r"[\x21-\x7e]{1,200}"),
    "traceparent": re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"),
}
_WITHHELD = "(withheld)"
_SEQUENCE = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class Undecodable(Exception):  # noqa: N818 - it names the message, as the queue `afterglow.undecodable` does.
    """A message that no consumer can read; the text says why, without quoting the message."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One event with everything that travels beside its data.

    `stream` (`maple/client/0193…`) and `sequence` (1, 2, 3 … within publisher and stream) give the order.
    `causation_id` is the event or request that led to it, `correlation_id` the first of that chain. `time` is UTC. One
    that is `erased` keeps a place and says nothing any more: its client was erased.
    """

    id: UUID
    type: str
    publisher: str
    clinic: str
    about: str
    subject: UUID
    sequence: int
    time: datetime
    correlation_id: str
    causation_id: str
    traceparent: str | None = None
    erased: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        return stream_of(self.clinic, self.about, self.subject)

    @property
    def routing_key(self) -> str:
        return f"{self.clinic}.{self.type.removeprefix('afterglow.')}"

    def event(self) -> Event:
        """The typed event inside. KeyError where this release does not know the type: look in `catalogue` first."""
        return catalogue[self.type].from_data(self.subject, self.data)

    def misfit(self) -> str | None:
        """Where the data does not fit the schema of its type, without quoting it; None where it does.

        Data of a type that this release does not know fits: its publisher may be newer.
        """
        if self.type not in catalogue or self.erased:
            return None
        problem = next(iter(_validator(self.type).iter_errors(self.data)), None)
        if problem is None:
            return None
        where = "/".join(map(str, problem.instance_path)) or "data"
        return f"data does not fit the schema at {where}"

    def open_data(self) -> dict[str, Any]:
        """The data as an operator may see it: values that any subscriber may read; of others that there is one."""
        if self.type not in catalogue:
            return dict.fromkeys(self.data, _WITHHELD)
        marks = catalogue[self.type].sensitivities()
        return {
            name: value if value is None or marks.get(name) is Sensitivity.OPEN else _WITHHELD
            for name, value in self.data.items()
        }

    def as_cloudevent(self) -> dict[str, Any]:
        attributes = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": f"/afterglow/{self.publisher}",
            "type": self.type,
            "subject": f"{self.about}/{self.subject}",
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "dataschema": schema_id(catalogue[self.type]),
            "clinicid": self.clinic,
            "sequence": str(self.sequence),
            "partitionkey": self.stream,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
        }
        if self.traceparent:
            attributes["traceparent"] = self.traceparent
        if self.erased:
            attributes["erased"] = "true"
        return attributes | {"data": self.data}

    def to_bytes(self) -> bytes:
        return _compact(self.as_cloudevent())

    def halves_around_sequence(self) -> tuple[bytes, bytes, bytes]:
        """The attributes' bytes before and after the digits of the sequence, for whoever gives it out later, and the
        data's; the sequence must be 0 here. `whole` puts them together.
        """
        attributes = self.as_cloudevent()
        data = _compact(attributes.pop("data"))
        # The attributes before it hold nothing that could look like it: their quotes would be escaped.
        before, _, after = _compact(attributes).partition(b'"sequence":"0"')
        return before + b'"sequence":"', b'"' + after, data

    @classmethod
    def from_bytes(cls, body: bytes, *, routing_key: str | None = None) -> "Envelope":
        """Read a message and check its attributes, and their agreement with its routing key. Raises Undecodable.

        Whether its data fits the schema is `misfit`'s to say.
        """
        if len(body) > MAX_BYTES:
            raise Undecodable("the body is larger than 1 MiB")
        try:
            message = json.loads(body)
        except (RecursionError, ValueError):
            raise Undecodable("the body is not JSON") from None
        if not isinstance(message, dict):
            raise Undecodable("the body is not a JSON object")
        if message.get("specversion") != "1.0":
            raise Undecodable("specversion is not 1.0")
        try:
            about, _, subject = message["subject"].partition("/")
            envelope = cls(
                id=UUID(message["id"]),
                type=message["type"],
                publisher=message["source"].removeprefix("/afterglow/"),
                clinic=message["clinicid"],
                about=about,
                subject=UUID(subject),
                sequence=_sequence(message["sequence"]),
                time=datetime.fromisoformat(message["time"]),
                correlation_id=message["correlationid"],
                causation_id=message["causationid"],
                traceparent=message.get("traceparent"),
                erased=message.get("erased") == "true",
                data=message["data"],
            )
            envelope._check(message.get("partitionkey"), routing_key)
        except KeyError as missing:
            raise Undecodable(f"the attribute {missing} is missing") from None
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise Undecodable("an attribute has the wrong form") from None
        return envelope

    def _check(self, partition_key: str | None, routing_key: str | None) -> None:
        for name, form in _FORMS.items():
            word = getattr(self, name)
            if not (word is None and name == "traceparent") and not form.fullmatch(word):
                raise Undecodable(f"the attribute {name} has the wrong form")
        if not isinstance(self.data, dict):
            raise Undecodable("data is not a JSON object")
        if self.time.tzinfo is None:
            raise Undecodable("time has no offset")
        if partition_key != self.stream:
            raise Undecodable("partitionkey does not fit clinicid and subject")
        if not self.type.startswith(f"afterglow.{self.publisher}."):
            raise Undecodable("type does not belong to the source")
        if routing_key is not None and routing_key != self.routing_key:
            raise Undecodable("the routing key does not fit clinicid and type")


def around_sequence(attributes: bytes) -> bytes:
    """The two halves of `halves_around_sequence`, of attributes that have their sequence."""
    before, name, given = attributes.partition(b'"sequence":"')
    return before + name + given.lstrip(b"0123456789")


def whole(attributes: bytes, data: bytes) -> bytes:
    """A message of its attributes, which are a JSON object, and its data."""
    return attributes[:-1] + b',"data":' + data + b"}"


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _sequence(given: object) -> int:
    """The place in the stream; CloudEvents carries it as a string, and PostgreSQL as eight bytes."""
    if not isinstance(given, str) or not _SEQUENCE.fullmatch(given):
        raise Undecodable("sequence is not a whole number from 1, as a string")
    return int(given)


def stream_of(clinic: str, about: str, subject: UUID) -> str:
    """The name of the stream in which events of one subject keep their order."""
    return f"{clinic}/{about}/{subject}"


@cache
def _validator(type_: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json_schema(catalogue[type_]), validate_formats=True)
