"""How recordings and photos are told of, and where the files themselves are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from integration.domain.attaching import AttachmentFacts
from integration.schemas import SAMPLE_AT, SAMPLE_ID
from shared.declared import Declared, field


class AttachmentReply(Declared):
    """A recording or a photo; the file itself is a page, at `address`."""

    id: UUID = field("The recording or photo.", SAMPLE_ID)
    kind: str = field("voice or photo.", "voice")
    media_type: str = field("What its content was recognised as.", "audio/webm")
    bytes: int = field("How large.", 48_000)
    made_at: datetime = field("UTC.", SAMPLE_AT)
    address: str = field("Where the file is, for whoever is signed in by pages.", "/integration/moments/…")


def attachment_reply(one: AttachmentFacts, *, own: bool) -> dict[str, Any]:
    """What a door tells of it, to the client as its `own` or to whoever looks after them."""
    return {
        "id": one.id,
        "kind": one.kind,
        "media_type": one.media_type,
        "bytes": one.size,
        "made_at": one.made_at,
        "address": address_of(one, own=own),
    }


def address_of(one: AttachmentFacts, *, own: bool) -> str:
    """Where a recording or photo is, on the client's own pages or on those of whoever looks after them."""
    place = "moment" if one.wording is None else "intention"
    values: dict[str, Any] = {f"{place}_id": one.of}
    values["attachment_id" if one.wording is None else "recording_id"] = one.id
    if own:
        return url_for(f"attachment_pages.of_own_{place}", **values)
    return url_for(f"attachment_pages.of_{place}", client_id=one.client_id, **values)
