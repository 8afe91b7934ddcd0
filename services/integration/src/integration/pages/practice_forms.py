"""How a client is asked about what they bring into their life: commitments, how they look back, and practices."""

from typing import Any, TypeVar

from marshmallow.validate import OneOf, Range

from integration.domain.visibility import Visibility
from integration.models import Commitment, Practice
from integration.pages.sharing import whom_to_share_with
from integration.schemas import LINE
from integration.schemas.commitments import (
    CLOCK,
    LivePractice,
    MakeCommitment,
    ReviewCommitment,
    ShareCommitment,
    SharePractice,
)
from integration.words import LOOKING_BACK
from shared.declared import Declared, field
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value

Shared = TypeVar("Shared", ShareCommitment, SharePractice)

RHYTHMS = {
    "whenever": phrase("Whenever I like"),
    "daily": phrase("Every day"),
    "weekly": phrase("Once a week"),
    "days": phrase("Every so many days"),
}
_DAYS = {"whenever": None, "daily": 1, "weekly": 7}


class PracticeAsked(Declared):
    """A practice as the page asks for it: its rhythm is chosen in words."""

    name: str = field("What.", "Sit by the window.", validate=LINE)
    why: str | None = field("What it is for.", "To arrive.", default=None, validate=LINE)
    rhythm: str = field("How often.", "weekly", validate=OneOf([*RHYTHMS]))
    every_days: int | None = field(
        "Every so many days, where that is chosen.", None, default=None, validate=Range(1, 366)
    )
    remind_at: str | None = field("HH:MM by their clock.", None, default=None, validate=CLOCK)

    @property
    def days(self) -> int | None:
        """Every so many days; None for whenever they like, and where no number was given."""
        return self.every_days if self.rhythm == "days" else _DAYS[self.rhythm]


def commitment_form() -> Form[MakeCommitment]:
    """One small thing; when and with whom may stay open."""
    return Form(
        MakeCommitment,
        {
            "action": Ask(phrase("What would you like to do?"), phrase("One small thing, as a walk before breakfast.")),
            "when": Ask(phrase("When?"), kind="text"),
            "with_whom": Ask(phrase("With whom?"), kind="text"),
        },
        not_done=phrase("It is not written down yet"),
        prefix="commitment-",
    )


def review_form(commitment: Commitment) -> Form[ReviewCommitment]:
    """How it is now. What it says from now on stands there already, to be changed."""
    return Form(
        ReviewCommitment,
        {
            "outcome": Ask(
                phrase("How is it now?"),
                phrase("Each of these is fine."),
                kind="radio",
                choices=tuple(LOOKING_BACK.items()),
            ),
            "reflection": Ask(phrase("What did you notice?"), phrase("As many or as few words as you like.")),
            "action": with_value(
                Ask(
                    phrase("If you adjust it: what is it from now on?"), phrase("What it said before stays beside it.")
                ),
                commitment.action,
            ),
            "when": with_value(Ask(phrase("When?"), kind="text"), commitment.planned_for),
            "with_whom": with_value(Ask(phrase("With whom?"), kind="text"), commitment.with_whom),
        },
        not_done=phrase("It is not written down yet"),
        prefix="review-",
    )


def practice_form(practice: Practice | None = None) -> Form[PracticeAsked]:
    """What it is, what it is for, and in which rhythm; of one that is there already, what stands now."""
    known: dict[str, Any] = {"rhythm": "whenever"}
    if practice is not None:
        rhythm = next((name for name, days in _DAYS.items() if days == practice.every_days), "days")
        known = {"name": practice.name, "why": practice.why, "rhythm": rhythm, "remind_at": practice.remind_at}
        known["every_days"] = practice.every_days if rhythm == "days" else None
    asks = {
        "name": Ask(
            phrase("What is it?"), phrase("As sitting by the window, singing, or calling my sister."), kind="text"
        ),
        "why": Ask(phrase("What is it for?"), kind="text"),
        "rhythm": Ask(phrase("In which rhythm?"), kind="radio", choices=tuple(RHYTHMS.items())),
        "every_days": Ask(phrase("Every how many days?"), phrase("Only where you chose that.")),
        "remind_at": Ask(
            phrase("At which time may we remind you?"),
            phrase("By your own clock. Leave it empty, and nothing does. A reminder does not say what it is about."),
            kind="time",
        ),
    }
    return Form(
        PracticeAsked,
        {name: with_value(ask, known.get(name)) for name, ask in asks.items()},
        not_done=phrase("It is not written down yet"),
        prefix="practice-",
    )


def lived_form() -> Form[LivePractice]:
    """What the client noticed while they did it, if they want to say so."""
    return Form(
        LivePractice,
        {"words": Ask(phrase("What did you notice?"), phrase("Only if you like."))},
        not_done=phrase("It is not written down yet"),
        prefix="lived-",
    )


def share_form(declared: type[Shared], visibility: Visibility, hint: str) -> Form[Shared]:
    """With whom it is shared, from now on; `hint` says what goes with it."""
    return Form(
        declared,
        {
            "visibility": whom_to_share_with(phrase("Who may see it?"), hint, now=visibility),
        },
        not_done=phrase("Nothing has changed yet"),
        prefix="sharing-",
    )
