"""Links that let somebody in: what proves one is only in the mail, and in no event, queue or row.

Intake knows that a link was asked for, and notify that it is to be sent. Both have a secret, AFTERGLOW_LINK_SECRET,
which turns the link's id into what opens it.
"""

import base64
import hmac
from uuid import UUID


def link_path(clinic: str, link: UUID) -> str:
    """Where a client's sign-in link leads, without what opens it."""
    return f"/intake/clinics/{clinic}/sign-in/links/{link}"


def link_proof(secret: str, path: str) -> str:
    """What opens that link: it goes behind the path and a full stop."""
    digest = hmac.digest(secret.encode(), path.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def proves(secret: str, path: str, proof: str) -> bool:
    """Whether that opens the link."""
    return hmac.compare_digest(link_proof(secret, path).encode(), proof.encode())
