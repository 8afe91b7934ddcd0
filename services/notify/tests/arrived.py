"""What arrived at a partner."""

import json
from typing import Any
from uuid import UUID

from .conftest import ROSA

DECIDED, COMPLETED, SCORED = "clearance.decided", "session.completed", "measure.scored"


def heard(partner: Any) -> list[tuple[str, str]]:
    """What arrived at a partner: the last part of the subject, and the event's name."""
    events = [json.loads(hook.body) for hook in partner.hooks]
    return [(event["subject"], event["type"].removeprefix("afterglow.").removesuffix(".v1")) for event in events]


def names(partner: Any, client: UUID = ROSA) -> list[str]:
    return [name for subject, name in heard(partner) if subject == f"client/{client}"]
