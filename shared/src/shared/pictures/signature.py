"""A name as somebody drew it with a finger or a pen (`face/static/signature.js`)."""

from markupsafe import Markup

from shared.pictures.drawing import element

LONGEST = 20_000
"""How many characters a drawing has at most; the script takes no more lines then."""

DRAWN = r"M[0-9]{1,3} [0-9]{1,3}(?:[ML][0-9]{1,3} [0-9]{1,3})*"
"""What a drawing is: lines of whole numbers below 1000, as the data of a path, and nothing else."""


def signature(path: str, title: str) -> Markup:
    """The drawing as a picture, in the colour of the text beside it."""
    line = element("path", d=path, fill="none", stroke="currentColor", stroke_width=3, stroke_linecap="round")
    return element("svg", line, viewBox="0 0 600 200", width=300, height=100, role="img", aria_label=title)
