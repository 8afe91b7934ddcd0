"""The rules of a prescriber's decision: what was looked at, how long it covers, when its end is announced."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from intake.domain.screening import Flag
from shared.clinics import ClinicalRules, Route
from shared.errors import Invalid, Refused
from shared.events.intake import FlagLevel
from shared.languages import phrase

WARN_DAYS_BEFORE = (14, 7, 1)
"""Days before the last day on which the clinic is told, as for consents and licences (a product default)."""

_WARN_AT = time(9)  # When the desk opens: a warning at midnight would lie unread under the night's messages.


def check_findings(flags: Sequence[Flag], findings: Mapping[str, str]) -> None:
    """Whoever clears has written down a finding for every flag that asks for a clinician.

    Raises Refused `open_stop_flags` where a stop is among the flags without a finding, else `open_flags`.
    """
    unfound = [flag for flag in flags if flag.needs_finding and not findings.get(flag.code, "").strip()]
    if not unfound:
        return
    codes = [flag.code for flag in unfound]
    stops = any(flag.level == FlagLevel.STOP_UNTIL_CLINICIAN for flag in unfound)
    raise Refused(
        "open_stop_flags" if stops else "open_flags",
        phrase(
            "Clearing needs a prescriber’s finding for each flag; missing: {codes}. Say of each what you found, or"
            " defer.",
            codes=", ".join(codes),
        ),
        facts={"codes": codes},
    )


def check_known(flags: Sequence[Flag], findings: Mapping[str, str]) -> None:
    """A finding is about a flag of this screening. Raises Invalid `flag_unknown`."""
    strangers = sorted(set(findings) - {flag.code for flag in flags})
    if strangers:
        message = phrase("This screening has no flag {codes}.", codes=", ".join(strangers))
        raise Invalid.at("/reviewed_flags", "flag_unknown", message)


def check_cover(routes: Sequence[Route], weight_kg: Decimal | None, rules: ClinicalRules) -> None:
    """A clearance names routes that the clinic offers, and the weight on which doses are judged. Raises Refused."""
    if not routes:
        raise Refused("route_missing", phrase("A clearance names at least one route that it covers."))
    strangers = [route.value for route in routes if rules.dose_guard(route) is None]
    if strangers:
        raise Refused(
            "route_not_offered",
            phrase(
                "The clinic’s rules have no dose guard for {routes}. Clear other routes, or have it added.",
                routes=", ".join(strangers),
            ),
            facts={"routes": strangers, "rules_version": rules.version},
        )
    if weight_kg is None:
        raise Refused("weight_missing", phrase("Doses are judged by body weight. Give the weight in kg."))


def last_day(today: date, valid_days: int | None, rules: ClinicalRules) -> date:
    """The last day that a clearance covers, clinic-local: so many days after today, itself included.

    Cleared on 10 February 2027 for 90 days, it covers 11 May 2027. Raises Refused `clearance_too_long`.
    """
    most = rules.clearance_days.value
    if valid_days is not None and valid_days > most:
        raise Refused(
            "clearance_too_long",
            phrase(
                "The clinic’s rules let a clearance cover {most} days at most. Ask for {most} or fewer, and review"
                " then.",
                most=most,
            ),
            facts={"valid_days": valid_days, "at_most": most, "source": rules.clearance_days.source},
        )
    return today + timedelta(days=most if valid_days is None else valid_days)


def warnings(valid_until: date, zone: ZoneInfo, now: datetime) -> dict[int, datetime]:
    """When to announce the end of a clearance: days before its last day, and the instant, for those still to come."""
    instants = {
        days: datetime.combine(valid_until - timedelta(days=days), _WARN_AT, zone).astimezone(UTC)
        for days in WARN_DAYS_BEFORE
    }
    return {days: instant for days, instant in instants.items() if instant > now}


def is_current(warned_days: int, days_left: int) -> bool:
    """Whether a warning still says what is so; one that fires late leaves it to its successor."""
    return warned_days == min((days for days in WARN_DAYS_BEFORE if days >= days_left >= 0), default=None)


def end_of(valid_until: date, zone: ZoneInfo) -> datetime:
    """The instant at which the last day is over at the clinic, UTC."""
    return datetime.combine(valid_until + timedelta(days=1), time(0), zone).astimezone(UTC)
