"""A key that signs tokens while Afterglow is tried out. A deployed platform has an OIDC provider instead."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, KeySet

from shared.web.auth import GRANTS_CLAIM

AUDIENCE = "afterglow"
ALGORITHM = "ES256"


class LocalIssuer:
    """A signing key in a folder that only its owner can read; beside it the public keys, and the issuer's name."""

    def __init__(self, folder: Path) -> None:
        self._private = folder / "signing-key.json"
        self._name = folder / "issuer"
        self.jwks = folder / "jwks.json"

    @property
    def exists(self) -> bool:
        return self._private.exists() and self._name.exists()

    @property
    def name(self) -> str:
        """The `iss` of its tokens, as it was said when the platform started last."""
        return self._name.read_text(encoding="utf-8")

    def ensure(self, name: str) -> None:
        """Make the key where there is none; an existing one stays, so that tokens outlive a restart."""
        self._private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._private.exists():
            parameters: KeyParameters = {"kid": secrets.token_hex(8), "use": "sig", "alg": ALGORITHM}
            key = ECKey.generate_key("P-256", parameters, private=True)
            _write(self._private, json.dumps(key.as_dict(private=True)), mode=0o600)
        _write(self.jwks, json.dumps(self.public_keys()), mode=0o644)
        _write(self._name, name, mode=0o644)

    def public_keys(self) -> dict[str, Any]:
        """The JSON Web Key Set that its tokens are checked with."""
        return dict(KeySet([self._key()]).as_dict(private=False))

    def token(
        self,
        at: datetime,
        grants: Mapping[str, list[str]],
        *,
        subject: str,
        client_id: UUID | None = None,
        more: Mapping[str, str] | None = None,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """An access token of that subject, with its roles by clinic, and what `more` is said of them."""
        claims: dict[str, Any] = {"aud": AUDIENCE, "sub": subject, GRANTS_CLAIM: dict(grants), **(more or {})}
        if client_id is not None:
            claims["client_id"] = str(client_id)
        return self.sign(claims, at, lifetime)

    def sign(self, claims: Mapping[str, Any], at: datetime, lifetime: timedelta) -> str:
        """Claims as a JWT of this issuer, good from that moment on and for so long."""
        key = self._key()
        times = {"iat": int(at.timestamp()), "exp": int((at + lifetime).timestamp())}
        complete = {"iss": self.name, **claims, **times}
        return jwt.encode({"alg": ALGORITHM, "kid": str(key.kid)}, complete, key, algorithms=[ALGORITHM])

    def _key(self) -> ECKey:
        return ECKey.import_key(json.loads(self._private.read_text(encoding="utf-8")))


def _write(path: Path, content: str, *, mode: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=mode)
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)
