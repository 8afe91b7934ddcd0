"""How long the law has a clinic keep what it did with a controlled substance."""

from datetime import date

LEAST_YEARS = 2
"""21 CFR 1304.04(a): records are kept for at least two years from their date. A clinic may ask for more."""


def keep_until(given_on: date, years: int | None) -> date:
    """The last day on which a dose's line is kept, by the clinic's own retention if it has one."""
    last = given_on.year + max(years or LEAST_YEARS, LEAST_YEARS)
    try:
        return given_on.replace(year=last)
    except ValueError:  # 29 February: rather a day too long than one too short.
        return date(last, 3, 1)
