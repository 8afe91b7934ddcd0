"""What the app factory lays out for the doors of one service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from shared.service import Service
from shared.settings import Settings
from shared.store.transaction import Store
from shared.web.auth import TokenVerifier
from shared.web.metrics import Metrics
from shared.web.sign_in import SignInVerifier

KEY = "afterglow"


@dataclass(frozen=True)
class Frame:
    """One service's parts, reachable from a request. `troubles` names loops of this process that are not at work."""

    service: Service
    settings: Settings
    store: Store
    verifier: TokenVerifier
    sign_ins: SignInVerifier
    metrics: Metrics
    troubles: Callable[[], list[str]] = list


def frame() -> Frame:
    """The parts of the service that serves the present request."""
    return cast(Frame, current_app.extensions[KEY])
