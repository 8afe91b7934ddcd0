"""Addresses that come from outside and say where somebody is to go next."""

from urllib.parse import urlsplit

from shared.web.sign_in import HOME


def local(address: str | None, *, otherwise: str = HOME) -> str:
    """An address of ours to go to afterwards; another in place of one that leads elsewhere, or nowhere."""
    if address and address.startswith("/") and address.isprintable() and "\\" not in address:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and not address.startswith("//"):
            return address
    return otherwise
