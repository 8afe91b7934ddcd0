"""What calls for a person: red flags, and words that somebody is asked to read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from integration.domain.checkins import AT_ONCE
from integration.domain.on_it import is_left_to_it
from integration.domain.reading_words import SharedWords
from integration.domain.visibility import visible_to
from integration.models import AgendaItem, CheckIn, Client, EarlierIntention, Intention, Moment, PleaseRead, RedFlag
from integration.queries.on_call import answers_for
from shared.events.integration import RedFlagReason
from shared.store import Transaction


def help_asked_at(client_id: UUID, tx: Transaction) -> datetime | None:
    """Since when somebody at the clinic is to help this client, as long as nobody has said what was done."""
    last = func.max(func.coalesce(RedFlag.said_again_at, RedFlag.raised_at))
    query = select(last).where(*_calls_of(client_id))
    return tx.session.scalar(query)


def somebody_is_on_it(client_id: UUID, tx: Transaction) -> datetime | None:
    """Since when somebody at the clinic is on every call of this client; None where nobody is, be it on one of them."""
    told = tx.session.scalars(select(RedFlag.acknowledged_at).where(*_calls_of(client_id))).all()
    on_it = [at for at in told if at is not None and is_left_to_it(at, tx.now)]
    return max(on_it) if on_it and len(on_it) == len(told) else None


def _calls_of(client_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return RedFlag.client_id == client_id, RedFlag.closed_at.is_(None), RedFlag.reason.in_(AT_ONCE)


def flags_of(client_id: UUID, tx: Transaction) -> Sequence[RedFlag]:
    """A client's red flags, the newest first."""
    return tx.all(select(RedFlag).where(RedFlag.client_id == client_id).order_by(RedFlag.raised_at.desc()))


def open_flag(client_id: UUID, reason: RedFlagReason, tx: Transaction) -> RedFlag | None:
    """The open flag for a reason, the newest where there are several from before; locked."""
    query = select(RedFlag).where(RedFlag.client_id == client_id, RedFlag.reason == reason, RedFlag.closed_at.is_(None))
    query = query.order_by(RedFlag.raised_at.desc(), RedFlag.id).limit(1).with_for_update()
    return tx.session.scalars(query, execution_options={"populate_existing": True}).first()


@dataclass(frozen=True)
class Calling:
    """An open red flag, and whose it is. `name` is None where it is not known here yet."""

    client_id: UUID
    name: str | None
    flag: RedFlag


def calling(tx: Transaction) -> list[Calling]:
    """All open red flags that the actor may answer: those that nobody is on first, the oldest of them before others."""
    query = select(RedFlag).where(RedFlag.closed_at.is_(None), answers_for(tx))
    found = tx.all(query.order_by(RedFlag.raised_at, RedFlag.id))
    flags = sorted(found, key=lambda flag: is_left_to_it(flag.acknowledged_at, tx.now))
    names = _names({flag.client_id for flag in flags}, tx)
    return [Calling(flag.client_id, names.get(flag.client_id), flag) for flag in flags]


@dataclass(frozen=True)
class ToRead:
    """Words that a person is asked to read. `words` is None where the client does not share them any more."""

    client_id: UUID
    name: str | None
    request: PleaseRead
    words: str | None


def words_to_read(tx: Transaction, client_id: UUID | None = None) -> list[ToRead]:
    """What nobody has read yet, of whom the actor reaches or of one client: the oldest first."""
    query = select(PleaseRead).where(PleaseRead.read_at.is_(None), tx.reach.covers(PleaseRead.client_id, tx.now))
    if client_id is not None:
        query = query.where(PleaseRead.client_id == client_id)
    requests = tx.all(query.order_by(PleaseRead.asked_at, PleaseRead.id))
    names, words = _names({request.client_id for request in requests}, tx), _words_of(requests, tx)
    return [
        ToRead(request.client_id, names.get(request.client_id), request, words.get(request.source_id))
        for request in requests
    ]


def is_asked_to_read(source: SharedWords, source_ids: Collection[UUID], tx: Transaction) -> bool:
    """Whether a person is asked to read what stands in one of these places, or has read it."""
    query = select(PleaseRead.id).where(PleaseRead.source == source, PleaseRead.source_id.in_(source_ids))
    return tx.session.scalars(query.limit(1)).first() is not None


def _words_of(requests: Sequence[PleaseRead], tx: Transaction) -> Mapping[UUID, str | None]:
    """The words as far as the actor's roles may read them now: what was taken back is not among them."""
    asked = {source: [one.source_id for one in requests if one.source is source] for source in SharedWords}
    moments = select(Moment).where(
        Moment.id.in_(asked[SharedWords.MOMENT]), Moment.visibility.in_(visible_to(tx.actor.roles))
    )
    check_ins = select(CheckIn).where(CheckIn.id.in_(asked[SharedWords.CHECK_IN]))
    items = select(AgendaItem).where(AgendaItem.id.in_(asked[SharedWords.AGENDA]))
    return (
        {moment.id: _all_of(moment) for moment in tx.all(moments)}
        | {check_in.id: check_in.how_are_you for check_in in tx.all(check_ins)}
        | {item.id: item.words for item in tx.all(items)}
        | _words_of_intentions([one for one in requests if one.source is SharedWords.INTENTION], tx)
    )


def _words_of_intentions(requests: Sequence[PleaseRead], tx: Transaction) -> dict[UUID, str | None]:
    """What they say now, after all that they said since somebody was asked: a client may have changed it meanwhile."""
    since = {one.source_id: one.asked_at for one in requests}
    earlier = select(EarlierIntention).where(EarlierIntention.intention_id.in_(since))
    said: dict[UUID, list[str | None]] = {intention_id: [] for intention_id in since}
    for one in tx.all(earlier.order_by(EarlierIntention.version)):
        if one.until > since[one.intention_id]:
            said[one.intention_id].append(one.words)
    for now in tx.all(select(Intention).where(Intention.id.in_(since))):
        said[now.id].append(now.words)
    return {intention_id: " · ".join(words for words in all_of if words) for intention_id, all_of in said.items()}


def _all_of(moment: Moment) -> str:
    return " · ".join(words for words in (moment.words, moment.feeling, moment.what_helped) if words)


def _names(clients: Iterable[UUID], tx: Transaction) -> Mapping[UUID, str | None]:
    return {client.id: client.display_name for client in tx.all(select(Client).where(Client.id.in_(clients)))}
