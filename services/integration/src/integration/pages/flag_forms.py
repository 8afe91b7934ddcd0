"""How whoever looked after somebody is asked what was done."""

from integration.models import RedFlag
from integration.schemas.flags import CloseFlag
from shared.languages import phrase
from shared.web.face.forms import Ask, Form


def closing_form(flag: RedFlag) -> Form[CloseFlag]:
    """What was done about a red flag."""
    return Form(
        CloseFlag,
        {"note": Ask(phrase("What was done?"), phrase("It goes into the record, which the client may ask to read."))},
        not_done=phrase("The red flag is still open"),
        prefix=f"flag-{flag.id}-",
    )
