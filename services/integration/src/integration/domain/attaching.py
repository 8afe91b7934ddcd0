"""What a client may add to their words: their voice, or a picture; and how it is told what a file is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LARGEST_RECORDING = 4_000_000
"""In bytes. A recording ends by itself after three minutes (the page's recorder), which are about half a megabyte of
speech, with browsers that keep to no rate up to three.
"""
LARGEST_PHOTO = 10_000_000
"""In bytes, as a telephone's camera makes it."""
LARGEST_FORM = 15 * 1024 * 1024
"""In bytes: a recording, a photo, and what is written and drawn beside them."""

_FIRST = 128
_EBML, _OGG, _RIFF = b"\x1a\x45\xdf\xa3", b"OggS", b"RIFF"
_SOUND = b"ftyp"


class AttachmentKind(StrEnum):
    """What was added."""

    VOICE = "voice"
    PHOTO = "photo"


@dataclass(frozen=True)
class Attached:
    """A file as it is kept; `media_type` is what its content was recognised as."""

    kind: AttachmentKind
    media_type: str
    content: bytes


@dataclass(frozen=True)
class AttachmentFacts:
    """What is told of a recording or photo before it is opened. `of` is its moment or intention; `size` is in bytes.

    `wording` is that of its intention, None of a moment.
    """

    id: UUID
    client_id: UUID
    of: UUID
    wording: int | None
    kind: AttachmentKind
    media_type: str
    size: int
    made_at: datetime


def voice_type(content: bytes) -> str | None:
    """The media type of a recording, by its first bytes and never by its name; None where it is none that is taken."""
    head = content[:_FIRST]
    if head.startswith(_EBML) and b"webm" in head:
        return "audio/webm"
    if head.startswith(_OGG) and (b"OpusHead" in head or b"\x01vorbis" in head):
        return "audio/ogg"
    if head[4:8] == _SOUND:
        return "audio/mp4"
    if head.startswith(_RIFF) and head[8:12] == b"WAVE":
        return "audio/wav"
    return None
