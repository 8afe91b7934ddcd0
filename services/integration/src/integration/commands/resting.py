"""A client rests from being asked, and comes back."""

from datetime import UTC, datetime, time
from uuid import UUID

from integration.commands.asking import pause_what_is_asked
from integration.commands.checkins import pause_what_is_due
from integration.models import Client, Rest
from integration.queries.checkins import rest_of
from integration.queries.clients import zone_of
from integration.schemas.checkins import ChooseRest
from shared.errors import Invalid
from shared.events.integration import RestBegun, RestEnded
from shared.languages import phrase
from shared.store import Transaction


def rest(client_id: UUID, order: ChooseRest, tx: Transaction) -> Rest:
    """From now on the client is asked and reminded of nothing; whoever rests already chooses anew for how long.

    Help, and what calls for a person, go on as ever. Raises Invalid for a day that is not ahead by their own clock.
    """
    tx.one(Client, client_id, lock=True)  # Of two at once the second finds the rest of the first.
    zone = zone_of(client_id, tx)
    if order.until is not None and order.until <= tx.now.astimezone(zone).date():
        raise Invalid.at("/until", "not_ahead", phrase("Please choose a day that is still ahead."))
    until = None if order.until is None else datetime.combine(order.until, time(), zone).astimezone(UTC)
    resting = rest_of(client_id, tx)
    if resting is None:
        resting = tx.add(Rest(id=tx.new_id(), clinic=tx.clinic_id, client_id=client_id, begun_at=tx.now))
    resting.until, resting.words = until, order.words
    pause_what_is_due(client_id, tx)
    pause_what_is_asked(client_id, tx)
    _tell(resting, tx)
    return resting


def come_back(client_id: UUID, tx: Transaction) -> None:
    """The client is asked again, from what comes next on; what came meanwhile is not asked for afterwards."""
    tx.one(Client, client_id, lock=True)
    resting = rest_of(client_id, tx)
    if resting is not None:
        resting.ended_at = tx.now
        tx.publish(RestEnded(subject=client_id, rest=resting.id, ended_at=tx.now))


def tell_of_rest(rest_id: UUID, tx: Transaction) -> None:
    """Of a rest that was begun when nobody was told of it yet: tell of it now, unless it is over."""
    chosen = tx.find(Rest, rest_id)
    if chosen is not None and chosen.ended_at is None and (chosen.until is None or chosen.until > tx.now):
        _tell(chosen, tx)


def _tell(resting: Rest, tx: Transaction) -> None:
    """That they rest, and until when. What it is for is theirs, and told to nobody."""
    tx.publish(RestBegun(subject=resting.client_id, rest=resting.id, until=resting.until))
