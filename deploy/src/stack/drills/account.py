"""What a storm left behind: read once out of databases, broker and files, and judged elsewhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from shared.store.bodies import open_outbox
from shared.store.inbox import Line
from stack import toys
from stack.drills.world import World


class Place(NamedTuple):
    """Where an event belongs: the `sequence`-th of its line."""

    line: Line
    sequence: int


class Said(NamedTuple):
    """An event in its publisher's outbox; `cause` is the deed or the event that it goes back to."""

    id: UUID
    place: Place
    cause: UUID


class Took(NamedTuple):
    """The effect of an event at a listener, in this clinic."""

    event: UUID
    place: Place
    clinic: str


@dataclass(frozen=True)
class Account:
    """All of it, by the name of the service where it lies.

    `acknowledged` are the deeds that a speaker knows to be committed, `deeds` those that have a row, with how many
    events each told. `said` is in the order of streams and sequences, `took` in the order in which it happened.
    `parked` are the events that came to wait for a person. `accidents` says who ended that should not have, and what
    never settled; `happened` counts the faults.
    """

    acknowledged: Mapping[str, set[UUID]]
    deeds: Mapping[str, Mapping[UUID, int]]
    said: Mapping[str, Sequence[Said]]
    unpublished: Mapping[str, int]
    took: Mapping[str, Sequence[Took]]
    left: Mapping[str, int]
    parked: Mapping[str, Sequence[UUID]]
    poisoned: set[UUID]
    undecodable: Sequence[str]
    unrouted: Sequence[str]
    happened: Mapping[str, int] = field(default_factory=Counter)
    accidents: Sequence[str] = ()


def take_account(
    world: World,
    *,
    parked: Mapping[str, Sequence[UUID]],
    happened: Mapping[str, int],
    accidents: Sequence[str],
) -> Account:
    """Read what the world holds; the rest is what the storm itself has to say."""
    unpublished = "select count(*) from outbox where published_at is null"
    return Account(
        acknowledged={name: _acknowledged(world, name) for name in toys.SPEAKERS},
        deeds={name: _deeds(world, name) for name in toys.SPEAKERS},
        said={name: _said(world, name) for name in toys.PUBLISHERS},
        unpublished={name: world.count(name, unpublished) for name in toys.PUBLISHERS},
        took={name: _took(world, name) for name in toys.LISTENERS},
        left={name: world.count(name, "select count(*) from inbox_event") for name in toys.LISTENERS},
        parked=parked,
        poisoned=_poisoned(world),
        undecodable=world.undecodable(),
        unrouted=world.unrouted(),
        happened=happened,
        accidents=accidents,
    )


def _acknowledged(world: World, speaker: str) -> set[UUID]:
    files = world.acknowledged(speaker).iterdir()
    return {UUID(line) for file in files for line in file.read_text().splitlines()}


def _deeds(world: World, speaker: str) -> dict[UUID, int]:
    with world.admin(speaker).connect() as connection:
        return {row.id: row.events for row in connection.execute(text("select id, events from deed"))}


def _said(world: World, publisher: str) -> list[Said]:
    query = text("""
        select id, stream, sequence, convert_from(body, 'UTF8')::json ->> 'causationid' as cause
        from outbox order by stream, sequence
    """)
    with world.admin(publisher).connect() as connection:
        return [
            Said(row.id, Place(Line(publisher, row.stream), row.sequence), UUID(row.cause))
            for row in connection.execute(query)
        ]


def _took(world: World, listener: str) -> list[Took]:
    query = text("select event_id, publisher, stream, sequence, clinic from effect order by position")
    with world.admin(listener).connect() as connection:
        return [
            Took(row.event_id, Place(Line(row.publisher, row.stream), row.sequence), row.clinic)
            for row in connection.execute(query)
        ]


def _poisoned(world: World) -> set[UUID]:
    word = f'"{toys.POISON}"'.encode()
    keyring = world.keyring("intake")
    with world.admin("intake").connect() as connection:
        rows = connection.execute(text("select id, clinic, body, sealed from outbox"))
        return {row.id for row in rows if word in open_outbox(keyring, row)}
