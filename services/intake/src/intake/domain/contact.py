"""How a person is reached, checked where it is typed in."""

import phonenumbers

from shared.errors import Invalid
from shared.languages import phrase


def e164(phone: str) -> str:
    """The number as +12125550123, however it was spaced; it must carry its country. Raises Invalid."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        message = phrase("This cannot be a telephone number. Write it with its country, as +1 212 555 0123.")
        raise Invalid.at("/phone", "phone_not_possible", message)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
