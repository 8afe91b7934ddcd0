"""Making what signing in needs: the key of the cookie, its public half for every service, and the secret of links."""

import json
import secrets
from pathlib import Path

from joserfc.jwk import Key, KeySet, OKPKey

PRIVATE, PUBLIC, LINK_SECRET = "sign-in-key.json", "sign-in-jwks.json", "link-secret"


def ensure_keys(folder: Path, publish: Path, *, rotate: bool = False) -> None:
    """Make what is missing; what is there stays, so that people stay signed in.

    With `rotate` the cookie gets a new key. The old one's public half is published for one more time beside it, for
    the tokens that are about.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    publish.mkdir(parents=True, exist_ok=True)
    private, link_secret = folder / PRIVATE, folder / LINK_SECRET
    known: list[Key] = [_read(private)] if private.exists() else []
    if not known or rotate:
        key = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8), "use": "sig", "alg": "Ed25519"})
        known.insert(0, key)
        _write(private, json.dumps(key.as_dict(private=True)), mode=0o600)
    if len(known) > 1 or not (publish / PUBLIC).exists():
        _write(publish / PUBLIC, json.dumps(KeySet(known).as_dict(private=False)), mode=0o644)
    if not link_secret.exists():
        _write(link_secret, secrets.token_urlsafe(32), mode=0o600)


def _read(path: Path) -> OKPKey:
    return OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def _write(path: Path, content: str, *, mode: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=mode)
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)
