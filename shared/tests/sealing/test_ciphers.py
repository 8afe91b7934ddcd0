"""What a key is used for."""

import hmac
from hashlib import sha256
from uuid import uuid4

from shared.sealing.ciphers import Key, new_secret

WORDS = b"The weight had a shape."


def test_what_is_sealed_alike_each_time_opens_like_all_else_and_only_in_its_place() -> None:
    key = Key(uuid4(), new_secret())
    sealed = key.seal(WORDS, b"here", steady=True)

    assert key.seal(WORDS, b"here", steady=True) == sealed
    assert key.seal(WORDS, b"there", steady=True)[17:29] != sealed[17:29]
    assert Key(key.id, key.secret).open(sealed, b"here") == WORDS


def test_the_secret_of_a_cipher_keys_nothing_else() -> None:
    key = Key(uuid4(), new_secret())
    nonce = key.seal(WORDS, b"here", steady=True)[17:29]

    assert nonce != hmac.digest(key.secret, b"here\0" + WORDS, sha256)[:12]
