"""What is to be mended in a form, said to people: validation's own words are made for programs."""

from collections.abc import Mapping

from shared.languages import Reader, pattern_of, phrase
from shared.web.face.attached import TOO_LARGE

_KINDLY: Mapping[str, str] = {
    "Missing data for required field.": phrase("Please fill this in."),
    "Field may not be null.": phrase("Please fill this in."),
    "Shorter than minimum length {min}.": phrase("Please write a little more: at least {min} characters."),
    "Longer than maximum length {max}.": phrase("Please be shorter: at most {max} characters."),
    "Length must be between {min} and {max}.": phrase("Please write between {min} and {max} characters."),
    "Must be greater than or equal to {min} and less than or equal to {max}.": phrase(
        "Please give a number from {min} to {max}."
    ),
    "Must be greater than or equal to {min}.": phrase("Please give {min} or more."),
    "Must be less than or equal to {max}.": phrase("Please give {max} or less."),
    "Must be greater than {min}.": phrase("Please give more than {min}."),
    "Must be less than {max}.": phrase("Please give less than {max}."),
    "Must be one of: {choices}.": phrase("Please choose one of these."),
    "Not a valid integer.": phrase("Please give a whole number."),
    "Not a valid number.": phrase("Please give a number."),
    "Not a valid date.": phrase("Please give a date."),
    "Not a valid datetime.": phrase("Please give a day and a time."),
    "Not a valid aware datetime.": phrase("Please give a day and a time."),
    "Not a valid email address.": phrase("This does not look like an e-mail address."),
    "Not a valid URL.": phrase("This does not look like an address on the web."),
    "Not a valid string.": phrase("Please write this as text."),
    "Not a valid boolean.": phrase("Please choose one of these."),
    "Not a valid UUID.": phrase("Please choose one of these."),
    TOO_LARGE: TOO_LARGE,
    "Unknown field.": phrase("Nobody asks for this here."),
}
"""Validation's sentences, and ours for them; whatever else is said was made for people already."""


def complaint(message: str, reader: Reader) -> str:
    """What validation said, for that reader."""
    for said, kindly in _KINDLY.items():
        match = pattern_of(said).fullmatch(message)
        if match is not None:
            return reader.say(kindly, **match.groupdict())
    return reader.say(message)
