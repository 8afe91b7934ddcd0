"""The rule engine of screening: from a form and its answers to flags, and to nothing else.

It clears nobody and excludes nobody. A flag says which answer a clinician must look at, how strongly, and on what
source. No answer is never a "no": it is a flag of its own.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from marshmallow.validate import Length, OneOf, Regexp

from shared.clinics import Count
from shared.declared import Declared, field
from shared.events.intake import FlagLevel, FlagRaised
from shared.languages import phrase

WITHHELD = "withheld"
"""What an event says instead of the code of a flag about substance use (42 CFR Part 2)."""

_UNKNOWN = phrase("Not answered. An unknown answer is never taken as no: ask.")
RULE_OF_UNKNOWN = phrase("Afterglow's rule: what is not known needs a clinician.")
CHANGED = phrase("Answered no now, and yes in an earlier screening: {finding}")


class Question(Declared):
    """One plain question of a screening form. "Yes" raises a flag of its level, no answer one of needs_clinician."""

    id: str = field("Stable across versions of the form.", "pregnancy", validate=Regexp(r"[a-z][a-z0-9_]+\Z"))
    text: str = field("As the client is asked.", "Are you pregnant, or could you be?")
    domain: str = field("The area of medicine.", "pregnancy")
    flags_when: str = field("The answer that raises the flag.", "yes", validate=OneOf(["yes"]))
    level: FlagLevel = field("How strongly that answer asks for a clinician.", "stop_until_clinician")
    finding: str = field("What that answer tells a clinician.", "Is or may be pregnant. Ask for a test and its date.")
    source: str = field("Where the rule comes from.", "Spravato prescribing information.")
    verified: bool = field("Whether the rule was found in that source; if not, it awaits confirmation.", True)
    crisis: bool = field("Whether that answer shows the clinic's crisis line at once.", False, default=False)
    part2: bool = field("Whether its answer is a substance use record (42 CFR Part 2).", False, default=False)


class Baseline(Declared):
    """Which validated measures are asked with a form, and how old their answers may be."""

    instruments: list[str] = field("Ids of the measures that are shown.", ["phq-9", "gad-7"])
    required: list[str] = field("Those whose absence raises a flag.", ["phq-9"])
    at_most_days_old: Count = field("Days from answering to handing in, at most.", Count.sample_data())


class ScreeningForm(Declared):
    """One version of the screening form. A version that was answered is never edited: a change is a new file."""

    version: str = field("The version.", "1")
    title: str = field("Its title.", "Screening before Ketamine-Assisted Psychotherapy")
    introduction: str = field("What the client reads first.", "Please answer as well as you can.")
    baseline: Baseline = field("The measures that belong to it.", Baseline.sample_data())
    questions: list[Question] = field("In the order of asking.", [Question.sample_data()], validate=Length(min=1))

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


class Flag(Declared):
    """One thing that a clinician must look at, with the rule that found it. A person decides what it means."""

    code: str = field("Which rule.", "pregnancy_unknown")
    level: FlagLevel = field("How strongly it asks for a clinician.", "needs_clinician")
    question: str = field("The question, measure or item that it is about.", "pregnancy")
    reason: str = field("What was found, for a clinician.", _UNKNOWN)
    source: str = field("Where the rule comes from.", RULE_OF_UNKNOWN)
    crisis: bool = field("Whether the person is shown the crisis line at once.", False, default=False)
    part2: bool = field("Whether it is a substance use record (42 CFR Part 2).", False, default=False)

    @property
    def needs_finding(self) -> bool:
        """Whether nobody may be cleared before a prescriber has written down what they found."""
        return self.level != FlagLevel.INFO

    def as_told(self) -> FlagRaised:
        """The flag as other services and partners may know it: a substance use record does not say what it is."""
        return FlagRaised(code=WITHHELD if self.part2 else self.code, level=self.level)


def flags_of_answers(
    form: ScreeningForm, answers: Mapping[str, bool | None], earlier_yes: AbstractSet[str] = frozenset()
) -> list[Flag]:
    """The flags of a form's answers, in the order of its questions; an absent or None answer is unknown.

    `earlier_yes` are the questions that the client answered with yes in an earlier screening that still counts: a no
    to one of them now is flagged as strongly as the yes was, so that answering again does not unsay it.
    """
    flags = []
    for question in form.questions:
        answer = answers.get(question.id)
        if answer is None:
            flags.append(_flag(question, "unknown", FlagLevel.NEEDS_CLINICIAN, _UNKNOWN, RULE_OF_UNKNOWN))
        elif answer:
            flags.append(_flag(question, "yes", question.level, question.finding, question.source, question.crisis))
        elif question.id in earlier_yes:
            reason = CHANGED.format(finding=question.finding)
            flags.append(_flag(question, "changed", question.level, reason, question.source))
    return flags


def strongest(flags: Sequence[Flag]) -> FlagLevel | None:
    """The strongest level among flags; None where there is none."""
    return max((flag.level for flag in flags), key=list(FlagLevel).index, default=None)


def _flag(question: Question, what: str, level: FlagLevel, reason: str, source: str, crisis: bool = False) -> Flag:
    return Flag(
        code=f"{question.id}_{what}",
        level=level,
        question=question.id,
        reason=reason,
        source=source,
        crisis=crisis,
        part2=question.part2,
    )
