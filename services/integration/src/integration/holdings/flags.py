"""What called for a person."""

from integration.domain.risk_actions import RiskAction
from integration.models import PleaseRead, RedFlag
from integration.words import ASKED_FOR, called_for
from shared.events.integration import RedFlagReason
from shared.store.holdings import Holding, code


def _why(reason: RedFlagReason, flag: RedFlag) -> str:
    return called_for(flag)


def _asked_for(action: RiskAction, flag: RedFlag) -> str:
    return ASKED_FOR[action]


HOLDINGS = [
    Holding(
        PleaseRead.client_id,
        "words of yours that somebody was asked to read",
        may="words.read",
        in_order_of=PleaseRead.asked_at,
        words={"asked_at": "When", "source": "Where", "read_at": "Read", "read_by": "By"},
        said_as={"source": code},
        for_machines=("list_version",),
    ),
    Holding(
        RedFlag.client_id,
        "when somebody had to look after you",
        may="red_flag.read",
        words={
            "raised_at": "When",
            "reason": "Why",
            "asks_for": "What the questionnaire’s rule asked for",
            "said_again": "Times that it was said again",
            "said_again_at": "Last said again",
            "acknowledged_at": "Somebody was on it",
            "acknowledged_by": "Who was on it",
            "closed_at": "Looked after",
            "closed_by": "By",
            "note": "What they wrote",
        },
        said_as={"reason": _why, "asks_for": _asked_for},
        for_machines=("said_yes",),
    ),
]
