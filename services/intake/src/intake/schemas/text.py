"""What text may be, wherever somebody types it in."""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError
from marshmallow.validate import Email, Length, Regexp

from shared.languages import phrase

LANGUAGE = Regexp(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", error=phrase("Use a BCP 47 tag, as en or es-MX."))
EMAIL = [Email(error=phrase("This does not look like an e-mail address.")), Length(max=254)]


def words(at_most: int) -> list[Callable[[Any], Any]]:
    """Something is said, in no more characters than that."""
    return [said, Length(max=at_most)]


def said(text: str) -> None:
    """More than white space. Raises ValidationError."""
    if not text.strip():
        raise ValidationError(phrase("Please write something here."))


STAFF = words(200)
"""The subject of somebody's sign-in, as their provider names them."""
