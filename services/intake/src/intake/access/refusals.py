"""What is kept of somebody who was not let in: a line in the audit of the clinic that it concerns, else one in the log.

Anybody can fail to sign in, as often as they like. So a clinic's audit takes few such lines from one network and not
many in all (`intake.limits`); the requests themselves are in the log, with their status and without anybody's name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import request

from intake.limits import REFUSALS_OF_A_CLINIC, REFUSALS_OF_A_NETWORK, network_of
from shared.errors import Forbidden, Problem, Refused, TooOften
from shared.store import Actor
from shared.web.auth import Caller
from shared.web.context import frame
from shared.web.doors import ANYBODY
from shared.web.guard import origin_of_request

log = structlog.get_logger()

_CLINIC_IN = re.compile(r"/\w+/clinics/([^/?]+)")


class NotLetIn(Forbidden):
    """The provider has vouched for `caller`, and still they are not let in."""

    def __init__(self, code: str, sentence: str, caller: Caller) -> None:
        super().__init__(code, sentence)
        self.caller = caller


def without_roles(caller: Caller) -> NotLetIn:
    """What is said to whom the provider knows, and no clinic here."""
    return NotLetIn("without_roles", "You have no role at any clinic here. Ask your clinic to give you one.", caller)


@contextmanager
def refusals_noted(clinic: str, action: str) -> Iterator[None]:
    """Have a clinic's audit say that a stranger was refused here."""
    try:
        yield
    except (Refused, TooOften):
        _note(clinic, action, ANYBODY)
        raise


def note_not_let_in(refusal: Problem, after: str) -> None:
    """Somebody came back from the provider in vain; they had wanted to go to `after`.

    It concerns the clinics at which they have a role, else the one to whose page they wanted. Of whom the provider does
    not vouch for, nobody knows to which clinic they belong.
    """
    concerned: list[str] = []
    if isinstance(refusal, NotLetIn):
        caller, wanted = refusal.caller, _CLINIC_IN.match(after)
        named = list(caller.grants) or ([wanted[1]] if wanted else [])
        concerned = [clinic for clinic in named if frame().store.knows_clinic(clinic)]
        for clinic in concerned:
            _note(clinic, "sign_in.refused", Actor(caller.subject, caller.grants.get(clinic, frozenset())))
    log.warning("sign_in_refused", code=refusal.code, clinics=concerned)


def _note(clinic: str, action: str, actor: Actor) -> None:
    with frame().store.transaction(clinic, actor, origin_of_request(action, request.view_args or {})) as tx:
        tx.outcome = "denied"
        network = network_of(tx.origin.came_from)
        if not (REFUSALS_OF_A_NETWORK.allows(network, tx) and REFUSALS_OF_A_CLINIC.allows(clinic, tx)):
            tx.abandon()
