"""What integration tells the others about the client's inner work: that it happens, never what it says."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.events.language import Event, clinical, open_


class IntentionQuestion(StrEnum):
    """The question that an intention answers."""

    UNDERSTAND_OR_RELEASE = "understand_or_release"
    COMPASSION = "compassion"
    TRUTH = "truth"


class RedFlagReason(StrEnum):
    """What was asked plainly and answered with yes, or asked for by the client."""

    HELP_NOW = "help_now"
    SUICIDALITY = "suicidality"
    BLADDER = "bladder"
    SLEEPLESS_ENERGY = "sleepless_energy"
    UNUSUAL_PERCEPTION = "unusual_perception"


class IntentionSet(Event, name="integration.intention.set"):
    """A client put into words what a medicine visit is for them; the words stay in integration."""

    intention: UUID = open_("The intention.", "01936d3e-5f00-7000-8000-000000000030")
    question: IntentionQuestion = open_("Which question it answers.", "understand_or_release")


class WindowOpened(Event, name="integration.window.opened"):
    """A medicine visit ended, and the time in which its integration is tended begins."""

    window: UUID = open_("The window.", "01936d3e-5f00-7000-8000-000000000031")
    visit: UUID = open_("The medicine visit.", "01936d3e-5f00-7000-8000-000000000021")
    opened_at: datetime = open_("UTC.", "2026-11-20T16:35:00+00:00")
    closes_at: datetime = open_("When the last check-in is due, UTC.", "2026-11-27T16:35:00+00:00")


class CheckInDue(Event, name="integration.checkin.due"):
    """The time has come to ask a client how they are."""

    check_in: UUID = open_("The check-in.", "01936d3e-5f00-7000-8000-000000000032")
    window: UUID = open_("Its window.", "01936d3e-5f00-7000-8000-000000000031")
    hours_after: int = open_("Hours after the medicine visit.", 24)


class CheckInCompleted(Event, name="integration.checkin.completed"):
    """A client answered a check-in; what they said stays in integration."""

    check_in: UUID = open_("The check-in.", "01936d3e-5f00-7000-8000-000000000032")
    window: UUID = open_("Its window.", "01936d3e-5f00-7000-8000-000000000031")
    answered_at: datetime = open_("UTC.", "2026-11-21T17:00:00+00:00")


class EntryShared(Event, name="integration.entry.shared"):
    """A client chose to share a moment with their therapist or care team; its words stay in integration."""

    moment: UUID = open_("The moment.", "01936d3e-5f00-7000-8000-000000000033")
    visible_to: str = open_("therapist or care_team.", "therapist")


class CommitmentMade(Event, name="integration.commitment.made"):
    """A client turned an insight into a small action; the words stay in integration."""

    commitment: UUID = open_("The commitment.", "01936d3e-5f00-7000-8000-000000000034")


class MeasureScored(Event, name="integration.measure.scored"):
    """A client's answers to a validated measure were scored, and compared with their baseline where there is one."""

    reading: UUID = open_("The reading.", "01936d3e-5f00-7000-8000-000000000035")
    instrument: str = open_("Instrument id.", "phq-9")
    instrument_version: str = open_("Instrument version.", "1")
    score: int = clinical("Total score.", 9)
    band: str | None = clinical(
        "The instrument's own word for the score; none where it has none.", "mild", default=None
    )
    baseline: int | None = clinical("The baseline's total.", 18, default=None)
    change_percent: Decimal | None = clinical("Reduction from the baseline in percent.", "50.0", default=None)
    response: bool | None = clinical("Response by the instrument's rule; none where unknown.", True, default=None)
    remission: bool | None = clinical("Remission by the instrument's rule; none where unknown.", False, default=None)
    overlapping: bool = clinical("The look-back overlaps the baseline's, so that change means nothing yet.", False)
    answered_at: datetime = open_("When the client answered, UTC.", "2026-12-04T15:00:00+00:00")


class RedFlagRaised(Event, name="integration.red_flag.raised"):
    """A client asked for help or answered a plain safety question with yes; stays open until a person closes it."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    reason: RedFlagReason = clinical("Why.", "help_now")
    raised_at: datetime = open_("UTC.", "2026-11-21T02:10:00+00:00")


class RedFlagClosed(Event, name="integration.red_flag.closed"):
    """A clinician looked after a red flag and closed it."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    closed_at: datetime = open_("UTC.", "2026-11-21T02:40:00+00:00")
