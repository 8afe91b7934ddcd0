"""The ciphers: one way to seal, one way to wrap a key, one way to make several keys of one."""

import hmac
import os
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = len(_VERSION) + 16


class CannotOpen(Exception):  # noqa: N818 - it says what is so: the value cannot be opened.
    """A sealed value that does not open: its key is not there, it was changed, or it belongs elsewhere."""


class Key:
    """A key that seals, with the id by which its values name it."""

    def __init__(self, key_id: UUID, secret: bytes) -> None:
        self.id = key_id
        self.secret = secret
        self._cipher = AESGCMSIV(secret)

    def seal(self, plain: bytes, context: bytes, *, steady: bool = False) -> bytes:
        """Seal for one place only. A `steady` value is sealed alike each time, which tells who reads the database
        when it is said again unchanged, and nothing more: AES-GCM-SIV bears a nonce that repeats.
        """
        nonce = self._steady_nonce(plain, context) if steady else os.urandom(_NONCE_BYTES)
        return _VERSION + self.id.bytes + nonce + self._cipher.encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed for this place. Raises CannotOpen."""
        nonce, ciphertext = sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES], sealed[_HEAD_BYTES + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, context)
        except (InvalidTag, ValueError):
            raise CannotOpen("the value was changed, or belongs elsewhere") from None

    def _steady_nonce(self, plain: bytes, context: bytes) -> bytes:
        return hmac.digest(self._nonces, context + b"\0" + plain, sha256)[:_NONCE_BYTES]

    @cached_property
    def _nonces(self) -> bytes:
        """No secret that is a cipher's key is the key of anything else."""
        return derive(self.secret, "steady nonce")


def key_id_of(sealed: bytes) -> UUID:
    """The id of the key that a sealed value names. Raises CannotOpen."""
    if not is_sealed(sealed):
        raise CannotOpen("this is not a sealed value")
    return UUID(bytes=sealed[len(_VERSION) : _HEAD_BYTES])


def is_sealed(value: bytes) -> bool:
    """Whether a value is sealed; what was written before there was sealing is JSON, which begins otherwise."""
    return value[:1] == _VERSION and len(value) > _HEAD_BYTES + _NONCE_BYTES


def new_secret() -> bytes:
    """Fresh bytes for a key."""
    return os.urandom(KEY_BYTES)


def wrap(secret: bytes, by: bytes) -> bytes:
    """RFC 3394."""
    return aes_key_wrap(by, secret)


def unwrap(wrapped: bytes, by: bytes) -> bytes:
    """Raises CannotOpen where it was wrapped by another key."""
    try:
        return aes_key_unwrap(by, wrapped)
    except InvalidUnwrap:
        raise CannotOpen("the key was wrapped by another one") from None


def derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose alone (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"afterglow {purpose}".encode()).derive(secret)
