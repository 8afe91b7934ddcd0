"""Master keys that everybody knows: for tests, drills and benchmarks, whose databases hold nobody."""

import base64
from hashlib import sha256

from shared.sealing.master import MasterKeys


def _entry(name: str) -> str:
    return f"{name}:{base64.b64encode(sha256(name.encode()).digest()).decode()}"


MASTER_KEYS_TEXT = f"{_entry('trial')} {_entry('network')}"
MASTER_KEYS = MasterKeys.parse(MASTER_KEYS_TEXT)
