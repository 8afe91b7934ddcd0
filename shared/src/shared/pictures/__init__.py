"""Charts and pictures drawn on the server: each a function from plain facts to an SVG and a table that says the same.

They know no language, no clock and no colours: a `Reader` says and writes for them, `pictures.css` gives the looks.
"""

from shared.pictures.bars import Bar, bars
from shared.pictures.board import Column, Part, Ratio, Visit, board
from shared.pictures.body import Region, Sensation, body, regions
from shared.pictures.journey import Commitment, Intention, Journey, Mark, Month, Passage, Sort, Thread, Window
from shared.pictures.line import Reading, Series, line
from shared.pictures.picture import NARROW, WIDE, Picture, at_any_width
from shared.pictures.pipes import Pipe, Room, pipes
from shared.pictures.plot import Band, Event, Span, Threshold
from shared.pictures.range_bars import Limit, Pressure, range_bars
from shared.pictures.river import river, river_signs
from shared.pictures.shares import Portion, shares
from shared.pictures.textures import sign_of_felt
from shared.pictures.where_when import Felt, where_when

__all__ = [
    "NARROW",
    "WIDE",
    "Band",
    "Bar",
    "Column",
    "Commitment",
    "Event",
    "Felt",
    "Intention",
    "Journey",
    "Limit",
    "Mark",
    "Month",
    "Number",
    "Part",
    "Passage",
    "Picture",
    "Pipe",
    "Portion",
    "Pressure",
    "Ratio",
    "Reading",
    "Region",
    "Room",
    "Sensation",
    "Series",
    "Sort",
    "Span",
    "Thread",
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
    "river_signs",
    "shares",
    "sign_of_felt",
    "where_when",
]
