"""What proves that a form was shown to whoever sends it, and differs in every page that it stands in."""

import base64
import hmac
import secrets

_MASKED = "~"


def masked(secret: str) -> str:
    """The secret under a mask that is thrown away: pages are compressed, and equal text would be told by its length."""
    said = secret.encode()
    mask = secrets.token_bytes(len(said))
    return _MASKED + base64.urlsafe_b64encode(mask + _over(said, mask)).decode()


def is_proof(sent: str, secret: str) -> bool:
    """Whether somebody sends that secret, masked or as it is."""
    if sent.startswith(_MASKED):
        try:
            both = base64.urlsafe_b64decode(sent[1:].encode("ascii"))
        except (ValueError, UnicodeEncodeError):
            return False
        half = len(both) // 2
        return hmac.compare_digest(_over(both[:half], both[half:]), secret.encode())
    return hmac.compare_digest(sent.encode(), secret.encode())


def _over(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
