"""What must cross clinics does, and nothing beside it: a person's interval between medicine, and who is taken when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from sessions.commands.planning import book_visit
from sessions.models import PersonOfClient
from sessions.schemas import BookVisit
from shared.clinics import Clinic
from shared.events.intake import ClearanceDecided, ClientUpdated, ConsentGranted
from shared.events.sessions import VisitKind
from shared.store.tenancy import set_clinic
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import TEAM, Story, refused

SHARED = {"id": "robin-at-both", "kind": "therapist", "name": "Robin Vale", "elsewhere": True}
A_ROOM_OF_ONE_NAME = {"id": "room-one", "kind": "room", "name": "Room 1"}


@pytest.fixture
def network(bench: Bench, maple: Clinic, cedar: Clinic) -> Bench:
    """Maple and Cedar share a therapist, and each has a room of the same id."""
    for clinic in (maple, cedar):
        bench.know(having(clinic, 2, SHARED, A_ROOM_OF_ONE_NAME))
    return bench


def having(clinic: Clinic, version: int, *more: dict[str, Any]) -> Clinic:
    """The clinic with more rooms and people."""
    document = clinic.dump()
    return Clinic.load(document | {"version": version, "resources": [*document["resources"], *more]})


@pytest.fixture
def at_maple(network: Bench) -> Story:
    return Story(network).may_be_booked().with_intention()


@pytest.fixture
def at_cedar(at_maple: Story) -> Story:
    """The same human, as a client of Cedar."""
    return Story(at_maple.bench, "cedar", at_maple.person).may_be_booked().with_intention()


def dosed(story: Story) -> Story:
    story.visit = story.book(role="prescriber").get_json()["id"]
    assert story.do("nurse", "escort", name="Ana", phone="+12125550147", confirmed=True).status_code == 201
    assert story.do("nurse", "check-in").status_code == 201
    story.ordered().measured()
    assert story.dose("35").status_code == 201
    return story


def gone_home(story: Story) -> Story:
    """Dosed, and discharged an hour later."""
    dosed(story).bench.advance(hours=1)
    story.measured()
    assert story.discharge().status_code == 201
    return story


def ask(bench: Bench, clinic: str | None, question: str, **values: Any) -> Any:
    """What a function of the database answers the application at a clinic."""
    with bench.store.engine.connect() as connection:
        if clinic is not None:
            set_clinic(connection, clinic)
        return connection.scalar(text(f"select {question}"), values)


def at_once(*deeds: Callable[[], TestResponse]) -> list[TestResponse]:
    gate = Barrier(len(deeds))

    def do(deed: Callable[[], TestResponse]) -> TestResponse:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


# The interval.


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


# What the functions answer, and whom.


def test_only_a_clinic_whose_client_it_is_is_told_of_medicine_elsewhere(at_maple: Story, at_cedar: Story) -> None:
    gone_home(at_maple)
    network, waits = at_maple.bench, "medicine_waits_until(:client, interval '72 hours')"
    near = "medicine_is_planned_near(:client, tstzrange(:at, :at, '[]'), interval '1 year', :at)"
    at_maple.book(hours=80)

    assert ask(network, "cedar", waits, client=at_cedar.client) is not None
    assert ask(network, "cedar", near, client=at_cedar.client, at=network.clock()) is True
    for clinic, client in (
        ("maple", at_maple.client),  # Its own is no news.
        ("cedar", at_maple.client),  # Another clinic's client.
        ("maple", at_cedar.client),
        ("cedar", uuid4()),
        ("*", at_cedar.client),
        (None, at_cedar.client),
    ):
        assert ask(network, clinic, waits, client=client) is None
        assert ask(network, clinic, near, client=client, at=network.clock()) is False


def test_busy_times_are_ranges_within_what_was_asked_for_and_touching_ones_are_one(network: Bench) -> None:
    for hours in (1, 2, 5):
        somebody = Story(network, "cedar").registered()
        answer = somebody.book(hours=hours, role="front_desk", kind="integration", resources=["room-one", SHARED["id"]])
        assert answer.status_code == 201
    now = network.clock()
    span = {"from": (now + timedelta(hours=1.5)).isoformat(), "to": (now + timedelta(hours=24)).isoformat()}

    answer = network.as_("front_desk").get(f"/staff/{SHARED['id']}/busy-times", query_string=span)

    hour = timedelta(hours=1)
    assert answer.get_json() == {
        "items": [
            {"starts_at": (now + 1.5 * hour).isoformat(), "ends_at": (now + 3 * hour).isoformat()},
            {"starts_at": (now + 5 * hour).isoformat(), "ends_at": (now + 6 * hour).isoformat()},
        ]
    }
    for unknown in ("therapist-at-cedar", "room-one", "nobody"):
        refused(network.as_("front_desk").get(f"/staff/{unknown}/busy-times"), "not_found", 404)


def test_only_a_clinic_with_that_person_among_its_people_is_told_when_they_are_taken(network: Bench) -> None:
    somebody = Story(network, "cedar").registered()
    resources = ["room-one", SHARED["id"], "nurse-at-cedar"]
    assert somebody.book(role="front_desk", kind="integration", resources=resources).status_code == 201
    question = "count(*) from busy_times(:who, '[2026-01-01, 2027-01-01)')"

    assert ask(network, "maple", question, who=SHARED["id"]) == 1
    for clinic, who in (
        ("maple", "nurse-at-cedar"),
        ("maple", "room-one"),
        ("maple", f"person:{somebody.person}"),
        ("*", SHARED["id"]),
        (None, SHARED["id"]),
    ):
        assert ask(network, clinic, question, who=who) == 0, (clinic, who)


def test_the_application_itself_reads_no_row_of_another_clinic_in_the_tables_that_cross(
    at_maple: Story, at_cedar: Story
) -> None:
    at_maple.book()
    at_cedar.book(hours=200)
    for clinic, seen in (("cedar", {"cedar"}), ("*", set()), (None, set())):
        for table in ("medicine", "person_of_client", "occupied"):
            with at_maple.bench.store.engine.connect() as connection:
                if clinic is not None:
                    set_clinic(connection, clinic)
                assert set(connection.scalars(text(f"select clinic from {table}"))) == seen


# Who is taken.


def test_a_shared_therapist_is_at_one_clinic_at_a_time_and_no_more_is_told(network: Bench) -> None:
    there, here = Story(network, "cedar").registered(), Story(network).registered()
    order = {"kind": "integration", "role": "front_desk", "resources": ["room-one", SHARED["id"]]}
    assert there.book(hours=1, **order).status_code == 201

    answer = here.book(hours=1.5, **order)

    assert refused(answer, "resource_busy") == {"resources": [SHARED["id"]]}
    said = answer.get_data(as_text=True).casefold()
    assert not [secret for secret in ("cedar", "room", str(there.client), "2026-11") if secret in said]
    assert here.book(hours=2, **order).status_code == 201


def test_a_clinic_that_claims_anothers_therapist_learns_nothing_and_stops_nothing(
    bench: Bench, maple: Clinic, cedar: Clinic
) -> None:
    sam = "therapist-at-maple"
    bench.know(having(cedar, 2, {"id": sam, "kind": "therapist", "name": "Sam", "elsewhere": True}))
    here, there = Story(bench).registered(), Story(bench, "cedar").registered()
    order = {"kind": "integration", "role": "front_desk", "resources": [sam]}
    assert here.book(hours=1, **order).status_code == 201

    busy = bench.as_("front_desk", clinic="cedar").get(f"/staff/{sam}/busy-times").get_json()["items"]
    claims = [there.book(hours=hours, **order).status_code for hours in (1, 3, 6)]

    assert (busy, claims) == ([], [201, 201, 201])
    assert here.book(hours=3, **order).status_code == 201
    [own, later] = bench.as_("front_desk").get(f"/staff/{sam}/busy-times").get_json()["items"]
    assert own["starts_at"] == (bench.clock() + timedelta(hours=1)).isoformat() < later["starts_at"]


def test_bookings_follow_what_both_clinics_say_of_their_people_and_what_clashed_before_stays(
    bench: Bench, maple: Clinic, cedar: Clinic
) -> None:
    own = SHARED | {"elsewhere": False}
    for clinic in (maple, cedar):
        bench.know(having(clinic, 2, own))
    order = {"kind": "integration", "role": "front_desk", "resources": [SHARED["id"]]}
    here, there = Story(bench).registered(), Story(bench, "cedar").registered()
    for story, hours in ((here, 0), (there, 0.5), (here, 5), (there, 10)):
        assert story.book(hours=hours, **order).status_code == 201
    another = Story(bench, "cedar").registered()

    bench.know(having(maple, 3, SHARED))
    another.visit = another.book(hours=5, **order).get_json()["id"]
    another.do("front_desk", "cancellation", reason="ill")
    bench.know(having(cedar, 3, SHARED))

    refused(another.book(hours=5, **order), "resource_busy")
    refused(Story(bench).registered().book(hours=10, **order), "resource_busy")
    bench.know(having(maple, 4, own))
    assert another.book(hours=5, **order).status_code == 201


def test_rooms_of_one_name_are_two_rooms(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk", "resources": ["room-one"]}
    assert Story(network, "cedar").registered().book(**order).status_code == 201
    assert Story(network).registered().book(**order).status_code == 201


def test_what_is_taken_here_is_told_as_before_and_the_next_free_time_is_free_everywhere(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk"}
    both = ["room-one", SHARED["id"]]
    first = Story(network).registered().book(**order, resources=both).get_json()
    Story(network, "cedar").registered().book(hours=1, **order, resources=[SHARED["id"]])

    facts = refused(Story(network).registered().book(hours=0.5, **order, resources=both), "already_taken")

    assert facts["resources"] == sorted(both)
    assert datetime.fromisoformat(facts["alternatives"][0]) == datetime.fromisoformat(first["ends_at"]) + timedelta(
        hours=1
    )


def test_a_human_is_in_one_chair_at_a_time(at_maple: Story, at_cedar: Story) -> None:
    order = {"kind": "integration", "role": "front_desk"}
    assert at_maple.book(**order, resources=["room-one"]).status_code == 201

    assert refused(at_cedar.book(**order, resources=["room-one"]), "resource_busy") == {"resources": []}

    assert at_cedar.book(hours=1, **order, resources=["room-one"]).status_code == 201


def test_what_a_visit_takes_is_free_everywhere_once_it_is_cancelled(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk", "resources": [SHARED["id"]]}
    there = Story(network, "cedar").registered()
    there.visit = there.book(**order).get_json()["id"]

    there.do("front_desk", "cancellation", reason="ill")

    assert Story(network).registered().book(**order).status_code == 201


def test_two_clinics_that_want_one_therapist_at_the_same_moment_get_one_visit(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk", "resources": ["room-one", SHARED["id"]]}
    for round_ in range(5):
        clients = [Story(network, clinic).registered() for clinic in ("maple", "cedar") * 3]

        answers = at_once(*(partial(one.book, hours=2 * round_, **order) for one in clients))

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
        codes = {answer.get_json().get("code") for answer in answers if answer.status_code == 409}
        assert codes == {"already_taken", "resource_busy"}
        with network.owner.connect() as connection:
            taken = connection.scalar(text("select count(*) from occupied where resource = 'robin-at-both'"))
        assert taken == round_ + 1


def test_the_database_itself_refuses_what_the_application_might_overlook(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk"}
    one = Story(network, "cedar").registered()
    one.book(**order, resources=[SHARED["id"]])
    other = Story(network).registered()
    other.visit = other.book(**order, resources=["room-one"]).get_json()["id"]
    insert = text(
        "insert into occupied (visit_id, resource, clinic, client_id, everywhere, during)"
        " select :visit, 'robin-at-both', 'maple', :client, 'staff:robin-at-both', during from occupied"
        " where resource = 'room-one'"
    )

    with network.store.engine.connect() as connection, pytest.raises(Exception, match="occupied_once_everywhere"):
        set_clinic(connection, "maple")
        connection.execute(insert, {"visit": other.visit, "client": other.client})


def test_bookings_follow_the_human_once_it_is_known_who_it_is_and_what_clashed_before_stays(network: Bench) -> None:
    order = {"kind": "integration", "role": "front_desk", "resources": ["room-one"]}
    here, there = Story(network).registered(), Story(network, "cedar").registered()
    here.book(**order), here.book(hours=5, **order)
    there.book(**order)

    there.tell(ClientUpdated, person=str(here.person))

    there.tell(ClearanceDecided)
    assert (
        len(network.as_("front_desk", clinic="cedar").get(f"/clients/{there.client}/visits").get_json()["items"]) == 1
    )
    refused(there.book(hours=5, **order), "resource_busy")
    assert there.book(hours=6, **order).status_code == 201
    refused(here.book(hours=6, **order), "resource_busy")


def test_desks_of_two_clinics_never_wait_for_each_other_in_a_circle(network: Bench) -> None:
    people = [Story(network).may_be_booked() for _ in range(3)]
    pairs = [(one, Story(network, "cedar", one.person).may_be_booked()) for one in people]
    deeds = []
    for here, there in pairs:
        deeds.append(partial(here.book, hours=1, resources=[*TEAM[:1], SHARED["id"], *TEAM[2:]]))
        deeds.append(
            partial(there.book, hours=1, kind="integration", role="front_desk", resources=[SHARED["id"], "room-one"])
        )

    answers = at_once(*deeds)

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
