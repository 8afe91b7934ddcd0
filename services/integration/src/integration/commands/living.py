"""Letters to oneself, and days that matter: what a client lives with for years."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from integration.commands.checks import known_client
from integration.domain import living as domain
from integration.models import Letter, LifeEvent
from integration.queries.checkins import rest_of
from integration.queries.clients import zone_of
from integration.schemas.living import ChangeLifeEvent, NoteLifeEvent, WriteLetter
from shared.errors import Invalid, Refused
from shared.events.integration import Invitation, InvitationDue
from shared.languages import phrase
from shared.store import Transaction


def write_letter(client_id: UUID, order: WriteLetter, tx: Transaction) -> Letter:
    """Seal a letter until the day that the client chose; it opens when that day begins by their clock."""
    known_client(client_id, tx)
    zone = zone_of(client_id, tx)
    today = domain.day_by(tx.now, zone)
    if order.opens_on <= today:
        raise Invalid.at("/opens_on", "opens_too_early", phrase("Please choose a day after today."))
    if order.opens_on - today > domain.FURTHEST:
        raise Invalid.at("/opens_on", "opens_too_late", phrase("Please choose a day within the next fifty years."))
    letter = tx.add(
        Letter(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            words=order.words,
            written_at=tx.now,
            opens_at=domain.on_the_day(order.opens_on, zone, time()),
            opened_at=None,
        )
    )
    _wake_for_letter(letter, order.opens_on, domain.on_the_day(order.opens_on, zone), tx)
    return letter


def open_letter(client_id: UUID, letter_id: UUID, tx: Transaction) -> Letter:
    """Open a letter whose day has come; a second time it is read, and was opened when it was opened first."""
    letter = tx.one(Letter, letter_id, of=client_id, lock=True)
    if not domain.is_open(letter.opens_at, tx.now):
        day = domain.day_by(letter.opens_at, zone_of(client_id, tx))
        sentence = phrase("This letter is sealed until {day}. It waits for you there.", day=day)
        raise Refused("letter_is_sealed", sentence, facts={"opens_at": letter.opens_at.astimezone(UTC).isoformat()})
    letter.opened_at = letter.opened_at or tx.now
    return letter


def tear_up(client_id: UUID, letter_id: UUID, tx: Transaction) -> None:
    """Have a letter be gone for good, sealed or opened; nobody reads it on the way."""
    tx.cancel_timer(_letter_key(letter_id))
    tx.session.delete(tx.one(Letter, letter_id, of=client_id, lock=True))


def note_life_event(client_id: UUID, order: NoteLifeEvent, tx: Transaction) -> LifeEvent:
    """Keep a day that matters; nobody else sees it unless the client shares it."""
    known_client(client_id, tx)
    zone = zone_of(client_id, tx)
    if order.day > domain.day_by(tx.now, zone):
        raise Invalid.at("/day", "in_the_future", phrase("This day has not come yet."))
    event = tx.add(
        LifeEvent(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            title=order.title,
            visibility=order.visibility,
            yearly=order.yearly,
            # Noon stays the same day, wherever the client moves to later.
            happened_at=domain.on_the_day(order.day, zone, time(12)),
            noted_at=tx.now,
        )
    )
    if event.yearly:
        _wake_for_anniversary(event, tx)
    return event


def change_life_event(client_id: UUID, life_event_id: UUID, order: ChangeLifeEvent, tx: Transaction) -> LifeEvent:
    """Share a day that matters, or take it back; be invited to it each year, or not any more."""
    # The timer first, as whoever fires it does.
    tx.cancel_timer(_anniversary_key(life_event_id))
    event = tx.one(LifeEvent, life_event_id, of=client_id, lock=True)
    event.visibility, event.yearly = order.visibility, order.yearly
    if event.yearly:
        _wake_for_anniversary(event, tx)
    return event


def remove_life_event(client_id: UUID, life_event_id: UUID, tx: Transaction) -> None:
    """Have a day that mattered be gone."""
    tx.cancel_timer(_anniversary_key(life_event_id))
    tx.session.delete(tx.one(LifeEvent, life_event_id, of=client_id, lock=True))


def remember(life_event_id: UUID, tx: Transaction) -> None:
    """An anniversary has come: invite the client, unless they rest; and wake again next year.

    Where the day is over already, as after a long standstill, or not there yet by the clock of where they live now,
    nobody is invited at the wrong time.
    """
    event = tx.find(LifeEvent, life_event_id)
    if event is None or not event.yearly:
        return
    zone = zone_of(event.client_id, tx)
    today = domain.day_by(tx.now, zone)
    its_day = domain.anniversary_in(today.year, domain.day_by(event.happened_at, zone))
    if today == its_day and tx.now < domain.on_the_day(today, zone):
        _set_anniversary(event, domain.on_the_day(today, zone), tx)
        return
    if today == its_day and rest_of(event.client_id, tx) is None:
        tx.publish(InvitationDue(subject=event.client_id, kind=Invitation.RETURN))
    _wake_for_anniversary(event, tx)


def announce_letter(letter_id: UUID, day: date, tx: Transaction) -> None:
    """The day of a letter has come: invite the client to open it, unless they did, or rest."""
    letter = tx.find(Letter, letter_id)
    if letter is None or letter.opened_at is not None:
        return
    at = max(domain.on_the_day(day, zone_of(letter.client_id, tx)), letter.opens_at)
    if tx.now < at:
        _wake_for_letter(letter, day, at, tx)
    elif rest_of(letter.client_id, tx) is None:
        tx.publish(InvitationDue(subject=letter.client_id, kind=Invitation.RETURN))


def _wake_for_letter(letter: Letter, day: date, at: datetime, tx: Transaction) -> None:
    about = {"letter": str(letter.id), "day": day.isoformat()}
    tx.set_timer("letter_opens", subject=letter.client_id, due_at=at, key=_letter_key(letter.id), **about)


def _wake_for_anniversary(event: LifeEvent, tx: Transaction) -> None:
    """At the next anniversary whose hour has not come yet."""
    zone = zone_of(event.client_id, tx)
    day, today = domain.day_by(event.happened_at, zone), domain.day_by(tx.now, zone)
    to_come = (domain.anniversary_in(today.year, day), domain.next_anniversary(day, today))
    hours = (domain.on_the_day(one, zone) for one in to_come if one > day)
    _set_anniversary(event, next(at for at in hours if at > tx.now), tx)


def _set_anniversary(event: LifeEvent, at: datetime, tx: Transaction) -> None:
    key = _anniversary_key(event.id)
    tx.set_timer("anniversary", subject=event.client_id, due_at=at, key=key, life_event=str(event.id))


def _anniversary_key(life_event_id: UUID) -> str:
    return f"life-event/{life_event_id}/anniversary"


def _letter_key(letter_id: UUID) -> str:
    return f"letter/{letter_id}/opens"
