"""What must cross clinics does, and nothing beside it: what the database answers whom, and who is taken when."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.clinics import Clinic
from shared.events.intake import ClearanceDecided, ClientUpdated
from shared.store.tenancy import set_clinic
from shared.testing.bench import Bench

from .conftest import SHARED, TEAM, Story, having, refused
from .crossing import ask, at_once, gone_home

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
