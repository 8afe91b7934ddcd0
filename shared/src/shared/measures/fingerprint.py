"""The hash of what a document says, by which it is known years later."""

import hashlib
import json
from typing import Any


def fingerprint(content: Any) -> str:
    """SHA-256 of what a JSON document says, not of how it is laid out: neither key order nor white space counts."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
