"""The forms of sessions' pages: the declarations of its doors, as people are asked them."""

from sessions.models import Visit
from sessions.schemas import ConfirmEscort, DecideHold, GiveReason, HoldDecision, InviteEscort, RecordVitals
from sessions.words import DECISION_WORDS
from shared.declared import Nothing
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value

_ESCORT = {
    "name": Ask(phrase("Who takes them home?")),
    "phone": Ask(phrase("Their telephone"), kind="tel"),
}


def confirm_escort(visit: Visit) -> Form[ConfirmEscort]:
    """Whoever was asked by a link stands there already."""
    return Form(
        ConfirmEscort,
        {
            "name": with_value(_ESCORT["name"], visit.escort_name),
            "phone": with_value(_ESCORT["phone"], visit.escort_phone),
        },
        not_done=phrase("Nobody has been confirmed yet"),
        prefix=f"escort-{visit.id}-",
        # Whoever sends it says that the escort said yes; so says its button.
        fixed={"confirmed": True},
        shown=_version(visit),
    )


def ask_by_link(visit: Visit) -> Form[InviteEscort]:
    """Whom to ask; another one than before has not said yes yet."""
    return Form(
        InviteEscort,
        _ESCORT,
        not_done=phrase("Nobody has been asked yet"),
        prefix=f"link-{visit.id}-",
        shown=_version(visit),
    )


def check_in(visit: Visit) -> Form[Nothing]:
    """One button; the form is for what a rule says against it."""
    return Form(Nothing, {}, not_done=phrase("The client has not been checked in"), prefix=f"arrival-{visit.id}-")


def complete(visit: Visit) -> Form[Nothing]:
    """As for checking in."""
    return Form(Nothing, {}, not_done=phrase("The visit is not over yet"), prefix=f"end-{visit.id}-")


def cancel(visit: Visit) -> Form[GiveReason]:
    """Why a visit will not take place."""
    why = Ask(phrase("Why?"), phrase("It goes into the record, which the client may ask to read."), kind="long")
    return Form(
        GiveReason,
        {"reason": why},
        not_done=phrase("Nothing has been cancelled"),
        prefix=f"cancel-{visit.id}-",
        shown=_version(visit),
    )


def take_vitals(visit: Visit) -> Form[RecordVitals]:
    """A reading of now."""
    asks = {
        "systolic": Ask(phrase("Upper pressure"), kind="number", unit="mmHg"),
        "diastolic": Ask(phrase("Lower pressure"), kind="number", unit="mmHg"),
        "heart_rate": Ask(phrase("Heart rate"), kind="number", unit=phrase("beats a minute")),
        "spo2": Ask(phrase("Oxygen"), kind="number", unit="%"),
    }
    return Form(
        RecordVitals, asks, not_done=phrase("The reading has not been written down"), prefix=f"vitals-{visit.id}-"
    )


def decide_hold(visit: Visit, seen: str) -> Form[DecideHold]:
    """`seen` is the newest high reading that the page shows; nobody proceeds past one that they were not shown."""
    asks = {
        "decision": Ask(
            phrase("What happens?"), choices=tuple((one.value, DECISION_WORDS[one]) for one in HoldDecision)
        ),
        "reason": Ask(phrase("Why?"), phrase("It stands in the record under your name."), kind="long"),
        "reading_id": Ask("", kind="hidden", value=seen),
    }
    return Form(DecideHold, asks, not_done=phrase("Nothing has been decided yet"), prefix=f"hold-{visit.id}-")


def _version(visit: Visit) -> dict[str, str]:
    """One that has changed since the page showed it is looked at again first."""
    return {"version": str(visit.version)}
