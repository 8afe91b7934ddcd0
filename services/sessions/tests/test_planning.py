"""Who may be booked, when, and with whom."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from sessions.domain.planning import next_free
from shared.events.intake import ClearanceDecided, ConsentWithdrawn
from shared.events.sessions import AppointmentBooked, AppointmentCancelled, SeriesPlanned
from shared.testing.bench import Bench

from .conftest import TEAM, Story, refused
from .crossing import at_once


def test_a_client_of_whom_nobody_has_told_is_not_found(rosa: Story) -> None:
    refused(rosa.book(role="front_desk"), "not_found", 404)


def test_a_medicine_visit_before_clearance_is_refused_and_changes_nothing(rosa: Story) -> None:
    refused(rosa.registered().consenting().book(), "clearance_missing")
    assert rosa.bench.published() == []
    with rosa.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from visit")) == 0
        assert connection.scalar(text("select count(*) from occupied")) == 0


def test_a_declined_client_is_not_booked(rosa: Story) -> None:
    rosa.registered().consenting().cleared(outcome="declined", valid_until=None, routes=[])
    refused(rosa.book(), "clearance_not_valid")


def test_the_last_day_of_a_clearance_is_covered_and_the_day_after_is_not(rosa: Story) -> None:
    rosa.registered().consenting().cleared(valid_until="2026-11-05")
    # 5 November ends in New York at 05:00 UTC of the 6th.
    assert rosa.book(hours=83).status_code == 201
    rosa.bench.as_("therapist").post(f"/visits/{rosa.book(hours=60).get_json().get('id', '')}/cancellation", {})
    facts = refused(rosa.book(hours=87), "clearance_expired_on_date")
    assert facts["valid_until"] == "2026-11-05"
    assert facts["day"] == "2026-11-06"


def test_without_consent_to_treatment_nothing_is_booked_and_a_withdrawn_one_counts_for_nothing(rosa: Story) -> None:
    rosa.registered().cleared()
    refused(rosa.book(), "treatment_consent_missing")
    rosa.consenting()
    rosa.tell(ConsentWithdrawn, consent=str(rosa.consent), kind="treatment", partner=None)
    refused(rosa.book(), "treatment_consent_missing")


def test_a_preparation_visit_needs_no_clearance(rosa: Story) -> None:
    rosa.registered()
    answer = rosa.book(kind="preparation", resources=["room-garden", "therapist-at-maple"])
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("absent", TEAM)
def test_a_medicine_visit_needs_a_room_and_three_people(rosa: Story, absent: str) -> None:
    rosa.may_be_booked()
    facts = refused(rosa.book(resources=[one for one in TEAM if one != absent]), "resources_missing")
    assert len(facts["missing"]) == 1


def test_a_room_that_the_clinic_does_not_have_is_named(rosa: Story) -> None:
    answer = rosa.may_be_booked().book(resources=[*TEAM, "room-of-requirement"])
    refused(answer, "resource_unknown", 422)
    assert answer.get_json()["errors"][0]["path"] == "/resources/4"


def test_a_visit_is_not_booked_into_the_past(rosa: Story) -> None:
    refused(rosa.may_be_booked().book(hours=-1), "in_the_past", 422)


def test_what_is_taken_is_named_with_the_next_free_time(rosa: Story) -> None:
    first = rosa.may_be_booked().book().get_json()
    other = Story(rosa.bench).may_be_booked()
    facts = refused(other.book(hours=1), "already_taken")
    assert facts["resources"] == sorted(TEAM)
    assert datetime.fromisoformat(facts["alternatives"][0]) == datetime.fromisoformat(first["ends_at"])
    assert other.book(hours=3).status_code == 201


def test_a_client_cannot_be_in_two_rooms(rosa: Story) -> None:
    rosa.may_be_booked().book()
    refused(rosa.book(kind="integration", resources=["room-river"]), "already_taken")


def test_twenty_desks_that_want_one_slot_get_one_visit_and_nineteen_clear_refusals(rosa: Story) -> None:
    clients = [Story(rosa.bench).may_be_booked() for _ in range(20)]
    answers = at_once(*(partial(client.book, hours=1) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {a.get_json()["code"] for a in answers if a.status_code == 409} == {"already_taken"}
    assert all(a.get_json()["facts"]["alternatives"] for a in answers if a.status_code == 409)
    assert len(rosa.bench.published(AppointmentBooked)) == 1
    with rosa.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from visit")) == 1
        taken = connection.scalars(text("select resource from occupied where resource not like 'client:%'"))
        assert sorted(taken) == sorted(TEAM)


def test_desks_that_name_the_same_people_in_another_order_never_block_each_other(rosa: Story) -> None:
    clients = [Story(rosa.bench).may_be_booked() for _ in range(8)]
    orders = [TEAM, TEAM[::-1], ["room-river", *TEAM[1:]], [*TEAM[:0:-1], "room-river"]] * 2
    pairs = zip(clients, orders, strict=True)
    answers = at_once(*(partial(one.book, hours=1, resources=team) for one, team in pairs))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_a_client_who_is_booked_at_two_desks_at_once_has_one_visit(rosa: Story) -> None:
    rosa.registered()
    rooms = ["room-garden", "room-river"] * 4
    answers = at_once(*(partial(rosa.book, kind="integration", resources=[room]) for room in rooms))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_a_cancelled_visit_frees_its_room_and_its_people(rosa: Story) -> None:
    rosa.booked()
    assert rosa.do("therapist", "cancellation", reason="ill").get_json()["status"] == "cancelled"
    assert len(rosa.bench.published(AppointmentCancelled)) == 1
    assert Story(rosa.bench).may_be_booked().book().status_code == 201
    refused(rosa.do("therapist", "cancellation", reason="again"), "too_late_to_cancel")


def test_the_induction_series_is_six_medicine_visits_each_followed_by_integration(rosa: Story) -> None:
    path = f"/clients/{rosa.client}/series"
    rosa.may_be_booked()
    planned = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()
    assert (planned["medicine_visits"], planned["integration_visits"]) == (6, 6)
    assert [step["kind"] for step in planned["steps"][:4]] == ["medicine", "integration"] * 2
    [told] = rosa.bench.published(SeriesPlanned)
    assert told.data["medicine_visits"] == 6

    visit = rosa.book(series_id=planned["id"]).get_json()
    again = rosa.bench.as_("therapist").get(f"{path}/{planned['id']}").get_json()
    assert again["steps"][0]["visit_id"] == visit["id"]


@pytest.mark.parametrize(
    ("changes", "order", "status", "code"),
    [
        ({"valid_until": "2026-11-01"}, {}, 409, "clearance_not_valid"),
        ({"routes": ["SL"]}, {}, 409, "route_not_cleared"),
        ({}, {"protocol": "forever"}, 422, "protocol_unknown"),
    ],
)
def test_a_series_that_the_clearance_or_the_clinic_does_not_allow_is_refused(
    rosa: Story, changes: dict[str, object], order: dict[str, str], status: int, code: str
) -> None:
    rosa.registered().consenting().cleared(**changes)
    body = {"protocol": "induction", "route": "IM"} | order
    refused(rosa.bench.as_("therapist").post(f"/clients/{rosa.client}/series", body), code, status)


def test_without_a_series_the_clinics_longest_gap_is_kept(rosa: Story) -> None:
    rosa.may_be_booked().book()
    facts = refused(rosa.book(hours=3 + 71), "visits_too_close")
    assert facts["other_visits"] == [rosa.bench.clock().isoformat()]
    assert rosa.book(hours=3 + 72).status_code == 201


def test_two_medicine_visits_of_a_series_keep_the_protocols_gap(rosa: Story) -> None:
    rosa.may_be_booked()
    path = f"/clients/{rosa.client}/series"
    series = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()["id"]
    rosa.book(series_id=series)
    refused(rosa.book(hours=3 + 71, series_id=series), "visits_too_close")
    assert rosa.book(hours=3 + 72, series_id=series).status_code == 201


def test_another_clinic_cannot_see_the_client_nor_the_visit(rosa: Story) -> None:
    rosa.booked()
    cedar = rosa.bench.as_("therapist", clinic="cedar")
    refused(cedar.get(f"/visits/{rosa.visit}"), "not_found", 404)
    refused(cedar.get(f"/visits/{rosa.visit}/readiness"), "not_found", 404)
    refused(cedar.get(f"/clients/{rosa.client}/visits"), "not_on_your_caseload", 403)
    desk = rosa.bench.as_("front_desk", clinic="cedar")
    assert desk.get(f"/clients/{rosa.client}/visits").get_json()["items"] == []


def test_every_table_hides_its_rows_when_no_clinic_is_set(rosa: Story) -> None:
    rosa.booked()
    with rosa.bench.store.engine.connect() as connection:
        for table in ("client", "consent", "red_flag", "series", "step", "visit", "occupied", "entry"):
            assert connection.scalar(text(f"select count(*) from {table}")) == 0, table


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_events_of_other_services_may_come_in_any_order(bench: Bench, order: tuple[int, ...]) -> None:
    story = Story(bench)
    tellings = [story.registered, story.cleared, story.with_intention]
    for place in order:
        tellings[place]()
    story.consenting()
    assert story.book().status_code == 201


def test_a_later_decision_replaces_the_earlier(rosa: Story) -> None:
    rosa.booked()
    rosa.tell(ClearanceDecided, outcome="deferred", valid_until=None, routes=[])
    assert rosa.lights()["clearance"] is False


def test_the_next_free_time_steps_over_everything_that_is_busy() -> None:
    at = datetime.fromisoformat("2026-11-02T15:00:00+00:00")
    hour = timedelta(hours=1)
    busy = [
        (at, at + hour),
        (at + hour, at + 2 * hour),
        (at + 2.5 * hour, at + 3 * hour),
        (at + 9 * hour, at + 10 * hour),
    ]
    assert next_free(at, hour, busy) == at + 3 * hour
    assert next_free(at, hour / 2, busy) == at + 2 * hour
    assert next_free(at, hour, []) == at


def test_a_visit_takes_no_step_of_another_clients_series(rosa: Story) -> None:
    rosa.may_be_booked()
    other = Story(rosa.bench).may_be_booked()
    path = f"/clients/{other.client}/series"
    series = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()["id"]
    refused(rosa.book(series_id=series), "series_of_another_client", 422)
    refused(rosa.book(series_id=str(uuid4())), "not_found", 404)
