"""The figure of the body map: one calm outline for everybody, and where its regions lie.

Measured from the crown downwards and from the middle outwards; the figure is about 140 wide and 330 high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from shared.pictures.drawing import Point, fixed
from shared.pictures.reading import phrase

TALL = 330.0

_OUTER: tuple[Point, ...] = (
    (0, 0), (9, 1.5), (15, 9), (16.5, 20), (13.5, 32), (8.5, 40), (8, 47), (10, 54), (20, 59), (33, 63), (41, 70),
    (45, 82), (47.5, 100), (51, 121), (56, 140), (60, 158), (63, 171), (68.5, 182), (70, 194), (67, 204), (62.5, 206),
    (58, 200), (55.5, 188), (55, 175), (49.5, 158), (44, 140), (40, 122), (37, 105), (33.5, 90),
)  # fmt: skip
"""From the crown over the shoulder and around the hand to the armpit."""

_INNER: tuple[Point, ...] = (
    (33.5, 90), (32.5, 104), (29.5, 124), (30, 139), (34, 155), (37, 173), (37.5, 194), (34.5, 222), (30, 245),
    (30.5, 262), (28.5, 282), (24.5, 303), (25.5, 314), (31, 323), (30, 328.5), (22, 329.5), (14.5, 326), (13.5, 314),
    (13.5, 298), (14.5, 272), (13.5, 248), (12, 226), (8, 200), (3.5, 180), (0, 175),
)  # fmt: skip
"""From the armpit down the outside of the leg, around the foot and up to the fork."""


def _smooth(points: Sequence[Point]) -> str:
    """A curve through all of these points, to be continued from the first of them."""
    data = ""
    for n in range(len(points) - 1):
        before, start = points[max(n - 1, 0)], points[n]
        end, after = points[n + 1], points[min(n + 2, len(points) - 1)]
        pulls = (
            start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6,
            end[0], end[1],
        )  # fmt: skip
        data += "C" + " ".join(fixed(value) for value in pulls)
    return data


def _mirrored(points: Sequence[Point]) -> list[Point]:
    return [(-x, y) for x, y in reversed(points)]


OUTLINE = f"M0 0{_smooth(_OUTER)}{_smooth(_INNER)}{_smooth(_mirrored(_INNER))}{_smooth(_mirrored(_OUTER))}Z"
FRONT_LINES = "M-25 67Q-12 71 -4 69M25 67Q12 71 4 69M0 136V139"
"""Collarbones and navel, so that the front is known as one."""
BACK_LINES = "M0 62V150M-22 80Q-11 88 -13 102M22 80Q11 88 13 102"
"""Spine and shoulder blades."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region lies on the person's left: an oval around (x, y). One in the middle has room for sides too."""

    word: str
    x: float
    y: float
    wide: float
    high: float
    views: tuple[str, ...] = ("front", "back")

    @property
    def paired(self) -> bool:
        """Whether there is one on each side."""
        return self.x > 0


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        place.word: place
        for place in (
            Place(phrase("head"), 0, 8, 13, 7),
            Place(phrase("face"), 0, 22, 12, 7, ("front",)),
            Place(phrase("jaw"), 0, 36, 10, 7, ("front",)),
            Place(phrase("throat"), 0, 50, 9, 7, ("front",)),
            Place(phrase("neck"), 0, 48, 9, 8, ("back",)),
            Place(phrase("shoulders"), 33, 73, 10, 9),
            Place(phrase("chest"), 0, 90, 22, 17, ("front",)),
            Place(phrase("upper back"), 0, 90, 22, 20, ("back",)),
            Place(phrase("belly"), 0, 127, 22, 15, ("front",)),
            Place(phrase("lower back"), 0, 130, 22, 15, ("back",)),
            Place(phrase("pelvis"), 0, 160, 22, 11),
            Place(phrase("arms"), 45, 118, 7, 22),
            Place(phrase("hands"), 62.5, 191, 7.5, 14),
            Place(phrase("legs"), 22, 205, 12, 24),
            Place(phrase("knees"), 22, 246, 8, 9),
            Place(phrase("lower legs"), 22, 278, 8, 18),
            Place(phrase("feet"), 22, 319, 9, 9),
        )
    }
)
"""The regions by the English word that is kept of them; a word that is not here has no place on the figure.

None is so small that a finger on a telephone does not find it: a view fills the width there.
"""


def spots(region: str, side: str, view: str) -> tuple[Point, ...]:
    """The middles of a region on one side, on both, or in the centre; nothing for a word without a place.

    The person's left is on the right of the picture from the front, and on its left from the back.
    """
    place = PLACES.get(region.strip().casefold())
    if place is None:
        return ()
    outwards = place.x or place.wide * 0.55
    left = outwards if view == "front" else -outwards
    if side in ("left", "right"):
        return ((left if side == "left" else -left, place.y),)
    if place.paired or side == "both":
        return ((outwards, place.y), (-outwards, place.y))
    return ((0, place.y),)
