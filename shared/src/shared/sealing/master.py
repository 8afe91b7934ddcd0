"""The platform's master keys: they come from outside and are in no database."""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from shared.sealing import ciphers

_ENTRY = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]{0,39}):(?P<secret>[A-Za-z0-9+/_-]{43}=?)", re.ASCII)
_NETWORK = "network"


@dataclass(frozen=True)
class MasterKeys:
    """Keys by name, of which the first one wraps what is new and the others open what is old.

    As text, one a line: `name:` and 32 bytes in base64. The entry `network` is no master key: it keys what must be
    equal at all clinics and for good, as the index by which one human is known again.
    """

    secrets: dict[str, bytes] = field(repr=False)
    network: bytes = field(repr=False)

    @property
    def current(self) -> str:
        return next(iter(self.secrets))

    def of_device(self, subject: str) -> bytes:
        """By what a browser seals what it keeps for one person: at each of their clinics the same, and for good."""
        return ciphers.derive(self.network, f"device {subject}")

    @classmethod
    def parse(cls, text: str) -> "MasterKeys":
        """Read the text. Raises ValueError, which never quotes it."""
        found: dict[str, bytes] = {}
        for number, line in enumerate(text.split(), 1):
            entry = _ENTRY.fullmatch(line)
            if entry is None:
                raise ValueError(f"Entry {number} is not a name, a colon and 32 bytes in base64.")
            try:
                secret = base64.b64decode(entry["secret"].rstrip("=") + "=", altchars=b"-_", validate=False)
            except binascii.Error:
                secret = b""
            if len(secret) != ciphers.KEY_BYTES:
                raise ValueError(f"Entry {number} ({entry['name']}) has not 32 bytes.")
            if entry["name"] in found:
                raise ValueError(f"Two entries are called {entry['name']}.")
            found[entry["name"]] = secret
        network = found.pop(_NETWORK, None)
        if network is None:
            raise ValueError("The entry `network` is missing.")
        if not found:
            raise ValueError("There is no master key beside `network`.")
        return cls(found, network)

    @classmethod
    def generate(cls, name: str) -> str:
        """Fresh keys as text, for a file that only its owner reads."""
        entries = {name: secrets.token_bytes(ciphers.KEY_BYTES), _NETWORK: secrets.token_bytes(ciphers.KEY_BYTES)}
        return "".join(f"{key}:{base64.b64encode(secret).decode()}\n" for key, secret in entries.items())

    @classmethod
    def ensure(cls, path: Path) -> "MasterKeys":
        """The keys in a file, which is made where it is missing."""
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(cls.generate("first"), encoding="utf-8")
        return cls.parse(path.read_text(encoding="utf-8"))
