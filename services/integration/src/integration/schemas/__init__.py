"""What goes in and out of integration's doors, a module for each noun."""

from marshmallow.validate import Length

SAMPLE_ID = "01936d3e-5f00-7000-8000-000000000030"
SAMPLE_AT = "2026-11-20T17:00:00+00:00"
WORDS = Length(min=1, max=10_000)
LINE = Length(min=1, max=500)
