"""Recordings and photos. Lists are without the files themselves, which are opened one at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from integration.domain.attaching import AttachmentFacts, AttachmentKind
from integration.models import Attachment, Intention, Moment
from integration.queries.moments import moment_for
from shared.errors import NotFound
from shared.store import Transaction

SEALED_BY = 45
"""How many bytes a seal adds to a file, about: sizes are told to people."""


def attached_to_moments(moments: Iterable[Moment], tx: Transaction) -> Mapping[UUID, Sequence[AttachmentFacts]]:
    """What was added to these moments, by moment. Whoever asks may see them: they were found for their eyes."""
    return _attached(Attachment.moment_id, [one.id for one in moments], tx)


def attached_to_intentions(
    intentions: Iterable[Intention], tx: Transaction
) -> Mapping[UUID, Sequence[AttachmentFacts]]:
    """What was added to these intentions, by intention, in all of their wordings."""
    return _attached(Attachment.intention_id, [one.id for one in intentions], tx)


def kinds_attached(ids: Collection[UUID], tx: Transaction) -> Mapping[UUID, Sequence[AttachmentKind]]:
    """Which kinds of files these moments and intentions have, by their ids. Whoever asks may see them."""
    found: dict[UUID, list[AttachmentKind]] = defaultdict(list)
    for whose in (Attachment.moment_id, Attachment.intention_id):
        query: Any = select(whose, Attachment.kind).where(whose.in_(ids)).distinct().order_by(Attachment.kind)
        for thing, kind in tx.session.execute(query) if ids else ():
            found[thing].append(AttachmentKind(kind))
    return found


def moment_attachment(client_id: UUID, moment_id: UUID, attachment_id: UUID, tx: Transaction) -> Attachment:
    """A recording or photo of a moment that the actor may see. Raises NotFound for all others."""
    return _one(Attachment.moment_id == moment_for(client_id, moment_id, tx).id, attachment_id, tx)


def intention_attachment(client_id: UUID, intention_id: UUID, attachment_id: UUID, tx: Transaction) -> Attachment:
    """A recording of an intention of that client. Raises NotFound."""
    intention = tx.one(Intention, intention_id, of=client_id)
    return _one(Attachment.intention_id == intention.id, attachment_id, tx)


def _one(whose: Any, attachment_id: UUID, tx: Transaction) -> Attachment:
    found = tx.all(select(Attachment).where(whose, Attachment.id == attachment_id))
    if not found:
        raise NotFound("attachment")
    return found[0]


def _attached(column: Any, ids: Sequence[UUID], tx: Transaction) -> Mapping[UUID, Sequence[AttachmentFacts]]:
    found: dict[UUID, list[AttachmentFacts]] = defaultdict(list)
    if ids:
        sealed = func.length(Attachment.__table__.c.content_sealed)
        about = (Attachment.id, Attachment.client_id, column, Attachment.intention_version, Attachment.kind)
        query = select(*about, Attachment.media_type, sealed - SEALED_BY, Attachment.made_at).where(column.in_(ids))
        for row in tx.session.execute(query.order_by(Attachment.made_at, Attachment.kind.desc(), Attachment.id)):
            found[row[2]].append(AttachmentFacts(*row))
    return found
