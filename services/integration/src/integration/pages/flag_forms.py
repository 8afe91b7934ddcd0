"""How whoever looked after somebody is asked what was done."""

from integration.models import RedFlag
from integration.schemas.flags import CloseFlag
from shared.languages import phrase
from shared.web.face.forms import Ask, Form

CLOSED_BEFORE = phrase("Nothing has changed")
"""Heads what was sent about a red flag that somebody has closed meanwhile."""


def closing_form(flag: RedFlag) -> Form[CloseFlag]:
    """What was done about a red flag."""
    return Form(
        CloseFlag,
        {
            "note": Ask(
                phrase("What was done?"),
                phrase("It goes into the record, which the client may ask to read."),
                rows=6,
            )
        },
        not_done=phrase("The red flag is still open") if flag.closed_at is None else CLOSED_BEFORE,
        prefix=f"flag-{flag.id}-",
    )
