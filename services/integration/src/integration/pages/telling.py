"""What somebody wrote, spoke, drew or took a picture of, ready to be shown to whoever may see it.

told=tell_moments(moments, tx)                                  # of moments that were found for the reader
{% from "integration/parts/told.html" import told with context %}{{ told(told_of[moment.id]) }}
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from markupsafe import Markup

from integration.domain.attaching import AttachmentFacts, AttachmentKind
from integration.models import EarlierIntention, Intention, Moment
from integration.queries.attachments import attached_to_intentions, attached_to_moments
from integration.queries.clients import is_client
from integration.schemas.attachments import address_of
from shared.languages import phrase
from shared.pictures.pad import pad
from shared.store import Transaction
from shared.web.face.reading import reader


@dataclass(frozen=True)
class Told:
    """All of it. `recordings` and `photos` are addresses; what the client felt and what helped is of a moment alone."""

    words: str | None
    drawing: Markup | None
    recordings: Sequence[str] = ()
    photos: Sequence[str] = ()
    feeling: str | None = None
    intensity: int | None = None
    what_helped: str | None = None
    threads: Sequence[str] = field(default=())


def tell_moments(moments: Iterable[Moment], tx: Transaction) -> Mapping[UUID, Told]:
    """Moments that were found for the reader's eyes, by id; their threads to the client alone."""
    shown = list(moments)
    attached = attached_to_moments(shown, tx)
    return {one.id: _moment(one, attached.get(one.id, ()), own=is_client(one.client_id, tx)) for one in shown}


def tell_intentions(intentions: Iterable[Intention], tx: Transaction) -> Mapping[UUID, Told]:
    """Intentions as they are worded now, by id."""
    shown = list(intentions)
    attached = attached_to_intentions(shown, tx)
    return {
        one.id: _intention(one, one.version, attached.get(one.id, ()), own=is_client(one.client_id, tx))
        for one in shown
    }


def tell_earlier(intention: Intention, earlier: Iterable[EarlierIntention], tx: Transaction) -> Mapping[UUID, Told]:
    """What an intention said before, by the id of the wording."""
    attached = attached_to_intentions([intention], tx).get(intention.id, ())
    own = is_client(intention.client_id, tx)
    return {one.id: _intention(one, one.version, attached, own=own) for one in earlier}


def _moment(moment: Moment, attached: Sequence[AttachmentFacts], *, own: bool) -> Told:
    return Told(
        words=moment.words,
        drawing=_drawing(moment.drawing),
        recordings=_addresses(attached, AttachmentKind.VOICE, own=own),
        photos=_addresses(attached, AttachmentKind.PHOTO, own=own),
        feeling=moment.feeling,
        intensity=moment.intensity,
        what_helped=moment.what_helped,
        threads=(moment.tags or ()) if own else (),
    )


def _intention(
    said: Intention | EarlierIntention, wording: int, attached: Sequence[AttachmentFacts], *, own: bool
) -> Told:
    of_it = [one for one in attached if one.wording == wording]
    recordings = _addresses(of_it, AttachmentKind.VOICE, own=own)
    return Told(words=said.words, drawing=_drawing(said.drawing), recordings=recordings)


def _drawing(path: str | None) -> Markup | None:
    return None if path is None else pad(path, reader().say(phrase("A drawing")))


def _addresses(attached: Sequence[AttachmentFacts], kind: AttachmentKind, *, own: bool) -> list[str]:
    return [address_of(one, own=own) for one in attached if one.kind is kind]
