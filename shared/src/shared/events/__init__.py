"""The language: every fact that one service tells the others, declared once, in the module of its publisher."""

from shared.events import intake, integration, notify, sessions
from shared.events.envelope import Envelope, Undecodable
from shared.events.language import Event, catalogue, clinical, event_type, identifying, open_, part2

PUBLISHERS = ("intake", "sessions", "integration", "notify")
"""Who publishes; in the order in which somebody meets them."""

__all__ = [
    "PUBLISHERS",
    "Envelope",
    "Event",
    "Undecodable",
    "catalogue",
    "clinical",
    "event_type",
    "identifying",
    "intake",
    "integration",
    "notify",
    "open_",
    "part2",
    "sessions",
]
