"""When a client of two clinics is one human: what they told both of them has to agree, and nothing is guessed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

_DIGITS = 7
"""Fewer are no number that one person alone has."""


def told_of_themselves(email: str | None, birth_date: date | None, family_name: str) -> tuple[str, str, str] | None:
    """E-mail, birth date and family name, as they are compared; None while one is not known.

    Case, spaces and how an accent is encoded make no difference. A human who is not recognised is two persons, as if
    there were no network; two humans who are taken for one are kept apart in time without need, and learn nothing of
    each other.
    """
    if email is None or birth_date is None:
        return None
    return _plain(email), birth_date.isoformat(), _plain(family_name)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def goes_by(typed: str, names: Iterable[str]) -> bool:
    """Whether a name that somebody typed has the first word of one of these: who shares a mailbox has another."""
    words = set(_plain(typed).split())
    return any(words.intersection(_plain(name).split()[:1]) for name in names)


def same_address(one: str | None, other: str | None) -> bool:
    """Whether two e-mail addresses are one; nobody's is like nobody's."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def same_number(written: str | None, e164: str | None) -> bool:
    """Whether somebody wrote that telephone number, with its country or without."""
    digits = [re.sub(r"\D", "", number or "").lstrip("0") for number in (written, e164)]
    return len(digits[0]) >= _DIGITS and digits[1].endswith(digits[0])
