"""What goes in and out about windows, check-ins and rest."""

from datetime import date, datetime
from uuid import UUID

from integration.domain.checkins import CheckInStatus
from integration.schemas import LINE, SAMPLE_AT, SAMPLE_ID, WORDS
from shared.declared import Declared, field


class CheckInReply(Declared):
    """One check-in of a window, without what was answered."""

    id: UUID = field("The check-in.", SAMPLE_ID)
    hours_after: int = field("Hours after the visit.", 24)
    due_at: datetime = field("UTC.", SAMPLE_AT)
    status: CheckInStatus = field("Where it stands; joined is asked together with one of a later visit.", "waiting")


class WindowReply(Declared):
    """An integration window with its check-ins."""

    id: UUID = field("The window.", SAMPLE_ID)
    visit_id: UUID = field("The medicine visit.", SAMPLE_ID)
    opened_at: datetime = field("UTC.", SAMPLE_AT)
    closes_at: datetime = field("UTC.", SAMPLE_AT)
    check_ins: list[CheckInReply] = field("By time.", [CheckInReply.sample_data()])


class AnswerCheckIn(Declared):
    """How are you? Every question may be left open."""

    how_are_you: str | None = field("In your own words.", None, default=None, validate=WORDS)
    slept: bool | None = field("Did you sleep?", None, default=None)
    help_now: bool | None = field("Would you like help now?", None, default=None)
    hard_thoughts: bool | None = field("Thoughts of ending your life, or of hurting yourself?", None, default=None)
    chest_pain_or_fainting: bool | None = field("Chest pain, or did you faint?", None, default=None)
    unsafe_at_home: bool | None = field("Is somebody at home making you afraid, or hurting you?", None, default=None)
    unusual_perception: bool | None = field("Hearing, seeing or believing what others do not?", None, default=None)
    sleepless_energy: bool | None = field("Two nights or more of little sleep, with much energy?", None, default=None)
    feels_unreal: bool | None = field("Do you, or does the world, feel unreal?", None, default=None)
    burning_or_blood: bool | None = field(
        "Burning when you pass water, passing it much more often, or blood?", None, default=None
    )
    craving: bool | None = field("Cravings, for ketamine or for something else?", None, default=None)
    outside_the_plan: bool | None = field("Ketamine outside of what was planned with you?", None, default=None)
    pregnant: bool | None = field("Could you be pregnant?", None, default=None)


class AnsweredReply(Declared):
    """Thank you; and, where it is needed, whom to call."""

    id: UUID = field("The check-in.", SAMPLE_ID)
    help: str | None = field("Whom to call at once.", None)
    emergency: bool = field("The emergency number first: a yes to chest pain, fainting, or not being safe.", False)
    status: CheckInStatus = field("completed.", "completed")
    kept: bool = field("False where another answer stands: of this one a yes was heard.", True)


class CheckInAnswersReply(AnswerCheckIn):
    """A check-in with what the client answered; none is a question that was left open."""

    id: UUID = field("The check-in.", SAMPLE_ID)
    hours_after: int = field("Hours after the visit.", 24)
    due_at: datetime = field("UTC.", SAMPLE_AT)
    status: CheckInStatus = field("Where it stands.", "completed")
    answered_at: datetime | None = field("UTC; none where it was not answered.", None)


class ChooseRest(Declared):
    """From now on you are asked and reminded of nothing."""

    until: date | None = field("On this day you are asked again; none: when you come back.", "2027-01-15", default=None)
    words: str | None = field("For yourself, if you like.", None, default=None, validate=LINE)


class RestReply(Declared):
    """Whether a client rests from being asked, by their own choice."""

    resting: bool = field("Whether they rest.", True)
    since: datetime | None = field("UTC.", SAMPLE_AT)
    until: datetime | None = field("UTC; none: until they come back, or they do not rest.", None)
