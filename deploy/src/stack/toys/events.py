"""Events of about 1 KB, as intake would send them: in order within each stream, streams taken in turn."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from shared.clock import now, uuid7
from shared.events.envelope import Envelope
from shared.events.intake import ConsentGranted

BODY_BYTES = 1024


def make_events(
    count: int, clinics: Sequence[str], *, streams: int, first: int = 0
) -> Iterator[tuple[Envelope, bytes]]:
    """The events with their bytes; the n-th is of stream n modulo `streams`, counted from `first`."""
    sample = ConsentGranted.sample_data()
    for number in range(first, first + count):
        stream = number % streams
        at = now()
        envelope = Envelope(
            id=uuid7(at),
            type=ConsentGranted.type,
            publisher=ConsentGranted.publisher,
            clinic=clinics[stream % len(clinics)],
            about="client",
            subject=client_of(stream),
            sequence=number // streams + 1,
            time=at,
            correlation_id=str(client_of(stream)),
            causation_id=str(client_of(stream)),
            data=sample | {"text_version": ""},
        )
        short = BODY_BYTES - len(envelope.to_bytes())
        envelope.data["text_version"] = "x" * short
        yield envelope, envelope.to_bytes()


def client_of(stream: int) -> UUID:
    """The client whom the n-th stream is about."""
    return UUID(int=(0x01936D3E5F007000 << 64) | (0x8 << 60) | stream)
