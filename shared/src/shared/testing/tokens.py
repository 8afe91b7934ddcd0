"""Signed tokens of every role, from a key that the test run makes for itself."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = "https://issuer.test"
AUDIENCE = "afterglow"


class Signer:
    """Signs tokens as the provider does, and has the key of intake's cookie.

    The public keys lie where `AFTERGLOW_JWKS` and `AFTERGLOW_SIGN_IN_JWKS` can point.
    """

    def __init__(self, folder: Path, *, issuer: str = ISSUER) -> None:
        self._key = _new_key()
        self._issuer = issuer
        self.jwks = _published(self._key, folder / "jwks.json")
        self.sign_in_key = _new_key()
        self.sign_in_jwks = _published(self.sign_in_key, folder / "sign-in-jwks.json")

    def token(
        self,
        at: datetime,
        *,
        clinic: str = "maple",
        role: str = "prescriber",
        subject: str | None = None,
        client_id: UUID | None = None,
        lifetime: timedelta = timedelta(hours=1),
        header: Mapping[str, str] | None = None,
        **claims: Any,
    ) -> str:
        payload: dict[str, Any] = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": subject or f"{role}-at-{clinic}",
            "iat": int(at.timestamp()),
            "exp": int((at + lifetime).timestamp()),
            "afterglow": {clinic: [role]},
        }
        if client_id is not None:
            payload["client_id"] = str(client_id)
        complete = {"alg": "ES256", "kid": "test", **(header or {})}
        return jwt.encode(complete, payload | claims, self._key, algorithms=["ES256"])


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})


def _published(key: ECKey, path: Path) -> Path:
    path.write_text(json.dumps(KeySet([key]).as_dict(private=False)), encoding="utf-8")
    return path
