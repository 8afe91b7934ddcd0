"""When vital signs are due after a dose, and which of these times a reading stands for.

All of it follows from the clinic's own schedule. A reading stands for the time of the schedule that it is nearest to.
A time without a reading is late as long as a reading of now would stand for it, and missed from then on: what is taken
afterwards stands for the next one, and fills nothing up.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from shared.clinics import VitalsSchedule


class Stand(StrEnum):
    """Where one time of a schedule stands now."""

    TAKEN = "taken"
    MISSED = "missed"
    LATE = "late"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Due:
    """One time at which vitals are due, in UTC."""

    at: datetime
    stand: Stand


def due_times(
    doses: Sequence[tuple[datetime, VitalsSchedule]], readings: Iterable[datetime], *, now: datetime, until: datetime
) -> list[Due]:
    """The times from the first dose to `until` and shortly after; one of them is to be taken, if the schedule has any.

    Each dose, with the schedule of its route, counts until the next one is given. Nothing is due of a schedule before
    its dose: that there is a reading before it, the dose itself asks for.
    """
    times = sorted(_times(doses, now=now, until=until))
    between = [early + (late - early) / 2 for early, late in pairwise(times)]
    taken = {bisect_right(between, reading.astimezone(UTC)) for reading in readings} if times else set()
    present = bisect_right(between, now.astimezone(UTC))
    return [Due(at, _stand(place, at, taken, present, now)) for place, at in enumerate(times)]


def next_due(due: Iterable[Due]) -> Due | None:
    """The one to take next: the first that is late or ahead. None where the schedule names no more."""
    return next((one for one in due if one.stand in (Stand.LATE, Stand.AHEAD)), None)


def _stand(place: int, at: datetime, taken: set[int], present: int, now: datetime) -> Stand:
    if place in taken:
        return Stand.TAKEN
    if at > now:
        return Stand.AHEAD
    return Stand.LATE if place == present else Stand.MISSED


def _times(doses: Sequence[tuple[datetime, VitalsSchedule]], *, now: datetime, until: datetime) -> Iterable[datetime]:
    """In UTC, where minutes are minutes also in the hour in which clocks change."""
    given = sorted(((at.astimezone(UTC), schedule) for at, schedule in doses), key=lambda dose: dose[0])
    ends = [at for at, _ in given[1:]]
    for number, (dosed_at, schedule) in enumerate(given):
        end = ends[number] if number < len(ends) else None
        for at in _of_one_dose(dosed_at, schedule, last=max(now, until).astimezone(UTC)):
            if end is not None and at >= end:
                break
            yield at


def _of_one_dose(dosed_at: datetime, schedule: VitalsSchedule, *, last: datetime) -> Iterable[datetime]:
    """The named minutes, then the interval up to the second time after `last`: a reading may stand for the first."""
    minutes = sorted(schedule.at_minutes)
    at = dosed_at
    for minute in minutes:
        at = dosed_at + timedelta(minutes=minute)
        yield at
    interval = timedelta(minutes=schedule.every_minutes or 0)
    while interval and at <= last + interval:
        at += interval
        yield at
