"""A photo made anew: what is kept is its picture alone, and nothing of where, when and with what it was taken."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_EDGE = 2048
"""In pixels: sharp on every screen, and small enough to be sent on a telephone."""
MEDIA_TYPE = "image/jpeg"

_MOST_PIXELS = {"JPEG": 80_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
"""A file of few bytes may unfold to gigabytes. A JPEG is read at a fraction of its size at once; the others whole."""
_QUALITY = 82
_PAPER = (255, 255, 255)


class NoPhotoError(ValueError):
    """It is no picture of a kind that is taken, it is broken, or it would unfold to more than is looked at."""


def made_anew(content: bytes) -> bytes:
    """The picture as a JPEG, turned as it was held, at most 2048 pixels long; without EXIF, GPS, comments, profiles."""
    try:
        with Image.open(BytesIO(content), formats=tuple(_MOST_PIXELS)) as found:
            if found.width * found.height > _MOST_PIXELS[found.format or ""]:
                raise NoPhotoError
            found.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            found.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            return _written(ImageOps.exif_transpose(found))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as no:
        raise NoPhotoError from no


def _written(picture: Image.Image) -> bytes:
    """A new picture of the pixels alone; where one could see through, it stands on white."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, _PAPER)
    paper.paste(seen, mask=seen.getchannel("A"))
    written = BytesIO()
    paper.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
