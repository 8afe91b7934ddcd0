"""A small token issuer for the embedded platform and the demo. A deployed platform has an OIDC provider instead."""

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, KeySet

from shared.web.auth import GRANTS_CLAIM

ISSUER = "urn:afterglow:local-issuer"
AUDIENCE = "afterglow"


class LocalIssuer:
    """A signing key in a folder that only its owner can read, and the public keys beside it for the services."""

    def __init__(self, folder: Path) -> None:
        self._private = folder / "signing-key.json"
        self.jwks = folder / "jwks.json"

    @property
    def exists(self) -> bool:
        return self._private.exists()

    def ensure(self) -> None:
        """Make the key where there is none; an existing one stays, so that tokens outlive a restart."""
        self._private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.exists:
            parameters: KeyParameters = {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"}
            key = ECKey.generate_key("P-256", parameters, private=True)
            _write(self._private, dict(key.as_dict(private=True)), mode=0o600)
        _write(self.jwks, dict(KeySet([self._key()]).as_dict(private=False)), mode=0o644)

    def token(
        self,
        at: datetime,
        grants: dict[str, list[str]],
        *,
        subject: str,
        client_id: UUID | None = None,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A signed token of that subject, with its roles by clinic."""
        key = self._key()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": int(at.timestamp()),
            "exp": int((at + lifetime).timestamp()),
            GRANTS_CLAIM: grants,
        }
        if client_id is not None:
            claims["client_id"] = str(client_id)
        return jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key, algorithms=["ES256"])

    def _key(self) -> ECKey:
        return ECKey.import_key(json.loads(self._private.read_text(encoding="utf-8")))


def _write(path: Path, content: dict[str, Any], *, mode: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=mode)
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)
