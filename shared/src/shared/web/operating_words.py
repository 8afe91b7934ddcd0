"""What an operator is told: whether something is stuck, in sentences, and a drawing of whom a service hears."""

from collections.abc import Sequence

from shared.languages import Phrase, Reader, phrase
from shared.pictures import NARROW, Picture, Pipe, Room, pipes
from shared.store.standing import Standing

STATE_WORDS = {
    "parked": phrase("Waits for a person"),
    "ready": phrase("Will be tried again"),
    "waiting": phrase("Waits for its turn"),
    "skipped": phrase("Passed over"),
    "discarded": phrase("Thrown away"),
    "set": phrase("Is set"),
    "cancelled": phrase("Cancelled"),
    "fired": phrase("Has fired"),
}

LOOP_WORDS = {
    "relay": phrase("sending what it says"),
    "ingest": phrase("taking in what others say"),
    "inbox": phrase("handling what it has heard"),
    "timers": phrase("timers"),
    "auditing": phrase("closing the audit"),
    "keeping": phrase("putting old events away"),
}
OTHER_LOOP = phrase("sending to people and partners")

_FULL = 200
"""At so many waiting events of one clinic a pipe is drawn full: by then somebody notices the delay."""


def sentences_of(found: Standing, missing: int, troubles: Sequence[str]) -> list[str]:
    """What is stuck, the gravest first; empty where nothing is."""
    said: list[Phrase | None] = [
        _counted(
            found.parked,
            phrase("One event waits for a person."),
            phrase("{n} events wait for a person.", n=found.parked),
        ),
        _counted(
            found.timers.parked,
            phrase("One timer failed for good."),
            phrase("{n} timers failed for good.", n=found.timers.parked),
        ),
        _counted(
            missing,
            phrase("One line of events waits for one that has not come."),
            phrase("{n} lines of events wait for one that has not come.", n=missing),
        ),
        phrase("A part of it is not at work.") if troubles else None,
        phrase("What it says has not left for a minute or longer.") if found.sending_is_late else None,
        phrase("What it has heard is not handled for a minute or longer.") if found.handling_is_late else None,
        _counted(
            found.timers.late,
            phrase("One timer is late."),
            phrase("{n} timers are late.", n=found.timers.late),
        ),
    ]
    return [sentence for sentence in said if sentence is not None]


def map_of(own: str, found: Standing, *, well: bool, reader: Reader) -> Picture:
    """The service with whom it hears: how others are is not known here, and is told by themselves."""
    elsewhere = reader.say(phrase("see there"))
    rooms = [
        Room(each.publisher, each.publisher.capitalize(), None, elsewhere, href=f"/{each.publisher}/operating")
        for each in found.heard
        if each.publisher != own
    ]
    note = reader.say(phrase("{n} to be sent"), n=reader.number(found.said.waiting)) if found.said.waiting else ""
    rooms.append(Room(own, own.capitalize(), well, note, found.parked, f"/{own}/operating", f"#{own}-parked"))
    flows = [Pipe(each.publisher, own, None, each.waiting, _FULL) for each in found.heard]
    title = reader.say(phrase("What {service} hears"), service=own.capitalize())
    return pipes(f"{own}-map", rooms, flows, reader, title=title, width=NARROW)


def _counted(n: int, one: Phrase, many: Phrase) -> Phrase | None:
    return None if n == 0 else one if n == 1 else many
