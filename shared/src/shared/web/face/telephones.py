"""Telephone numbers in what a clinic has written, as links: on a telephone one tap calls."""

import re

from markupsafe import Markup, escape

_DIGIT, _BETWEEN = r"(?:\([0-9]{1,5}\)|[0-9])", r"[ \u00a0-]{0,3}"
# Either three digits and more without a gap, as of a crisis line, or at least six, which may be set apart: so neither
# "9-17" is a number, nor are hours or days that follow one a part of it.
_NUMBER = re.compile(rf"(?<![\w:/.+])(?:\+?{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{5,}}|\+?[0-9]{{3,}})(?![\w:/])")


def telephones(text: str) -> Markup:
    """The text with each telephone number in it as a link; all else stays as it was written, escaped."""
    parts, end = Markup(""), 0
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"[^0-9]", "", found[0])
        plus = "+" if found[0].startswith("+") else ""
        parts += escape(text[end : found.start()])
        parts += Markup('<a href="tel:{}">{}</a>').format(plus + digits, found[0])
        end = found.end()
    return parts + escape(text[end:])
