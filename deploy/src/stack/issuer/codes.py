"""Authorization codes: what somebody's click is worth, once, for a minute."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from stack.issuer.people import SamplePerson

LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True)
class Grant:
    """Who signed in, and for which authorization request."""

    person: SamplePerson
    redirect_uri: str
    challenge: str
    nonce: str
    at: datetime


class Codes:
    """The codes that are out, in this process's memory: a restart makes them void, as it may."""

    def __init__(self) -> None:
        self._out: dict[str, Grant] = {}
        self._changing = threading.Lock()

    def issue(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(32)
        with self._changing:
            self._out = {code: known for code, known in self._out.items() if grant.at - known.at <= LIFETIME}
            self._out[code] = grant
        return code

    def redeem(self, code: str, at: datetime) -> Grant | None:
        """What the code is worth; None for one that is unknown, too old, or was asked for before by anybody."""
        with self._changing:
            grant = self._out.pop(code, None)
        return grant if grant is not None and at - grant.at <= LIFETIME else None
