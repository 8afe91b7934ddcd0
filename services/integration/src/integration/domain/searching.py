"""Finding words again, however they were written: without case, accents and signs."""

import unicodedata
from collections.abc import Iterable


def plainly(words: str) -> str:
    """Letters without accents and case, everything else a space."""
    parted = unicodedata.normalize("NFKD", words.casefold())
    letters = (sign for sign in parted if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def says(asked: str, told: Iterable[str | None]) -> bool:
    """Whether every word that is asked for begins a word of what was told; nothing is found by asking for nothing."""
    within = f" {' '.join(plainly(one) for one in told if one)}"
    wanted = plainly(asked).split()
    return bool(wanted) and all(f" {word}" in within for word in wanted)
