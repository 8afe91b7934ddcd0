"""A clinic admin changes what the clinic is and how it works, now or from a day on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.clinics import Clinic
from shared.events.intake import ClinicConfigured
from shared.testing.bench import Bench

from .house import House, somewhere_else
from .people import accepted, problem

STAFF = ("front_desk", "therapist", "prescriber", "nurse", "clinic_admin", "medical_director", "network_admin")


def test_everybody_of_the_staff_reads_what_is_in_force(birch: House) -> None:
    for role in STAFF:
        state = accepted(birch.staff(role).get("/clinic"), 200)
        assert (state["clinic"]["name"], state["changes"]) == ("Birch House", [])

    for role in ("escort", "partner"):
        problem(birch.staff(role).get("/clinic"), 403, "role_may_not")
    problem(birch.bench.as_nobody().get("/clinic"), 401, "token_missing")


def test_what_an_admin_changes_is_in_force_at_once_and_everyone_hears_all_of_it(birch: House) -> None:
    answer = birch.change(name="Birch Hall", quiet_hours={"from_hour": 9, "to_hour": 20})

    state = accepted(answer, 200)
    assert (state["version"], state["clinic"]["name"]) == (5, "Birch Hall")
    assert answer.headers["ETag"] == '"5"'
    assert birch.configured()[-1] == birch.in_force()
    assert birch.in_force().quiet_hours.from_hour == 9


def test_a_version_says_who_wanted_it_when_why_and_what_is_new_in_it(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", note="We have grown."), 200)

    newest, first = accepted(birch.staff("nurse").get("/clinic/versions"), 200)["items"]
    assert (newest["version"], newest["author"], newest["note"]) == (5, "clinic_admin-at-birch", "We have grown.")
    assert newest["in_force_from"] == birch.bench.clock().isoformat()
    assert (first["version"], first["author"], first["note"]) == (4, "operator:ana", "It opens.")
    read = accepted(birch.admin.get("/clinic/versions/5"), 200)
    assert read["difference"] == [{"what": "Name", "before": "Birch House", "after": "Birch Hall"}]
    assert accepted(birch.admin.get("/clinic/versions/4"), 200)["clinic"]["name"] == "Birch House"
    problem(birch.admin.get("/clinic/versions/6"), 404, "not_found")


def test_saying_what_is_so_already_makes_no_version(birch: House) -> None:
    accepted(birch.change(name="Birch House"), 200)

    assert birch.in_force().version == 4
    assert len(birch.configured()) == 1


def test_of_two_admins_who_read_the_same_one_is_asked_to_read_again(birch: House) -> None:
    accepted(birch.change(on=4, name="Birch Hall"), 200)

    problem(birch.change(on=4, sender_name="Hall"), 412, "version_changed")
    assert birch.in_force().sender_name == "Maple Street"


def test_of_admins_who_press_the_button_together_one_succeeds(birch: House) -> None:
    def press(number: int) -> int:
        return birch.change(on=4, name=f"Birch {number}").status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(press, range(4)))

    assert sorted(statuses) == [200, 412, 412, 412]
    assert [clinic.version for clinic in birch.configured()] == [4, 5]


def test_a_change_without_the_version_that_it_was_decided_on_is_not_taken(birch: House) -> None:
    problem(birch.admin.patch("/clinic", {"name": "Birch Hall", "note": "Why not."}), 428, "if_match_missing")


def test_only_an_admin_changes_the_facts(birch: House) -> None:
    for role in STAFF:
        if role != "clinic_admin":
            problem(birch.change(caller=birch.staff(role), name="Mine"), 403, "role_may_not")
    assert birch.in_force().name == "Birch House"


def test_a_change_waits_for_its_day_and_nobody_hears_of_it_before(birch: House) -> None:
    """The clock stands at Monday, 2 November 2026, 10:00 in New York."""
    state = accepted(birch.change(name="Birch Hall", effective_from="2026-11-04"), 200)

    assert (state["version"], state["clinic"]["name"]) == (4, "Birch House")
    (waiting,) = state["changes"]
    assert (waiting["status"], waiting["effective_from"]) == ("waiting", "2026-11-04")
    birch.bench.advance(hours=37, minutes=59)
    assert birch.in_force().name == "Birch House"
    birch.bench.advance(minutes=1)
    assert (birch.in_force().name, birch.status(waiting["id"])) == ("Birch Hall", "in_force")
    assert [clinic.name for clinic in birch.configured()] == ["Birch House", "Birch Hall"]
    newest = accepted(birch.admin.get("/clinic/versions"), 200)["items"][0]
    assert newest["in_force_from"] == "2026-11-04T05:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "now", "day", "midnight"),
    [
        # Lord Howe puts its clocks by half an hour, on 4 October 2026 at 02:00: the day begins at +10:30.
        ("Australia/Lord_Howe", "2026-10-02T00:00Z", "2026-10-04", "2026-10-03T13:30Z"),
        ("Australia/Lord_Howe", "2026-10-02T00:00Z", "2026-10-05", "2026-10-04T13:00Z"),
        # New York's clocks went back on 1 November 2026: the day before begins at -4, the day after at -5.
        ("America/New_York", "2026-10-30T00:00Z", "2026-11-01", "2026-11-01T04:00Z"),
        ("America/New_York", "2026-10-30T00:00Z", "2026-11-02", "2026-11-02T05:00Z"),
        # In Havana midnight itself is skipped on 14 March 2027: the day begins at one o'clock.
        ("America/Havana", "2027-03-10T00:00Z", "2027-03-14", "2027-03-14T05:00Z"),
        # And it comes twice on 1 November 2026, when one o'clock is midnight again: the day begins with the first.
        ("America/Havana", "2026-10-30T00:00Z", "2026-11-01", "2026-11-01T04:00Z"),
    ],
)
def test_a_day_begins_at_the_first_instant_that_it_has_at_the_clinic(
    bench: Bench, maple: Clinic, zone: str, now: str, day: str, midnight: str
) -> None:
    bench.clock.at = datetime.fromisoformat(now)
    house = House.added(bench, somewhere_else(maple, zone))
    accepted(house.change(name="Changed", effective_from=day), 200)

    bench.clock.at = datetime.fromisoformat(midnight) - timedelta(seconds=1)
    bench.advance(seconds=0)
    assert house.in_force().name == "Elsewhere"
    bench.advance(seconds=1)
    assert house.in_force().name == "Changed"
    assert bench.clock().astimezone(house.in_force().zone).date() == date.fromisoformat(day)


def test_a_change_for_today_is_in_force_at_once_and_none_is_for_a_day_that_has_passed(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-11-02"), 200)
    assert birch.in_force().name == "Birch Hall"

    refusal = problem(birch.change(name="Birch Barn", effective_from="2026-11-01"), 409, "day_has_passed")
    assert refusal["facts"] == {"effective_from": "2026-11-01", "today": "2026-11-02"}


def test_whose_day_it_is_is_the_clinics_to_say(bench: Bench, maple: Clinic) -> None:
    """At 15:00 UTC on 2 November it is the third already in Kiritimati, and the second there has passed."""
    house = House.added(bench, somewhere_else(maple, "Pacific/Kiritimati"))

    problem(house.change(name="Changed", effective_from="2026-11-02"), 409, "day_has_passed")
    accepted(house.change(name="Changed", effective_from="2026-11-03"), 200)
    assert house.in_force().name == "Changed"


def test_one_fact_has_one_change_that_waits(birch: House) -> None:
    """A list is said as a whole: what waits would otherwise undo what is changed until then."""
    accepted(birch.change(resources=[], effective_from="2026-12-01"), 200)

    refusal = problem(birch.change(resources=birch.state()["clinic"]["resources"][:1]), 409, "change_waits")
    assert refusal["facts"]["facts"] == ["resources"]
    problem(birch.change(resources=[], name="x", effective_from="2027-01-01"), 409, "change_waits")
    accepted(birch.change(name="Birch Hall"), 200)
    accepted(birch.admin.post(f"/clinic/changes/{refusal['facts']['change_id']}/withdrawal"))
    accepted(birch.change(resources=birch.state()["clinic"]["resources"][:1]), 200)


def test_what_changed_meanwhile_stays_when_a_waiting_change_comes_into_force(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-11-04"), 200)
    accepted(birch.change(sender_name="The Hall"), 200)

    birch.bench.advance(days=2)

    assert (birch.in_force().name, birch.in_force().sender_name) == ("Birch Hall", "The Hall")
    assert [clinic.version for clinic in birch.configured()] == [4, 5, 6]


def test_any_admin_takes_a_waiting_change_back_and_its_day_changes_nothing(birch: House) -> None:
    state = accepted(birch.change(name="Birch Hall", effective_from="2026-11-04"), 200)
    change, other = state["changes"][0]["id"], birch.staff("clinic_admin", "another-admin")

    taken = accepted(other.post(f"/clinic/changes/{change}/withdrawal"))

    assert (taken["status"], taken["decided_by"]) == ("withdrawn", "another-admin")
    birch.bench.advance(days=3)
    assert birch.in_force().name == "Birch House"
    problem(birch.admin.post(f"/clinic/changes/{change}/withdrawal"), 409, "change_decided")


def test_a_clinic_that_moves_west_keeps_the_day_of_what_waits(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-11-04"), 200)
    accepted(birch.change(time_zone="America/Los_Angeles"), 200)

    birch.bench.clock.at = datetime(2026, 11, 4, 7, 59, tzinfo=UTC)
    birch.bench.advance(seconds=0)
    assert birch.in_force().name == "Birch House"
    birch.bench.advance(minutes=1)
    assert birch.in_force().name == "Birch Hall"


def test_a_clinic_that_moves_east_keeps_it_too(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-11-04"), 200)
    accepted(birch.change(time_zone="Europe/Berlin"), 200)

    birch.bench.clock.at = datetime(2026, 11, 3, 23, 0, tzinfo=UTC)
    birch.bench.advance(seconds=0)
    assert birch.in_force().name == "Birch Hall"


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"time_zone": "America/Springfield"}, "/time_zone"),
        ({"staff_mailbox": "the desk"}, "/staff_mailbox"),
        ({"quiet_hours": {"from_hour": 21, "to_hour": 8}}, "/quiet_hours/to_hour"),
        ({"quiet_hours": {"from_hour": 8}}, "/quiet_hours/to_hour"),
        ({"resources": [{"id": "a", "kind": "room", "name": "A"}] * 2}, "/resources/1/id"),
        ({"resources": [{"id": "a", "kind": "room", "name": "A", "elsewhere": True}]}, "/resources/0/elsewhere"),
        ({"opening_hours": [{"weekday": "monday", "opens": "9:00", "closes": "17:00"}]}, "/opening_hours/0/opens"),
        ({"opening_hours": [{"weekday": "monday", "opens": "17:00", "closes": "09:00"}]}, "/opening_hours/0/closes"),
        (
            {
                "opening_hours": [
                    {"weekday": "monday", "opens": "09:00", "closes": "13:00"},
                    {"weekday": "monday", "opens": "12:00", "closes": "17:00"},
                ]
            },
            "/opening_hours/1/opens",
        ),
        ({"on_call": [{"minutes": 5}]}, "/on_call/0/staff"),
        ({"on_call": [{"staff": "x", "role": "nurse", "minutes": 5}]}, "/on_call/0/staff"),
        ({"on_call": [{"role": "nurse", "minutes": 0}]}, "/on_call/0/minutes"),
        ({"on_call": [{"role": "nurse", "minutes": 5}, {"role": "clinic_admin", "minutes": 5}]}, "/on_call/1/role"),
        ({"on_call": [{"role": "nurse", "minutes": 5, "contact": "the duty phone"}]}, "/on_call/0/contact"),
        ({"on_call": [{"role": "nurse", "minutes": 5, "contact": ""}]}, "/on_call/0/contact"),
        ({"buffers": {"room_turnover": -1, "therapist": 0}}, "/buffers/room_turnover"),
        ({"retention": [{"category": "audit", "years": 2, "basis": "clinic", "source": " "}]}, "/retention/0/source"),
        ({"resources": [{"id": f"room-{n}", "kind": "room", "name": "x" * 200} for n in range(1500)]}, "/"),
        ({"rules": {}}, "/rules"),
        ({"id": "maple"}, "/id"),
        ({"version": 1}, "/version"),
        ({"note": ""}, "/note"),
        ({"effective_from": "tomorrow"}, "/effective_from"),
        ({"effective_from": "2026-02-30"}, "/effective_from"),
    ],
)
def test_rubbish_is_refused_with_what_to_mend(birch: House, said: dict[str, Any], path: str) -> None:
    answer = birch.change(**said)

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert path in [error["path"] for error in answer.get_json()["errors"]]
    assert birch.in_force().version == 4


def test_each_step_on_call_may_have_a_contact_and_everybody_hears_of_it(birch: House) -> None:
    steps = [
        {"staff": "jo-at-birch", "minutes": 5, "contact": "nurse-on-call@birch.example"},
        {"role": "medical_director", "minutes": 10},
    ]

    accepted(birch.change(on_call=steps), 200)

    assert [(step.staff, step.role, step.contact) for step in birch.in_force().on_call] == [
        ("jo-at-birch", None, "nurse-on-call@birch.example"),
        (None, "medical_director", None),
    ]
    told = birch.bench.published(ClinicConfigured)[-1].data["clinic"]["on_call"]
    assert [step["contact"] for step in told] == ["nurse-on-call@birch.example", None]


def test_settings_of_before_that_call_an_admin_are_read_and_to_be_mended_with_the_next_change(birch: House) -> None:
    with birch.bench.owner.begin() as owner:
        owner.exec_driver_sql(CALLS_ITS_ADMIN)
    [step] = birch.in_force().on_call
    assert (step.role, step.contact) == ("clinic_admin", None)

    errors = problem(birch.change(name="Birch Hall"), 422, "clinic_not_sound")["errors"]

    assert [error["path"] for error in errors] == ["/on_call/0/role"]
    accepted(birch.change(name="Birch Hall", on_call=[{"role": "nurse", "minutes": 5}]), 200)


CALLS_ITS_ADMIN = """
    update clinic set facts = jsonb_set(facts, '{on_call}', '[{"staff": null, "role": "clinic_admin", "minutes": 5}]')
    where id = 'birch'
"""


def test_words_that_clients_agreed_to_stay_under_their_version(birch: House) -> None:
    texts = birch.state()["clinic"]["consent_texts"]

    problem(birch.change(consent_texts=[texts[0] | {"text": "Other words."}, *texts[1:]]), 409, "consent_text_changed")
    accepted(birch.change(consent_texts=[*texts, texts[0] | {"version": "2026-02", "text": "Other words."}]), 200)


def test_another_clinics_settings_are_out_of_reach(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-12-01"), 200)
    change = birch.state()["changes"][0]["id"]
    elsewhere = birch.bench.as_("clinic_admin", clinic="cedar")

    assert accepted(elsewhere.get("/clinic"), 200)["clinic"]["id"] == "cedar"
    assert accepted(elsewhere.get("/clinic/changes"), 200)["items"] == []
    assert accepted(elsewhere.get("/clinic/versions"), 200)["items"] == []
    problem(elsewhere.get(f"/clinic/changes/{change}"), 404, "not_found")
    problem(elsewhere.post(f"/clinic/changes/{change}/withdrawal"), 404, "not_found")
    problem(elsewhere.get("/clinic/versions/4"), 404, "not_found")
    problem(elsewhere.get("/clinic", headers={"Afterglow-Clinic": "birch"}), 403, "not_at_this_clinic")


def test_numbers_that_no_version_can_have_are_not_found(birch: House) -> None:
    for number in ("0", "-1", "2147483648", "99999999999999999999", "one"):
        problem(birch.admin.get(f"/clinic/versions/{number}"), 404, "not_found")
