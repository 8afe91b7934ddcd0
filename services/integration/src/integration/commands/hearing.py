"""What calls for a person is heard before anything else is looked at, and whatever else is refused.

Doors and pages call it with what came, unread. Each returns what whoever sent it is told then: `help`, whom to call at
once, and whether that is an `emergency`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from marshmallow.fields import Boolean

from integration.commands.checkins import since_medicine
from integration.commands.flags import raise_flags
from integration.domain.checkins import ASKED, flags_of, is_emergency, shows_help
from integration.models import CheckIn, Client
from shared.events.integration import RedFlagReason
from shared.measures import hear_risk_in_form, hear_risk_in_response
from shared.store import Transaction
from shared.store.erasure import erased_at

NOTHING_HEARD: Mapping[str, Any] = {}


def hear_help(tx: Transaction, _: object, client_id: UUID) -> dict[str, Any]:
    """A client asks for help now, whatever else stands in what they send."""
    return _hear(client_id, [RedFlagReason.HELP_NOW], tx)


def hear_check_in(tx: Transaction, said: object, client_id: UUID, check_in_id: UUID) -> dict[str, Any]:
    """A yes in what may be the answers to a check-in, which may be this client's.

    Where it cannot be told how long ago the medicine was, it was long ago.
    """
    if not isinstance(said, Mapping):
        return {}
    check_in = tx.find(CheckIn, check_in_id)
    known = check_in is not None and check_in.client_id == client_id
    since = since_medicine(check_in, tx) if check_in is not None and known else timedelta.max
    return _hear(client_id, flags_of({question: _is_yes(said.get(question)) for question in ASKED}, since), tx)


def hear_measure(tx: Transaction, said: object, client_id: UUID) -> dict[str, Any]:
    """An answer that calls for a person in what may have a FHIR QuestionnaireResponse in it."""
    return _hear_risk(client_id, hear_risk_in_response(said), tx)


def hear_sheet(tx: Transaction, said: Mapping[str, str], client_id: UUID) -> dict[str, Any]:
    """An answer that calls for a person in the fields of a form, by link id."""
    return _hear_risk(client_id, hear_risk_in_form(said), tx)


def _hear_risk(client_id: UUID, actions: Sequence[str], tx: Transaction) -> dict[str, Any]:
    return _hear(client_id, [RedFlagReason.SUICIDALITY] if actions else [], tx, actions)


def _hear(
    client_id: UUID, reasons: Sequence[RedFlagReason], tx: Transaction, actions: Sequence[str] = ()
) -> dict[str, Any]:
    def raise_them(own: Transaction) -> bool:
        # Of somebody who was erased nothing is kept, not even this. Staff may name whomever they like.
        is_known = own.actor.client_id is not None or own.find(Client, client_id) is not None
        if not is_known or erased_at(client_id, own) is not None:
            return False
        raise_flags(client_id, reasons, own, actions=actions)
        return True

    if reasons:
        tx.even_if_refused(raise_them)
    return {"help": tx.clinic.crisis_line, "emergency": is_emergency(reasons)} if shows_help(reasons) else {}


def _is_yes(said: Any) -> bool:
    """Whether that would be read as a yes, or as near to one as a form can say it."""
    return isinstance(said, str | int) and said in Boolean.truthy
