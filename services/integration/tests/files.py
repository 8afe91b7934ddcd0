"""Files as devices make them: the first bytes of recordings, and photos that say where they were taken."""

from io import BytesIO

from PIL import Image

WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + b"\0" * 40
)
OGG = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + b"\0" * 40
MP4 = b"\0\0\0\x20ftypM4A \0\0\0\0" + b"\0" * 40
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40
RECORDINGS = {"audio/webm": WEBM, "audio/ogg": OGG, "audio/mp4": MP4, "audio/wav": WAV}

_CAMERA, _ORIENTATION, _GPS = 0x0110, 0x0112, 0x8825
CAMERA = "Camera-of-Rosa"


def photo_with_a_place(size: tuple[int, int] = (60, 40), turned: int = 1) -> bytes:
    """A JPEG with the camera's name, a place, a comment, and how it was held; its left half is red, its right blue."""
    picture = Image.new("RGB", size, (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    facts = Image.Exif()
    facts[_CAMERA] = CAMERA
    facts[_ORIENTATION] = turned
    facts[_GPS] = {1: "N", 2: (40.0, 26.0, 46.0), 3: "W", 4: (79.0, 58.0, 56.0)}
    written = BytesIO()
    picture.save(written, "JPEG", exif=facts, comment=b"comment-of-rosa", quality=95)
    return written.getvalue()


def picture_of(kind: str, size: tuple[int, int] = (20, 20), mode: str = "RGB") -> bytes:
    """A picture in that format and mode."""
    written = BytesIO()
    Image.new(mode, size).save(written, kind)
    return written.getvalue()
