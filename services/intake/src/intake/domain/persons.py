"""When a client of two clinics is one human: what they told both of them has to agree, and nothing is guessed."""

import unicodedata
from datetime import date


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
