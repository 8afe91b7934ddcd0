"""A day at Maple: one client at each point of the way, so that every first screen has something true to show."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared import clock
from stack.demo.journey import Journey
from stack.demo.story.deeds import cleared, consents, leave, registered, screened, until_booked, until_ready
from stack.demo.story.steps import step

_A_VISIT, _QUARTER = timedelta(hours=3, minutes=30), timedelta(minutes=15)
"""For how long a medicine visit takes its people and its room at Maple, until the room is ready again."""
_MORNING = time(9)
WHAT_TO_SEE = (
    (
        "Wren Castillo, front desk",
        "who comes: Jonas is ready to be checked in, Leila lacks something; and Mara's inquiry that waits",
    ),
    ("Sam Rivera, therapist", "Rosa's window of integration, and the day of Maple"),
    (
        "Dr. Lena Weiss, prescriber",
        "Nadia's screening, which waits: she left the question about a pregnancy blank",
    ),
    ("Jo Lindqvist, nurse", "the room: Omar was given medicine, and when his vitals are due"),
)


@step("Mara writes to Maple, and waits for an answer")
def somebody_writes(journey: Journey) -> None:
    """An inquiry that nobody has made a client of."""
    body = {
        "name": "Mara Quill",
        "email": journey.email("mara"),
        "message": "My doctor told me about you. Could somebody call me in the afternoon?",
        "adult": True,
        "in_crisis": False,
    }
    journey.post(None, "intake", "/clinics/maple/inquiries", body)


@step("Nadia answers the screening, and waits for a prescriber")
def somebody_waits_for_a_decision(journey: Journey) -> None:
    """What she left blank is flagged; nobody has decided."""
    registered(journey, "nadia", "maple", "Brandt")
    screened(journey, "nadia", "maple")


@step("Omar, Jonas and Leila are cleared, and consent")
def three_may_be_booked(journey: Journey) -> None:
    """All at once, so that the services hear of one while the others are on the way."""
    for name, family_name in (("omar", "Selim"), ("jonas", "Falk"), ("leila", "Haidari")):
        registered(journey, name, "maple", family_name)
        screened(journey, name, "maple")
        cleared(journey, name, "maple")
        consents(journey, name, "maple", "treatment")
    for name, question, words in (
        ("omar", "truth", "To stay a little longer with what I walk away from."),
        ("jonas", "compassion", "To be as patient with myself as with my students."),
    ):
        intention = {"question": question, "words": words}
        journey.post(journey.client(name), "integration", f"/clients/{journey.facts[name]}/intentions", intention)


@step("Omar is in session: 35 mg IM were given, and his vitals are due")
def somebody_in_session(journey: Journey) -> None:
    """From booking to the first reading after the dose."""
    visit = until_booked(journey, "omar", "maple")["id"]
    leave(journey, visit, given=True)
    _escorted(journey, visit, "Hana Selim", "+12125550163")
    until_ready(journey, "omar", "maple")
    nurse, prescriber = journey.person("nurse"), journey.person("prescriber")
    journey.post(nurse, "sessions", f"/visits/{visit}/check-in")
    _measure(journey, visit, 124, 78)
    order = journey.post(prescriber, "sessions", f"/visits/{visit}/order", {"route": "IM", "dose_mg": "35"})
    given = {"order_id": order["id"], "route": "IM", "dose_mg": "35", "lot": "KX-2207"}
    journey.post(nurse, "sessions", f"/visits/{visit}/doses", given)
    _measure(journey, visit, 136, 84)


@step("Jonas comes when Omar has left, and is ready to be checked in")
def somebody_is_ready(journey: Journey) -> None:
    """With an intention and an escort: today where the clinic has a day left for it, else in the morning."""
    starts_at = _today_or_in_the_morning(clock.now() + _A_VISIT)
    visit = until_booked(journey, "jonas", "maple", starts_at=starts_at, room="room-river")
    leave(journey, visit["id"])
    journey.facts["jonas_starts_at"] = visit["starts_at"]
    _escorted(journey, visit["id"], "Pia Falk", "+12125550171")
    until_ready(journey, "jonas", "maple")


@step("Leila comes after him, and has neither an escort nor an intention yet")
def somebody_comes_later(journey: Journey) -> None:
    """The same day where it is long enough, else the next morning."""
    starts_at = _today_or_in_the_morning(datetime.fromisoformat(journey.facts["jonas_starts_at"]) + _A_VISIT)
    leave(journey, until_booked(journey, "leila", "maple", starts_at=starts_at)["id"])


@step("Rosa's second medicine visit is booked, a week ahead")
def second_visit(journey: Journey) -> None:
    """The next place of her series."""
    in_a_week = _quarter(clock.now() + timedelta(days=7))
    leave(journey, until_booked(journey, "rosa", "maple", starts_at=in_a_week)["id"])


def _measure(journey: Journey, visit: str, systolic: int, diastolic: int) -> None:
    vitals = {"systolic": systolic, "diastolic": diastolic, "heart_rate": 72, "spo2": 98}
    journey.post(journey.person("nurse"), "sessions", f"/visits/{visit}/vitals", vitals)


def _escorted(journey: Journey, visit: str, name: str, phone: str) -> None:
    escort = {"name": name, "phone": phone, "confirmed": True}
    journey.post(journey.person("front_desk"), "sessions", f"/visits/{visit}/escort", escort)


def _today_or_in_the_morning(at: datetime) -> datetime:
    """The next full quarter from then on; the next morning where that is another day at Maple than today."""
    zone = ZoneInfo("America/New_York")
    now, then = clock.now().astimezone(zone), _quarter(at).astimezone(zone)
    if then.date() == now.date():
        return then
    morning = datetime.combine(now.date() + timedelta(days=1), _MORNING, zone)
    return max(morning, then)


def _quarter(at: datetime) -> datetime:
    """The next full quarter of an hour."""
    return at + (-timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)) % _QUARTER
