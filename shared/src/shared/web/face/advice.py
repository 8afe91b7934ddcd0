"""What somebody can do when a page cannot be shown, by the status of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.languages import phrase


@dataclass(frozen=True)
class Advice:
    """What happened, as a heading, and what to do."""

    title: str
    what_to_do: str


_BY_STATUS: Mapping[int, Advice] = {
    400: Advice(
        phrase("This could not be read"),
        phrase("Go back, load the page again, and send it once more."),
    ),
    401: Advice(
        phrase("Please sign in first"),
        phrase("Sign in, and you come back to where you were going."),
    ),
    403: Advice(
        phrase("This is not yours to do"),
        phrase("If you need it for your work, ask whoever looks after the clinic’s sign-ins."),
    ),
    404: Advice(
        phrase("There is nothing here"),
        phrase("The address may be misspelt, or what was here may have gone. Begin again from the start page."),
    ),
    405: Advice(
        phrase("This cannot be done here"),
        phrase("Go back, and use the buttons of the page."),
    ),
    409: Advice(
        phrase("This cannot be done now"),
        phrase("Nothing was changed. Go back, look at what the rule asks for, and try again."),
    ),
    412: Advice(
        phrase("Somebody changed this meanwhile"),
        phrase("Nothing of yours was saved over it. Go back, load the page again, and look at what is new."),
    ),
    413: Advice(
        phrase("This is too large"),
        phrase("Send something smaller: a page takes one megabyte."),
    ),
    422: Advice(
        phrase("Something is to be mended first"),
        phrase("Go back: what you typed is still there."),
    ),
    429: Advice(
        phrase("One moment, please"),
        phrase("More was asked than people would. Wait a minute, and try again."),
    ),
    500: Advice(
        phrase("Something broke on our side"),
        phrase("Nothing was changed. Try again; if it happens again, tell whoever runs Afterglow."),
    ),
    503: Advice(
        phrase("This is away for a moment"),
        phrase("Nothing was lost. Try again in a minute."),
    ),
}


def advice_for(status: int) -> Advice:
    """What to say of that status; of one that is not known, as of the first of its kind."""
    return _BY_STATUS.get(status) or _BY_STATUS[500 if status >= 500 else 400]
