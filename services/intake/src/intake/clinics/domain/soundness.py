"""What makes sense in a clinic's document beyond the form of each field: a list of what to mend, or nothing."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError

from intake.clinics.domain.identity import names_of, naming_fields
from intake.schemas.text import EMAIL, words
from shared.clinics import ON_CALL, ClinicFacts, NoDriveRule, OnCallStep, OpeningHours, ResourceKind, RuleSet
from shared.errors import Invalid
from shared.languages import phrase, several

_PADSS_POINTS = 10

# The whole document travels in one event, which holds 1 MiB.
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class Flaw:
    """Something to mend; `path` leads to it, as ("dose_guards", 1, "soft_low")."""

    path: tuple[str | int, ...]
    message: str


def require_sound(flaws: Iterator[Flaw], *, below: str = "") -> None:
    """Raises Invalid `clinic_not_sound`, which names every flaw with its JSON pointer, `below` that of the document."""
    errors = [{"path": "/".join([below, *map(str, flaw.path)]), "message": flaw.message} for flaw in flaws]
    if errors:
        raise Invalid("clinic_not_sound", "Some of this cannot be as it is said. Mend what is named.", errors=errors)


def flaws_of_facts(facts: ClinicFacts) -> Iterator[Flaw]:
    """What to mend in the facts that a clinic admin answers for."""
    yield from _length(facts)
    for name in ("name", "sender_name", "crisis_line"):
        yield from _unless_valid((name,), getattr(facts, name), words(500))
    if facts.network is not None:
        yield from _unless_valid(("network",), facts.network, words(120))
    yield from _unless_valid(("staff_mailbox",), facts.staff_mailbox, EMAIL)
    if facts.quiet_hours.from_hour >= facts.quiet_hours.to_hour:
        yield Flaw(
            ("quiet_hours", "to_hour"), phrase("Messages go out between the two hours: the second is the later one.")
        )
    for list_name in ("resources", "consent_texts", "opening_hours", "retention"):
        yield from _repeated(list_name, getattr(facts, list_name))
    for place, resource in enumerate(facts.resources):
        for name in ("id", "name"):
            yield from _unless_valid(("resources", place, name), getattr(resource, name), words(200))
        if resource.elsewhere and resource.kind is ResourceKind.ROOM:
            yield Flaw(
                ("resources", place, "elsewhere"), phrase("A room is this clinic's alone. Only people work elsewhere.")
            )
    for place, text in enumerate(facts.consent_texts):
        yield from _unless_valid(("consent_texts", place, "version"), text.version, words(40))
        yield from _unless_valid(("consent_texts", place, "text"), text.text, words(20_000))
    yield from _hours(facts.opening_hours)
    for place, step in enumerate(facts.on_call):
        yield from _on_call(place, step)
    yield from _sources("retention", facts.retention)


def flaws_of_rules(rules: RuleSet, instruments: Collection[str]) -> Iterator[Flaw]:
    """What to mend in a clinical rule set; `instruments` are those that can be scored here."""
    yield from _length(rules)
    if not 1 <= rules.clearance_days.value <= 366:
        yield Flaw(("clearance_days", "value"), phrase("A clearance covers 1 to 366 days."))
    if rules.discharge_score.value > _PADSS_POINTS:
        yield Flaw(("discharge_score", "value"), phrase("PADSS has {most} points at most.", most=_PADSS_POINTS))
    if rules.blood_pressure_hold.diastolic >= rules.blood_pressure_hold.systolic:
        yield Flaw(("blood_pressure_hold", "diastolic"), phrase("The diastolic limit is the lower one."))
    for list_name in ("dose_guards", "check_ins_by_route", "protocols", "staff_ratios", "vitals", "measures"):
        yield from _repeated(list_name, getattr(rules, list_name))
        yield from _sources(list_name, getattr(rules, list_name))
    for name in ("clearance_days", "blood_pressure_hold", "discharge_score", "check_ins"):
        yield from _unless_valid((name, "source"), getattr(rules, name).source, words(500))
    for place, guard in enumerate(rules.dose_guards):
        if not 0 < guard.soft_low < guard.soft_high <= guard.hard_high:
            yield Flaw(
                ("dose_guards", place, "soft_low"),
                phrase("The guards rise: above 0, from where a second person confirms to where a dose is refused."),
            )
    yield from _protocols(rules)
    yield from _moments(("check_ins", "hours_after"), rules.check_ins.hours_after, first=1)
    yield from _care_around_a_visit(rules)
    yield from _by_route(rules)
    yield from _measures(rules, instruments)


def _on_call(place: int, step: OnCallStep) -> Iterator[Flaw]:
    if (step.staff is None) == (step.role is None):
        yield Flaw(("on_call", place, "staff"), phrase("Each step calls a person or a role: name one of the two."))
    if step.role is not None and step.role not in ON_CALL:
        yield Flaw(
            ("on_call", place, "role"),
            phrase("Only clinicians are on call: a clinic admin may not see whom a call is about. Name somebody else."),
        )
    if step.contact is not None:
        yield from _unless_valid(("on_call", place, "contact"), step.contact, EMAIL)


def _length(said: ClinicFacts | RuleSet) -> Iterator[Flaw]:
    if len(json.dumps(said.dump(), ensure_ascii=False).encode()) > _MOST_BYTES:
        yield Flaw(("",), phrase("All of this is longer than {most} KiB. Say it shorter.", most=_MOST_BYTES // 1024))


def _protocols(rules: RuleSet) -> Iterator[Flaw]:
    for place, protocol in enumerate(rules.protocols):
        yield from _unless_valid(("protocols", place, "id"), protocol.id, words(60))
        if (protocol.medicine_visits - 1) * protocol.min_gap_h > protocol.window_days * 24:
            yield Flaw(
                ("protocols", place, "window_days"),
                phrase("With their gaps, so many visits do not fit into so few days."),
            )


def _care_around_a_visit(rules: RuleSet) -> Iterator[Flaw]:
    if rules.fasting is not None:
        yield from _unless_valid(("fasting", "source"), rules.fasting.source, words(500))
        if rules.fasting.fast_clear_h > rules.fasting.fast_solids_h:
            yield Flaw(
                ("fasting", "fast_clear_h"),
                phrase("Whoever may not drink may not eat either: at most as long as for food."),
            )
    if rules.driving is not None:
        yield from _unless_valid(("driving", "source"), rules.driving.source, words(500))
        if (rules.driving.no_drive_rule is NoDriveRule.HOURS) != (rules.driving.no_drive_h is not None):
            yield Flaw(
                ("driving", "no_drive_h"),
                phrase("Where the rule counts hours it says how many; the other rule says none."),
            )
    if rules.going_home is not None:
        yield from _unless_valid(("going_home", "source"), rules.going_home.source, words(500))


def _by_route(rules: RuleSet) -> Iterator[Flaw]:
    for list_name in ("check_ins_by_route", "staff_ratios", "vitals"):
        for place, item in enumerate(getattr(rules, list_name)):
            if item.route not in rules.routes:
                yield Flaw(
                    (list_name, place, "route"),
                    phrase("{route} has no dose guard: it is not offered.", route=item.route.value),
                )
    for place, schedule in enumerate(rules.vitals):
        yield from _moments(("vitals", place, "at_minutes"), schedule.at_minutes, first=0)
    for place, asked in enumerate(rules.check_ins_by_route):
        yield from _moments(("check_ins_by_route", place, "hours_after"), asked.hours_after, first=1)


def _measures(rules: RuleSet, instruments: Collection[str]) -> Iterator[Flaw]:
    for place, plan in enumerate(rules.measures):
        if plan.instrument not in instruments:
            known = ", ".join(sorted(instruments))
            yield Flaw(
                ("measures", place, "instrument"), phrase("This cannot be scored here; {known} can.", known=known)
            )
        yield from _moments(
            ("measures", place, "days_after_series"), plan.days_after_series, first=1, may_be_empty=True
        )


def _hours(hours: Sequence[OpeningHours]) -> Iterator[Flaw]:
    for place, span in enumerate(hours):
        if span.opens >= span.closes:
            yield Flaw(("opening_hours", place, "closes"), phrase("A clinic closes later on the day than it opens."))
        for other in hours[:place]:
            if other.weekday is span.weekday and other.opens < span.closes and span.opens < other.closes:
                yield Flaw(("opening_hours", place, "opens"), phrase("This overlaps other hours of the same day."))


def _moments(
    path: tuple[str | int, ...], moments: Sequence[int], *, first: int, may_be_empty: bool = False
) -> Iterator[Flaw]:
    rising = all(one < other for one, other in pairwise(moments))
    if not rising or (moments and moments[0] < first) or not (moments or may_be_empty):
        yield Flaw(path, phrase("Name moments that rise, from {first} on.", first=first))


def _repeated(list_name: str, items: Sequence[Any]) -> Iterator[Flaw]:
    seen: set[tuple[str, ...]] = set()
    for place, item in enumerate(items):
        names = names_of(item.schema(), list_name, place, item.dump())
        if names in seen:
            message = phrase("This is there twice: {names}.", names=several(names))
            yield Flaw((list_name, place, naming_fields(list_name)[0]), message)
        seen.add(names)


def _sources(list_name: str, items: Sequence[Any]) -> Iterator[Flaw]:
    for place, item in enumerate(items):
        yield from _unless_valid((list_name, place, "source"), item.source, words(500))


def _unless_valid(
    path: tuple[str | int, ...], value: str, validators: Sequence[Callable[[Any], Any]]
) -> Iterator[Flaw]:
    for validate in validators:
        try:
            validate(value)
        except ValidationError as invalid:
            yield Flaw(path, str(invalid.messages[0]))
            return
