"""Keys that sign: the cookie of a sign-in everywhere, and tokens where Afterglow is tried out without a provider."""

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


class SigningKey:
    """A private key in a file that only its owner can read, and the public one in another, for whoever checks."""

    def __init__(self, private: Path, jwks: Path) -> None:
        self.private = private
        self.jwks = jwks

    def ensure(self) -> None:
        """Make the key where there is none; an existing one stays, so that what it signed outlives a restart."""
        self.private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.private.exists():
            parameters: KeyParameters = {"kid": secrets.token_hex(8), "use": "sig", "alg": ALGORITHM}
            made = ECKey.generate_key("P-256", parameters, private=True)
            _write(self.private, json.dumps(made.as_dict(private=True)), mode=0o600)
        _write(self.jwks, json.dumps(self.public()), mode=0o644)

    def read(self) -> ECKey:
        return ECKey.import_key(json.loads(self.private.read_text(encoding="utf-8")))

    def public(self) -> dict[str, Any]:
        """The JSON Web Key Set that its signatures are checked with."""
        return dict(KeySet([self.read()]).as_dict(private=False))


def sign_in_key(folder: Path) -> SigningKey:
    """The key with which intake signs the cookie of whoever is signed in."""
    return SigningKey(folder / "sign-in-key.json", folder / "sign-in-jwks.json")


class LocalIssuer:
    """A signing key in a folder, and beside it the issuer's name."""

    def __init__(self, folder: Path) -> None:
        self._key = SigningKey(folder / "signing-key.json", folder / "jwks.json")
        self._name = folder / "issuer"

    @property
    def jwks(self) -> Path:
        return self._key.jwks

    @property
    def exists(self) -> bool:
        return self._key.private.exists() and self._name.exists()

    @property
    def name(self) -> str:
        """The `iss` of its tokens, as it was said when the platform started last."""
        return self._name.read_text(encoding="utf-8")

    def ensure(self, name: str) -> None:
        """Make the key where there is none, and call itself that from now on."""
        self._key.ensure()
        _write(self._name, name, mode=0o644)

    def public_keys(self) -> dict[str, Any]:
        return self._key.public()

    def token(
        self,
        at: datetime,
        grants: Mapping[str, list[str]],
        *,
        subject: str,
        client_id: UUID | None = None,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """An access token of that subject, with its roles by clinic."""
        claims: dict[str, Any] = {"aud": AUDIENCE, "sub": subject, GRANTS_CLAIM: dict(grants)}
        if client_id is not None:
            claims["client_id"] = str(client_id)
        return self.sign(claims, at, lifetime)

    def sign(self, claims: Mapping[str, Any], at: datetime, lifetime: timedelta) -> str:
        """Claims as a JWT of this issuer, good from that moment on and for so long."""
        key = self._key.read()
        times = {"iat": int(at.timestamp()), "exp": int((at + lifetime).timestamp())}
        complete = {"iss": self.name, **claims, **times}
        return jwt.encode({"alg": ALGORITHM, "kid": str(key.kid)}, complete, key, algorithms=[ALGORITHM])


def _write(path: Path, content: str, *, mode: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=mode)
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)
