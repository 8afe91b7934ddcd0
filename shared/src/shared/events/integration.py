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


class IntentionStatus(StrEnum):
    """Where an intention stands. It is lived with, and never failed."""

    HELD = "held"
    CHANGED = "changed"
    RELEASED = "released"


class CommitmentOutcome(StrEnum):
    """What became of a commitment, as the client looks back at it."""

    KEPT = "kept"
    ADJUSTED = "adjusted"
    LET_GO = "let_go"


class Invitation(StrEnum):
    """What a client wanted to be invited to: to return to something of theirs. Earlier releases told to what."""

    PRACTICE = "practice"
    LETTER = "letter"
    ANNIVERSARY = "anniversary"
    RETURN = "return"


class FirstRedFlagReason(StrEnum):
    """The reasons that could be told from the beginning on."""

    HELP_NOW = "help_now"
    SUICIDALITY = "suicidality"
    BLADDER = "bladder"
    SLEEPLESS_ENERGY = "sleepless_energy"
    UNUSUAL_PERCEPTION = "unusual_perception"


class RedFlagReason(StrEnum):
    """What was asked plainly and answered with yes, or asked for by the client."""

    HELP_NOW = "help_now"
    SUICIDALITY = "suicidality"
    BLADDER = "bladder"
    SLEEPLESS_ENERGY = "sleepless_energy"
    UNUSUAL_PERCEPTION = "unusual_perception"
    FEELS_UNREAL = "feels_unreal"
    CRAVING = "craving"
    OUTSIDE_THE_PLAN = "outside_the_plan"
    CHEST_PAIN_OR_FAINTING = "chest_pain_or_fainting"
    UNSAFE_AT_HOME = "unsafe_at_home"
    PREGNANCY = "pregnancy"


class IntentionSet(Event, name="integration.intention.set"):
    """A client put into words what a medicine visit is for them; the words stay in integration."""

    intention: UUID = open_("The intention.", "01936d3e-5f00-7000-8000-000000000030")
    question: IntentionQuestion = open_("Which question it answers.", "understand_or_release")
    visit: UUID | None = open_(
        "The medicine visit that it is carried into, where one is booked.",
        "01936d3e-5f00-7000-8000-000000000021",
        default=None,
    )


class IntentionChanged(Event, name="integration.intention.changed"):
    """A client said it anew, or said how it stands with them; the words stay in integration."""

    intention: UUID = open_("The intention.", "01936d3e-5f00-7000-8000-000000000030")
    status: IntentionStatus = open_("How it stands.", "changed")
    wording: int = open_("Counts up with each change of what it says.", 2)


class WindowOpened(Event, name="integration.window.opened"):
    """A medicine visit ended, and the time in which its integration is tended begins."""

    window: UUID = open_("The window.", "01936d3e-5f00-7000-8000-000000000031")
    visit: UUID = open_("The medicine visit.", "01936d3e-5f00-7000-8000-000000000021")
    opened_at: datetime = open_("UTC.", "2026-11-20T16:35:00+00:00")
    closes_at: datetime = open_("When the time that is tended ends, UTC.", "2026-11-27T16:35:00+00:00")


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


class CheckInMissed(Event, name="integration.checkin.missed"):
    """A day has gone by and a client, who did not skip it, has not answered: somebody may want to call them."""

    check_in: UUID = open_("The check-in.", "01936d3e-5f00-7000-8000-000000000032")
    window: UUID = open_("Its window.", "01936d3e-5f00-7000-8000-000000000031")
    hours_after: int = open_("Hours after the medicine visit.", 24)


class CheckInSkipped(Event, name="integration.checkin.skipped"):
    """A client left a check-in out: nobody asks why, nobody reminds them of it, and nobody needs to call them."""

    check_in: UUID = open_("The check-in.", "01936d3e-5f00-7000-8000-000000000032")
    window: UUID = open_("Its window.", "01936d3e-5f00-7000-8000-000000000031")


class RestBegun(Event, name="integration.rest.begun"):
    """A client wants to be asked and reminded of nothing, or said anew until when; help and visits go on as ever."""

    rest: UUID = open_("The rest; the same where they say anew until when.", "01936d3e-5f00-7000-8000-00000000003a")
    until: datetime | None = open_(
        "When it is over by itself, as a day begins by the client's own clock, UTC; none: when they come back.",
        "2027-01-15T05:00:00+00:00",
        default=None,
    )


class RestEnded(Event, name="integration.rest.ended"):
    """A client came back from a rest before it was over by itself: they are asked what comes next, and nothing old."""

    rest: UUID = open_("The rest.", "01936d3e-5f00-7000-8000-00000000003a")
    ended_at: datetime = open_("UTC.", "2026-12-20T09:00:00+00:00")


class InvitationDue(Event, name="integration.invitation.due"):
    """The time has come at which a client wanted to be invited to something of their own; to what is told to nobody."""

    kind: Invitation = open_("Always return: to what is theirs alone, and only earlier releases told it.", "return")


class WordsToRead(Event, name="integration.words.to_read"):
    """A person is asked to read words that a client shared; it says nothing about the client, and is no alarm."""

    request: UUID = open_("The request.", "01936d3e-5f00-7000-8000-000000000037")


class EntryShared(Event, name="integration.entry.shared"):
    """A client chose to share a moment with their therapist or care team; its words stay in integration."""

    moment: UUID = open_("The moment.", "01936d3e-5f00-7000-8000-000000000033")
    visible_to: str = open_("therapist or care_team.", "therapist")


class CommitmentMade(Event, name="integration.commitment.made"):
    """A client shared a small action, as they made it or later; of a private one nobody hears. Its words stay here."""

    commitment: UUID = open_("The commitment.", "01936d3e-5f00-7000-8000-000000000034")


class CommitmentReviewed(Event, name="integration.commitment.reviewed"):
    """A client looked back at a small action while they share it; the words stay in integration."""

    commitment: UUID = open_("The commitment.", "01936d3e-5f00-7000-8000-000000000034")
    outcome: CommitmentOutcome = open_("What became of it.", "kept")


class MeasureDue(Event, name="integration.measure.due"):
    """The time has come to ask a client a measure, or to remind them of one; which one is told to nobody."""

    request: UUID = open_("The request.", "01936d3e-5f00-7000-8000-000000000038")
    nudge: int = open_("0 when it is asked, then which reminder this is; there are at most two.", 0)


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
    """A client asked for help or answered a plain safety question with yes; version 2 has words for more."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    reason: FirstRedFlagReason = clinical("Why.", "help_now")
    raised_at: datetime = open_("UTC.", "2026-11-21T02:10:00+00:00")


class RedFlagRaisedV2(Event, name="integration.red_flag.raised", version=2):
    """A client answered a plain safety question that version 1 has no word for with yes; each flag is told once."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000039")
    reason: str = clinical("Why; a reason that a subscriber does not know calls for a person all the same.", "craving")
    raised_at: datetime = open_("UTC.", "2026-11-21T02:10:00+00:00")


class RedFlagAcknowledged(Event, name="integration.red_flag.acknowledged"):
    """Somebody at the clinic said that they are on it: nobody else is called for it for a while, and it stays open."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    acknowledged_at: datetime = open_("UTC.", "2026-11-21T02:14:00+00:00")
    left_to_it_until: datetime = open_(
        "When others are called again, unless it is closed; UTC.", "2026-11-21T03:14:00+00:00"
    )


class RedFlagSaidAgain(Event, name="integration.red_flag.said_again"):
    """A client said it again after somebody was on it, and before anybody closed it: people are called anew."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    said_at: datetime = open_("UTC.", "2026-11-21T02:30:00+00:00")


class RedFlagClosed(Event, name="integration.red_flag.closed"):
    """A clinician looked after a red flag and closed it."""

    flag: UUID = open_("The flag.", "01936d3e-5f00-7000-8000-000000000036")
    closed_at: datetime = open_("UTC.", "2026-11-21T02:40:00+00:00")


def red_flag_raised(
    subject: UUID, flag: UUID, reason: RedFlagReason, raised_at: datetime
) -> RedFlagRaised | RedFlagRaisedV2:
    """The one event that tells of a flag."""
    try:
        first = FirstRedFlagReason(reason.value)
    except ValueError:
        return RedFlagRaisedV2(subject=subject, flag=flag, reason=reason.value, raised_at=raised_at)
    return RedFlagRaised(subject=subject, flag=flag, reason=first, raised_at=raised_at)
