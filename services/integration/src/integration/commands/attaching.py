"""Files that come with a moment or an intention: looked at by what is in them, and kept under seal."""

from collections.abc import Iterable
from uuid import UUID

from integration.adapters.photos import MEDIA_TYPE, NoPhotoError, made_anew
from integration.domain.attaching import LARGEST_PHOTO, LARGEST_RECORDING, Attached, AttachmentKind, voice_type
from integration.models import Attachment
from shared.errors import Invalid
from shared.languages import phrase
from shared.store import Transaction

_NO_RECORDING = phrase("This is no recording that can be kept. WebM, Ogg, MP4 and WAV can.")
_NO_PHOTO = phrase("This is no photo that can be kept. JPEG, PNG and WebP can.")
_TOO_LARGE = phrase("This file is too large. At most {size} MB can be sent.")


def recording(content: bytes) -> Attached:
    """What somebody spoke. Raises Invalid for what is no recording, whatever it calls itself."""
    _require_size(content, LARGEST_RECORDING, "/recording")
    media_type = voice_type(content)
    if media_type is None:
        raise Invalid.at("/recording", "no_recording", _NO_RECORDING)
    return Attached(AttachmentKind.VOICE, media_type, content)


def photo(content: bytes) -> Attached:
    """A photo, made anew. Raises Invalid for what is none, or would unfold to more than can be looked at."""
    _require_size(content, LARGEST_PHOTO, "/photo")
    try:
        return Attached(AttachmentKind.PHOTO, MEDIA_TYPE, made_anew(content))
    except NoPhotoError:
        raise Invalid.at("/photo", "no_photo", _NO_PHOTO) from None


def attach(
    attached: Iterable[Attached],
    client_id: UUID,
    tx: Transaction,
    *,
    moment: UUID | None = None,
    intention: UUID | None = None,
    wording: int | None = None,
) -> None:
    """Keep what came with a moment, or with that `wording` of an intention."""
    for one in attached:
        tx.add(
            Attachment(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=client_id,
                moment_id=moment,
                intention_id=intention,
                intention_version=wording,
                kind=one.kind,
                media_type=one.media_type,
                content=one.content,
                made_at=tx.now,
            )
        )


def require_something(*told: object) -> None:
    """Raises Invalid where nothing was written, drawn, spoken or photographed: any one of them is enough."""
    if not any(one.strip() if isinstance(one, str) else one for one in told):
        # At the words, as of a field that is asked for: there is where people begin.
        errors = [{"path": "/words", "message": "Missing data for required field."}]
        raise Invalid("says_nothing", phrase("Write, speak or draw: any one of them is enough."), errors=errors)


def _require_size(content: bytes, largest: int, path: str) -> None:
    if len(content) > largest:
        raise Invalid.at(path, "too_large", _TOO_LARGE.format(size=f"{largest / 1_000_000:g}"))
