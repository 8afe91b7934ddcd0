"""Events of about 1 KB, as intake would send them: in order within each stream, streams taken in turn."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from shared.clock import now, uuid7
from shared.events.envelope import Envelope
from shared.events.intake import ConsentGranted

BODY_BYTES = 1024


def make_events(
    count: int, clinics: Sequence[str], streams: Sequence[int], said: Counter[int] | None = None
) -> Iterator[tuple[Envelope, bytes]]:
    """The events with their bytes; stream n is about a client of the clinic n modulo their number.

    `said` is how many events each stream has had before, and has those made here added.
    """
    sample = ConsentGranted.sample_data()
    said = Counter() if said is None else said
    for number in range(count):
        stream = streams[number % len(streams)]
        said[stream] += 1
        at = now()
        envelope = Envelope(
            id=uuid7(at),
            type=ConsentGranted.type,
            publisher=ConsentGranted.publisher,
            clinic=clinics[stream % len(clinics)],
            about="client",
            subject=client_of(stream),
            sequence=said[stream],
            time=at,
            correlation_id=str(client_of(stream)),
            causation_id=str(client_of(stream)),
            data=sample | {"text_version": ""},
        )
        short = BODY_BYTES - len(envelope.to_bytes())
        envelope.data["text_version"] = "x" * short
        yield envelope, envelope.to_bytes()


def bodies(count: int) -> list[tuple[str, bytes]]:
    """So many events of 1,000 streams of one clinic, as a publisher needs them: routing key and body."""
    return [(envelope.routing_key, body) for envelope, body in make_events(count, ["clinic-0"], range(1000))]


def client_of(stream: int) -> UUID:
    """The client whom the n-th stream is about."""
    return UUID(int=(0x01936D3E5F007000 << 64) | (0x8 << 60) | stream)
