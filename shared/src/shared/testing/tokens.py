"""Signed tokens of every role, from a key that the test run makes for itself."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = "https://issuer.test"
AUDIENCE = "afterglow"


class Signer:
    """Signs tokens and lays the public keys where `AFTERGLOW_JWKS` can point."""

    def __init__(self, folder: Path, *, issuer: str = ISSUER) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
        self._issuer = issuer
        self.jwks = folder / "jwks.json"
        self.jwks.write_text(json.dumps(KeySet([self._key]).as_dict(private=False)), encoding="utf-8")

    def token(
        self,
        at: datetime,
        *,
        clinic: str = "maple",
        role: str = "prescriber",
        subject: str | None = None,
        client_id: UUID | None = None,
        lifetime: timedelta = timedelta(hours=1),
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
        return jwt.encode({"alg": "ES256", "kid": "test"}, payload | claims, self._key, algorithms=["ES256"])
