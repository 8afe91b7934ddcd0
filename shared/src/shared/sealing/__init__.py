"""Sealing: what a person told a clinic lies encrypted in the database, under keys that the database cannot open alone.

Four levels, each wrapping the next: the platform's *master keys* (from the environment, never in a database), a *clinic
key* for each clinic and service, a *data key* for each client, and the sealed value. Deleting a client's data key makes
every sealed value of theirs unreadable, wherever a copy of it lies. What belongs to a clinic as a whole (the bodies of
events on their way, stored replies) is sealed by the clinic's key itself.

A sealed value names its key: `version (1) | key id (16) | nonce (12) | ciphertext and tag`, AES-256-GCM-SIV (RFC 8452).
Its field and its owner are authenticated with it, so that a value moved to another row or column does not open.

Here are the ciphers and the master keys; `shared.store.vault` keeps the keys between, and `shared.store.sealed` gives
rows their sealed attributes.
"""

from shared.sealing.ciphers import CannotOpen
from shared.sealing.master import MasterKeys

__all__ = ["CannotOpen", "MasterKeys"]
