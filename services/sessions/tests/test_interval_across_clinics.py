"""A person's interval between medicine holds at every clinic, and nothing else is told there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from sessions.commands.planning import book_visit
from sessions.models import PersonOfClient
from sessions.schemas import BookVisit
from shared.clinics import Clinic
from shared.events.intake import ClientUpdated, ConsentGranted
from shared.events.sessions import VisitKind
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import SHARED, TEAM, Story, refused
from .crossing import at_once, gone_home


def test_nobody_is_booked_for_medicine_within_72_h_of_a_dose_at_another_clinic(
    at_maple: Story, at_cedar: Story
) -> None:
    given = gone_home(at_maple).bench.clock() - timedelta(hours=1)

    facts = refused(at_cedar.book(hours=70, role="front_desk"), "medicine_elsewhere")

    assert datetime.fromisoformat(facts["not_before"]) == given + timedelta(hours=72)
    assert at_cedar.book(hours=71).status_code == 201


def test_the_refusal_names_neither_the_clinic_nor_what_was_given(at_maple: Story, at_cedar: Story) -> None:
    gone_home(at_maple)

    said = at_cedar.book(hours=4).get_json()

    assert set(said["facts"]) == {"not_before"}
    del said["facts"], said["request_id"], said["instance"]  # a moment and two ids, which hold any digits
    said = str(said).casefold()
    for secret in ("maple", "35", "garden", "therapist-at", "kx-2207", str(at_maple.client), str(at_maple.visit)):
        assert secret not in said
    assert not {"im", "iv"} & set(said.split())


def test_the_longer_of_both_clinics_intervals_holds(network: Bench, maple: Clinic) -> None:
    document = maple.dump() | {"version": 3}
    for protocol in document["rules"]["protocols"]:
        protocol["min_gap_h"] = 120
    network.know(Clinic.load(document))
    here = Story(network).may_be_booked().with_intention()
    there = Story(network, "cedar", here.person).may_be_booked()

    gone_home(here)

    refused(there.book(hours=118), "medicine_elsewhere")
    assert there.book(hours=119).status_code == 201


def test_what_another_clinic_only_plans_keeps_its_distance_too_and_is_told_without_its_time(
    at_maple: Story, at_cedar: Story
) -> None:
    at_maple.visit = at_maple.book(hours=100).get_json()["id"]

    assert refused(at_cedar.book(hours=26), "medicine_planned_elsewhere") == {}
    refused(at_cedar.book(hours=174), "medicine_planned_elsewhere")
    assert at_cedar.book(hours=100 + 3 + 72).status_code == 201
    assert at_cedar.book(hours=25).status_code == 201


def test_a_visit_that_was_cancelled_or_gave_no_medicine_keeps_nobody_away(at_maple: Story, at_cedar: Story) -> None:
    at_maple.visit = at_maple.book().get_json()["id"]
    refused(at_cedar.book(hours=4), "medicine_planned_elsewhere")

    at_maple.do("therapist", "cancellation", reason="ill")

    at_cedar.visit = at_cedar.book(hours=4).get_json()["id"]
    at_cedar.bench.advance(hours=8)
    assert at_maple.book().status_code == 201


def test_other_humans_and_visits_without_medicine_are_not_kept_away(at_maple: Story, at_cedar: Story) -> None:
    gone_home(at_maple)

    assert Story(at_maple.bench, "cedar").may_be_booked().book(hours=1).status_code == 201
    assert at_cedar.book(hours=5, kind="integration", resources=["room-grove"]).status_code == 201


def test_a_dose_that_comes_between_turns_the_light_off_and_stops_the_visit(at_maple: Story, at_cedar: Story) -> None:
    at_cedar.visit = at_cedar.book(hours=96).get_json()["id"]
    at_cedar.do("nurse", "escort", name="Ana", phone="+12125550147", confirmed=True)
    assert at_cedar.lights()["interval"] is True

    at_maple.bench.advance(hours=20)
    gone_home(at_maple)
    assert at_cedar.lights()["interval"] is True  # 75 h before.
    at_cedar.bench.advance(hours=10)
    second = Story(at_maple.bench, "maple", at_maple.person).may_be_booked().with_intention()
    reason = {"interval_reason": "A bridge until Friday, agreed with her."}
    second.visit = second.book(role="prescriber", **reason).get_json()["id"]
    second.do("nurse", "escort", name="Ana", phone="+12125550147", confirmed=True)
    assert second.do("nurse", "check-in").status_code == 201
    second.ordered().measured()
    assert second.dose("35").status_code == 201

    light = next(light for light in at_cedar.see("/readiness")["lights"] if light["name"] == "interval")
    assert (light["on"], light["owner"]) == (False, "prescriber")
    assert "maple" not in light["fact"].casefold()
    at_cedar.bench.advance(hours=65)
    assert "interval" in refused(at_cedar.do("nurse", "check-in"), "not_ready")["lights"]


def test_a_prescriber_goes_on_with_a_reason_that_stays_on_record_and_nobody_else_can(
    at_maple: Story, at_cedar: Story
) -> None:
    gone_home(at_maple)
    reason = {"interval_reason": "The dose elsewhere was stopped after 5 mg."}
    refused(at_cedar.book(hours=4, role="therapist", **reason), "medicine_elsewhere")
    refused(at_cedar.book(hours=4, role="prescriber"), "medicine_elsewhere")

    booked = at_cedar.book(hours=4, role="prescriber", **reason)

    at_cedar.visit = booked.get_json()["id"]
    assert at_cedar.lights()["interval"] is True
    [line] = [line for line in at_cedar.see("/record")["items"] if line["kind"] == "interval_decided"]
    assert (line["actor"], line["data"]["reason"]) == ("prescriber-at-cedar", reason["interval_reason"])


def test_an_order_within_the_interval_needs_the_reason_and_a_reason_reaches_past_nothing_newer(
    at_maple: Story, at_cedar: Story
) -> None:
    at_cedar.visit = at_cedar.book(hours=100).get_json()["id"]
    at_maple.bench.advance(hours=24)
    gone_home(at_maple)
    at_cedar.bench.advance(hours=70.5)
    at_cedar.do("nurse", "escort", name="Ana", phone="+12125550147", confirmed=True)
    assert at_cedar.do("nurse", "check-in").status_code == 201  # At its own time the interval will be over.
    order = {"route": "IM", "dose_mg": "35"}

    refused(at_cedar.do("prescriber", "order", **order), "medicine_elsewhere")
    refused(at_cedar.dose("35"), "not_ready")
    at_cedar.order = at_cedar.do(
        "prescriber", "order", **order, interval_reason="Half an hour early; she travels."
    ).get_json()["id"]
    at_cedar.measured()

    assert at_cedar.lights()["interval"] is True
    with at_maple.bench.owner.begin() as connection:
        connection.execute(
            text("update medicine set dosed_at = :at where clinic = 'maple'"), {"at": at_maple.bench.clock()}
        )
    refused(at_cedar.dose("35"), "not_ready")


def test_a_visit_that_is_over_and_one_without_medicine_ask_nothing_of_other_clinics(
    at_maple: Story, at_cedar: Story
) -> None:
    over = gone_home(at_cedar)
    talk = Story(at_maple.bench, "cedar", at_maple.person, at_cedar.client)
    talk.visit = talk.book(hours=1, kind="integration", resources=["room-grove"]).get_json()["id"]
    at_maple.bench.advance(hours=72)
    gone_home(at_maple)

    assert over.lights()["interval"] is True
    assert talk.lights()["interval"] is True


def test_who_is_joined_later_is_kept_apart_from_then_on(network: Bench) -> None:
    here, there = Story(network).may_be_booked().with_intention(), Story(network, "cedar").may_be_booked()
    gone_home(here)
    assert there.book(hours=1).status_code == 201

    there.tell(ClientUpdated, person=str(here.person))

    refused(there.book(hours=4 + 3), "visits_too_close")
    there.person = here.person
    again = Story(network, "cedar", here.person).may_be_booked()
    refused(again.book(hours=10), "medicine_elsewhere")


def test_two_clinics_that_book_medicine_for_one_human_at_the_same_moment_do_not_both_get_it(
    network: Bench,
) -> None:
    for _ in range(5):
        here = Story(network).may_be_booked()
        there = Story(network, "cedar", here.person).may_be_booked()

        answers = at_once(partial(here.book, hours=1), partial(there.book, hours=25))

        assert sorted(answer.status_code for answer in answers) == [201, 409]
        refused(max(answers, key=lambda answer: answer.status_code), "medicine_planned_elsewhere")
        network.advance(hours=96)


@pytest.mark.parametrize("known_before", [True, False])
def test_a_booking_that_is_being_made_while_its_human_becomes_known_follows_them_too(
    network: Bench, known_before: bool
) -> None:
    here, there = Story(network).registered(), Story(network, "cedar")
    if known_before:
        there.registered()
    there.tell(ConsentGranted)
    visit = BookVisit(kind=VisitKind.INTEGRATION, starts_at=network.clock(), resources=["room-one"])

    def tell() -> None:
        with network.store.transaction("cedar", Actor("event:intake"), Origin("keep_person", "r", "r")) as tx:
            tx.keep(PersonOfClient, there.client, person=here.person)

    with ThreadPoolExecutor(1) as pool:
        with network.store.transaction("cedar", Actor("desk"), Origin("visit.book", "r", "r")) as tx:
            book_visit(there.client, visit, tx)
            told = pool.submit(tell)
            network.somebody_waits()
        told.result()

    order = {"kind": "integration", "role": "front_desk", "resources": ["room-one"]}
    assert refused(here.book(**order), "resource_busy") == {"resources": []}


def test_whoever_looks_for_what_another_clinic_does_by_trying_to_book_stands_in_the_audit(
    at_maple: Story, at_cedar: Story
) -> None:
    at_maple.book(hours=100, resources=[*TEAM[:1], SHARED["id"], *TEAM[2:]])
    refused(at_cedar.book(hours=26), "medicine_planned_elsewhere")
    refused(at_cedar.book(hours=40, role="front_desk"), "medicine_planned_elsewhere")
    somebody = Story(at_maple.bench, "cedar").registered()
    meeting = {"kind": "integration", "role": "front_desk", "resources": [SHARED["id"]]}
    refused(somebody.book(hours=100, **meeting), "resource_busy")

    search = {"action": "visit.book", "outcome": "denied"}
    audit = at_maple.bench.as_("clinic_admin", clinic="cedar").get("/audit", query_string=search).get_json()["items"]

    assert [(line["actor"], line["clients"]) for line in audit] == [
        ("front_desk-at-cedar", [str(somebody.client)]),
        ("front_desk-at-cedar", [str(at_cedar.client)]),
        ("therapist-at-cedar", [str(at_cedar.client)]),
    ]
