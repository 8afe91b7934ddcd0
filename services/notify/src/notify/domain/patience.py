"""How long we wait before we try again what the outside did not take."""

from datetime import timedelta

MAIL_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800))

PARTNER_DELAYS = (
    *MAIL_DELAYS,
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""A little over three days in all: an endpoint that broke on Friday evening is mended on Monday. The long steps are
those of the Standard Webhooks specification, the short ones let a restart pass unnoticed."""


def mail_delay(attempts: int) -> timedelta:
    """The wait after that many attempts; the last step repeats until the message is stale."""
    return MAIL_DELAYS[min(attempts, len(MAIL_DELAYS)) - 1]


def partner_delay(attempts: int, asked: timedelta | None) -> timedelta | None:
    """The wait after that many attempts, longer where the partner `asked` for it; None when it is a person's turn."""
    if attempts > len(PARTNER_DELAYS):
        return None
    return max(PARTNER_DELAYS[attempts - 1], asked or timedelta())
