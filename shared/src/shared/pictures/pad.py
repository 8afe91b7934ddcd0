"""What somebody drew with a finger or a pen, on a pad of its own (`face/static/pad.js`)."""

from markupsafe import Markup

from shared.pictures.drawing import element
from shared.pictures.signature import DRAWN

SIDE = 900
"""The pad is a square of so many units."""
LONGEST = 20_000
"""How many characters a drawing has at most; the script takes no more lines then."""

__all__ = ["DRAWN", "LONGEST", "SIDE", "pad"]


def pad(path: str, title: str) -> Markup:
    """The drawing as a picture, in the colour of the text beside it."""
    line = element("path", d=path, kind="p-stroke")
    return element("svg", line, kind="pad", viewBox=f"0 0 {SIDE} {SIDE}", role="img", aria_label=title)
