"""The textures by which what is felt is told; no colour says that one is better than another."""

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from markupsafe import Markup

from shared.pictures.drawing import element, fixed, straight, through, together
from shared.pictures.reading import phrase
from shared.pictures.shapes import dot

SENSATIONS: Mapping[str, str] = {
    "warmth": phrase("warmth"),
    "tears": phrase("tears"),
    "trembling": phrase("trembling"),
    "tightness": phrase("tightness"),
    "ease": phrase("ease"),
    "tingling": phrase("tingling"),
    "heaviness": phrase("heaviness"),
    "other": phrase("something else"),
}
"""What can be felt somewhere, in words."""


def known(sensation: str) -> str:
    """The word itself, or `other` where it is none of ours."""
    return sensation if sensation in SENSATIONS else "other"


def sign_of_felt(sensation: str) -> Markup:
    """A small drawing of a texture, to stand beside its word; for whoever hears the page the word says it all."""
    mark = felt_mark(sensation, 12, 12, 11)
    return element("svg", mark, kind="picture picture-felt", viewBox="0 0 24 24", aria_hidden="true")


def felt_mark(sensation: str, x: float, y: float, r: float, hint: str = "") -> Markup:
    """A soft disc with the texture of what is felt."""
    texture = _TEXTURES.get(sensation, _other)
    return together((dot(x, y, r, "p-felt", hint), texture(x, y, r * 0.72)))


def _rings(x: float, y: float, r: float) -> Markup:
    return together(dot(x, y, r * part, "p-felt") for part in (0.85, 0.5))


def _drops(x: float, y: float, r: float) -> Markup:
    data = ""
    for dx, dy in ((0, -0.55), (-0.55, 0.35), (0.55, 0.35)):
        a, b, size = x + dx * r, y + dy * r, r * 0.36
        data += f"M{fixed(a)} {fixed(b - size * 1.4)}C{fixed(a + size * 1.5)} {fixed(b + size)} "
        data += f"{fixed(a - size * 1.5)} {fixed(b + size)} {fixed(a)} {fixed(b - size * 1.4)}Z"
    return element("path", d=data, kind="p-texture")


def _zigzag(x: float, y: float, r: float) -> Markup:
    rows = []
    for level in (-0.5, 0.1, 0.7):
        rows.append(through([(x + r * (n / 3 - 1), y + r * (level - (0.32 if n % 2 else 0))) for n in range(7)]))
    return element("path", d="".join(rows), kind="p-texture")


def _spokes(x: float, y: float, r: float) -> Markup:
    turns = [pi * n / 4 for n in range(8)]
    lines = [through(((x + r * cos(a), y + r * sin(a)), (x + r * 0.42 * cos(a), y + r * 0.42 * sin(a)))) for a in turns]
    return element("path", d="".join(lines), kind="p-texture")


def _waves(x: float, y: float, r: float) -> Markup:
    data = ""
    for level in (-0.35, 0.35):
        data += f"M{fixed(x - r)} {fixed(y + level * r)}q{fixed(r / 2)} {fixed(-r * 0.6)} {fixed(r)} 0"
        data += f"t{fixed(r)} 0"
    return element("path", d=data, kind="p-texture")


def _dots(x: float, y: float, r: float) -> Markup:
    turns = [pi * n / 3 for n in range(6)]
    around = [(x, y), *((x + r * 0.75 * cos(a), y + r * 0.75 * sin(a)) for a in turns)]
    return together(dot(a, b, max(r * 0.13, 1), "p-grain") for a, b in around)


def _weights(x: float, y: float, r: float) -> Markup:
    levels = ((-0.55, 0.45), (0.0, 0.7), (0.55, 0.9))
    return together(
        straight((x - r * half, y + r * level), (x + r * half, y + r * level), "p-texture p-thick")
        for level, half in levels
    )


def _other(x: float, y: float, r: float) -> Markup:
    arm = r * 0.6
    return element(
        "path", d=through(((x - arm, y), (x + arm, y))) + through(((x, y - arm), (x, y + arm))), kind="p-texture"
    )


_TEXTURES: dict[str, Callable[[float, float, float], Markup]] = {
    "warmth": _rings,
    "tears": _drops,
    "trembling": _zigzag,
    "tightness": _spokes,
    "ease": _waves,
    "tingling": _dots,
    "heaviness": _weights,
}
