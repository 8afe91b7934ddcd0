"""Booked visits follow what the others tell: they are held, never silently kept and never cancelled for the client."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from sessions.commands.planning import book_visit
from sessions.schemas import BookVisit
from shared.events.intake import ClearanceDecided, ClearanceExpired, ClientRegistered, ConsentGranted, ConsentWithdrawn
from shared.events.integration import IntentionSet, RedFlagClosed, RedFlagRaised, RedFlagRaisedV2
from shared.events.sessions import AppointmentCancelled, VisitKind
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import TEAM, Story, refused

THURSDAY = 72


@pytest.fixture
def waiting(rosa: Story) -> Story:
    """Booked at Maple for Thursday, 5 November, 10:00, and everything in order."""
    rosa.may_be_booked().with_intention()
    rosa.visit = rosa.book(hours=THURSDAY).get_json()["id"]
    assert rosa.do("front_desk", "escort", name="Ana", phone="+12125550147", confirmed=True).status_code == 201
    assert rosa.see("/readiness")["ready"]
    return rosa


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outcome": "declined", "valid_until": None, "routes": []}, "clearance_not_valid"),
        ({"outcome": "deferred", "valid_until": None, "routes": []}, "clearance_not_valid"),
        ({"valid_until": "2026-11-04"}, "clearance_expired_on_date"),
    ],
)
def test_a_decision_that_no_longer_carries_a_booked_visit_holds_it_and_cancels_nothing(
    waiting: Story, change: dict[str, Any], reason: str
) -> None:
    waiting.cleared(**change)

    board = waiting.see("/readiness")
    assert (board["ready"], board["held_reason"]) == (False, reason)
    assert waiting.lights()["clearance"] is False
    assert (waiting.see()["status"], waiting.see()["held_reason"]) == ("booked", reason)
    assert waiting.bench.published(AppointmentCancelled) == []
    refused(Story(waiting.bench).may_be_booked().book(hours=THURSDAY), "already_taken")


def test_a_series_is_held_when_its_route_is_not_cleared_any_more(rosa: Story) -> None:
    rosa.may_be_booked()
    path = f"/clients/{rosa.client}/series"
    series = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()["id"]
    rosa.visit = rosa.book(hours=THURSDAY, series_id=series).get_json()["id"]
    rosa.cleared(routes=["SL"])
    assert rosa.see("/readiness")["held_reason"] == "route_not_cleared"


def test_a_visit_is_held_when_consent_to_treatment_is_taken_back_and_the_board_says_who_told(waiting: Story) -> None:
    waiting.tell(ConsentWithdrawn, consent=str(waiting.consent), kind="treatment", partner=None)

    board = waiting.see("/readiness")
    assert board["held_reason"] == "treatment_consent_missing"
    [light] = [light for light in board["lights"] if light["name"] == "treatment_consent"]
    assert (light["on"], light["fact"]) == (False, "Consent to treatment was taken back.")
    assert light["source"]["type"] == ConsentWithdrawn.type
    [line] = [line for line in waiting.see("/record")["items"] if line["kind"] == "booking_held"]
    assert line["actor"] == "event:intake"
    assert line["data"] == {"reason": "treatment_consent_missing", "event_id": light["source"]["event_id"]}


def test_a_held_visit_is_released_when_the_reason_is_gone(waiting: Story) -> None:
    waiting.cleared(outcome="deferred", valid_until=None, routes=[])
    waiting.tell(ConsentWithdrawn, consent=str(waiting.consent), kind="treatment", partner=None)
    waiting.cleared()
    assert waiting.see()["held_reason"] == "treatment_consent_missing"
    waiting.consent = uuid4()
    waiting.consenting()

    assert waiting.see("/readiness")["ready"]
    assert waiting.see()["held_reason"] is None
    lines = [(line["kind"], line["data"].get("reason")) for line in waiting.see("/record")["items"]]
    assert lines == [
        ("escort_confirmed", None),
        ("booking_held", "clearance_not_valid"),
        ("booking_held", "treatment_consent_missing"),
        ("booking_released", None),
    ]


def test_other_consents_and_other_visits_are_left_alone(waiting: Story) -> None:
    talk = waiting.book(hours=2, kind="integration", resources=["room-river", "therapist-at-maple"]).get_json()["id"]
    messaging = str(uuid4())
    waiting.tell(ConsentGranted, kind="messaging", partner=None, consent=messaging)
    waiting.tell(ConsentWithdrawn, kind="messaging", partner=None, consent=messaging)
    assert waiting.see("/readiness")["ready"]

    waiting.tell(ConsentWithdrawn, consent=str(waiting.consent), kind="treatment", partner=None)
    assert waiting.bench.as_("nurse").get(f"/visits/{talk}").get_json()["held_reason"] is None


def test_a_second_consent_to_treatment_still_carries_when_the_first_is_taken_back(waiting: Story) -> None:
    waiting.tell(ConsentGranted, kind="treatment", partner=None, consent=str(uuid4()))
    waiting.tell(ConsentWithdrawn, consent=str(waiting.consent), kind="treatment", partner=None)
    assert waiting.see("/readiness")["ready"]


def test_when_a_clearance_is_over_the_board_names_the_event_that_said_so(waiting: Story) -> None:
    standing = str(uuid4())
    waiting.cleared(clearance=standing, valid_until="2026-11-04")
    waiting.bench.advance(hours=48)
    waiting.tell(ClearanceExpired, clearance=standing, valid_until="2026-11-04")

    board = waiting.see("/readiness")
    assert board["held_reason"] == "clearance_expired_on_date"
    assert board["lights"][0]["source"]["type"] == ClearanceExpired.type


def test_the_end_of_a_clearance_that_was_replaced_changes_nothing(waiting: Story) -> None:
    waiting.tell(ClearanceExpired, clearance=str(uuid4()), valid_until="2026-11-01")
    assert waiting.see("/readiness")["ready"]


def test_a_visit_that_has_begun_is_not_held_as_a_booking_but_its_dose_is_stopped(rosa: Story) -> None:
    rosa.checked_in().ordered()
    rosa.measured()
    rosa.tell(ConsentWithdrawn, consent=str(rosa.consent), kind="treatment", partner=None)
    assert rosa.see()["held_reason"] is None
    assert refused(rosa.dose("35"), "not_ready")["lights"] == ["treatment_consent"]


@pytest.mark.parametrize("raised", [RedFlagRaised, RedFlagRaisedV2])
def test_a_red_flag_stops_the_dose_until_a_person_has_looked_in_whichever_version_it_is_told(
    rosa: Story, raised: type[RedFlagRaised | RedFlagRaisedV2]
) -> None:
    rosa.checked_in().ordered()
    rosa.measured()
    rosa.tell(raised)
    assert refused(rosa.dose("35"), "not_ready")["lights"] == ["no_red_flag"]
    rosa.tell(RedFlagClosed, flag=str(raised.sample().flag))
    assert rosa.dose("35").status_code == 201


@pytest.mark.parametrize("reason", ["bladder", "craving", "a_reason_of_a_later_release"])
def test_whatever_the_reason_of_a_red_flag_the_next_medicine_visit_waits_for_a_person(
    waiting: Story, reason: str
) -> None:
    told = RedFlagRaised if reason == "bladder" else RedFlagRaisedV2
    waiting.tell(told, reason=reason)
    assert not waiting.see("/readiness")["ready"]
    assert waiting.lights()["no_red_flag"] is False
    waiting.tell(RedFlagClosed, flag=str(told.sample().flag))
    assert waiting.see("/readiness")["ready"]


def test_session_5_moved_past_the_last_day_is_refused_until_the_client_is_cleared_anew(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2027, 2, 10, 15, tzinfo=UTC)
    rosa.registered().consenting().cleared(valid_until="2027-05-11")
    the_13th = datetime(2027, 5, 13, 14, tzinfo=UTC).isoformat()
    facts = refused(rosa.book(starts_at=the_13th), "clearance_expired_on_date")
    assert (facts["valid_until"], facts["day"]) == ("2027-05-11", "2027-05-13")
    rosa.cleared(valid_until="2027-08-01")
    assert rosa.book(starts_at=the_13th).status_code == 201


@pytest.mark.parametrize(
    ("starts_at", "covered"),
    [
        ("2027-03-15T03:30:00+00:00", True),  # 23:30 of Sunday 14 March: summer time began that morning.
        ("2027-03-15T04:00:00+00:00", False),  # 00:00 of the 15th; in winter time it would still be the 14th.
        ("2027-03-14T06:59:00+00:00", True),  # 01:59 EST, the last minute before the clocks jump.
    ],
)
def test_the_last_day_of_a_clearance_ends_at_the_clinics_midnight_also_when_the_clocks_change(
    rosa: Story, starts_at: str, covered: bool
) -> None:
    rosa.registered().consenting().cleared(valid_until="2027-03-14")
    answer = rosa.book(starts_at=starts_at)
    if covered:
        assert answer.status_code == 201
        length = datetime.fromisoformat(answer.get_json()["ends_at"]) - datetime.fromisoformat(starts_at)
        assert length == timedelta(hours=3)
    else:
        refused(answer, "clearance_expired_on_date")


TOLD = (ClientRegistered, ClearanceDecided, ConsentGranted, IntentionSet, RedFlagRaised, RedFlagClosed)


@pytest.mark.parametrize("order", list(permutations(("intake", "integration"))))
@pytest.mark.parametrize("interleaved", [True, False])
def test_whichever_publisher_is_heard_first_the_board_ends_the_same(
    bench: Bench, order: tuple[str, ...], interleaved: bool
) -> None:
    story = Story(bench)
    of = {name: [event for event in TOLD if event.publisher == name] for name in order}
    first, second = (of[name] for name in order)
    sequence = [one for pair in zip(first, second, strict=True) for one in pair] if interleaved else [*first, *second]
    for event in sequence:
        story.tell(event, **({"kind": "treatment", "partner": None} if event is ConsentGranted else {}))
    # By a prescriber: a therapist would have to have the client on their caseload first.
    story.visit = story.book(role="prescriber").get_json()["id"]
    lights = story.lights()
    assert [name for name, on in lights.items() if not on] == ["escort"]


@pytest.mark.parametrize("event", [ConsentGranted, IntentionSet, RedFlagRaised, RedFlagRaisedV2, ClearanceDecided])
def test_a_client_is_known_from_the_first_event_about_them_whoever_tells_it(bench: Bench, event: type[Any]) -> None:
    story = Story(bench)
    story.tell(event, **({"kind": "treatment", "partner": None} if event is ConsentGranted else {}))
    answer = story.book(role="prescriber", kind="preparation", resources=["room-garden", "therapist-at-maple"])
    assert answer.status_code == 201


def test_the_same_told_twice_is_known_once(waiting: Story) -> None:
    before = waiting.see("/readiness")["ready"], waiting.see()["version"]
    waiting.consenting().with_intention().cleared()
    waiting.tell(RedFlagRaised)
    waiting.tell(RedFlagRaised)
    waiting.tell(RedFlagClosed)
    assert (waiting.see("/readiness")["ready"], waiting.see()["version"]) == before
    with waiting.bench.owner.connect() as connection:
        for table in ("client", "consent", "red_flag"):
            assert connection.scalar(text(f"select count(*) from {table}")) == 1, table


def test_a_consent_that_is_taken_back_while_somebody_books_holds_that_booking(rosa: Story) -> None:
    bench = rosa.may_be_booked().bench
    order = BookVisit(kind=VisitKind.MEDICINE, starts_at=bench.clock() + timedelta(hours=THURSDAY), resources=TEAM)
    with ThreadPoolExecutor(1) as pool:
        with bench.store.transaction("maple", Actor("desk"), Origin("visit.book", "r", "r")) as tx:
            rosa.visit = str(book_visit(rosa.client, order, tx).id)
            taken_back = pool.submit(rosa.tell, ConsentWithdrawn, kind="treatment", consent=str(rosa.consent))
            bench.somebody_waits()
        taken_back.result()
    assert rosa.see()["held_reason"] == "treatment_consent_missing"
