"""How a client is asked who may see something of theirs."""

from integration.domain.visibility import Visibility
from integration.words import SHARED_WITH
from shared.languages import phrase
from shared.web.face.forms import Ask

AT_ANY_TIME = phrase("You can change this at any time. What was read before cannot be unread.")
"""Said where something is shared already, or may be."""


def whom_to_share_with(label: str, hint: str = "", *, now: Visibility = Visibility.PRIVATE, kind: str = "radio") -> Ask:
    """Nobody else, unless they choose otherwise; `now` is who may see what is there already."""
    return Ask(label, hint, kind=kind, choices=tuple(SHARED_WITH.items()), value=now.value)
