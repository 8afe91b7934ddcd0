"""Charts and pictures drawn on the server: each a function from plain facts to an SVG and a table that says the same.

They know no language, no clock and no colours: a `Reader` says and writes for them, `pictures.css` gives the looks.
"""

from shared.pictures.bars import Bar, bars
from shared.pictures.board import Column, Part, Ratio, Visit, board
from shared.pictures.body import Region, Sensation, body, regions
from shared.pictures.journey import Commitment, Intention, Journey, Passage, Window
from shared.pictures.line import Reading, Series, line
from shared.pictures.picture import NARROW, WIDE, Picture, at_any_width
from shared.pictures.pipes import Pipe, Room, pipes
from shared.pictures.plot import Band, Event, Span, Threshold
from shared.pictures.range_bars import Limit, Pressure, range_bars
from shared.pictures.river import river

__all__ = [
    "NARROW",
    "WIDE",
    "Band",
    "Bar",
    "Column",
    "Commitment",
    "Event",
    "Intention",
    "Journey",
    "Limit",
    "Part",
    "Passage",
    "Picture",
    "Pipe",
    "Pressure",
    "Ratio",
    "Reading",
    "Region",
    "Room",
    "Sensation",
    "Series",
    "Span",
    "Threshold",
    "Visit",
    "Window",
    "at_any_width",
    "bars",
    "board",
    "body",
    "line",
    "pipes",
    "range_bars",
    "regions",
    "river",
]
