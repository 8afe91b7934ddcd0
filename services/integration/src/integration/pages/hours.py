"""When somebody is at the clinic, as people say it."""

from itertools import groupby

from shared.clinics import Clinic, OpeningHours, Weekday
from shared.languages import phrase
from shared.web.face.reading import reader

_DAYS = {
    Weekday.MONDAY: phrase("Monday"),
    Weekday.TUESDAY: phrase("Tuesday"),
    Weekday.WEDNESDAY: phrase("Wednesday"),
    Weekday.THURSDAY: phrase("Thursday"),
    Weekday.FRIDAY: phrase("Friday"),
    Weekday.SATURDAY: phrase("Saturday"),
    Weekday.SUNDAY: phrase("Sunday"),
}


def hours_in_words(clinic: Clinic) -> str:
    """`Monday to Friday, 08:30–17:30`, by the clinic's clock; empty where the clinic has not said."""
    days = [(day, ", ".join(_span_of(one) for one in clinic.opening_hours if one.weekday == day)) for day in _DAYS]
    said = []
    for times, run in groupby(days, key=lambda day: day[1]):
        if times:
            said.append(f"{_from_to([day for day, _ in run])}, {times}")
    return "; ".join(said)


def _span_of(hours: OpeningHours) -> str:
    return f"{hours.opens}–{hours.closes}"


def _from_to(days: list[Weekday]) -> str:
    first, last = (reader().say(_DAYS[day]) for day in (days[0], days[-1]))
    return first if first == last else reader().say(phrase("{first} to {last}"), first=first, last=last)
