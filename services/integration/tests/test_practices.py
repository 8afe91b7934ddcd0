"""Practices: a rhythm of her own, invitations by her own clock, and nobody who counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from shared.events.intake import ClientErased, ClientRegistered, ClientUpdated
from shared.events.integration import InvitationDue
from shared.testing.bench import Bench
from shared.testing.inventory import tables_with

from .conftest import Story, refused

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
STAFF = ("therapist", "prescriber", "nurse")


def at(story: Story, local: datetime) -> None:
    story.bench.clock.at = local.astimezone(UTC)
    story.bench.advance()


def next_at(story: Story, zone: ZoneInfo = NEW_YORK) -> str | None:
    """When she is invited next, by the clock of the zone; None where nothing invites her."""
    with story.bench.owner.connect() as connection:
        query = text("select due_at from timer where kind = 'practice_invitation' and state = 'set'")
        due = connection.scalars(query).all()
    return None if not due else f"{due[0].astimezone(zone):%Y-%m-%d %H:%M %Z}"


def invited(story: Story) -> int:
    told = story.bench.published(InvitationDue)
    assert all(event.data == {"kind": "return"} for event in told)
    return len(told)


def test_it_is_private_and_tells_nobody_and_nothing_counts_what_was_not_lived(rosa: Story) -> None:
    practice = rosa.practice(why="To arrive.", every_days=1)

    assert (practice["visibility"], practice["status"], practice["lived"]) == ("private", "living", [])
    rosa.bench.advance(days=30)
    assert rosa.bench.published() == []
    assert set(rosa.see("practices")[0]) == {
        *("id", "client_id", "name", "why", "insight_id", "every_days", "remind_at", "status", "visibility"),
        *("begun_at", "lived"),
    }


def test_she_is_invited_in_her_rhythm_by_her_clock_across_the_change_of_the_clocks(rosa: Story) -> None:
    at(rosa, datetime(2027, 3, 12, 20, tzinfo=NEW_YORK))
    rosa.practice(every_days=1, remind_at="02:30")
    assert next_at(rosa) == "2027-03-13 02:30 EST"
    at(rosa, datetime(2027, 3, 13, 2, 29, tzinfo=NEW_YORK))
    assert invited(rosa) == 0
    at(rosa, datetime(2027, 3, 13, 2, 30, tzinfo=NEW_YORK))
    assert (invited(rosa), next_at(rosa)) == (1, "2027-03-14 03:30 EDT")
    at(rosa, datetime(2027, 3, 14, 3, 30, tzinfo=NEW_YORK))
    assert (invited(rosa), next_at(rosa)) == (2, "2027-03-15 02:30 EDT")


def test_where_an_hour_comes_twice_she_is_invited_once(rosa: Story) -> None:
    at(rosa, datetime(2027, 11, 6, 20, tzinfo=NEW_YORK))
    rosa.practice(every_days=1, remind_at="01:30")
    at(rosa, datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK))
    at(rosa, datetime(2027, 11, 7, 1, 30, fold=1, tzinfo=NEW_YORK))
    at(rosa, datetime(2027, 11, 7, 12, tzinfo=NEW_YORK))
    assert (invited(rosa), next_at(rosa)) == (1, "2027-11-08 01:30 EST")


def test_of_days_on_which_nothing_worked_there_is_one_invitation(rosa: Story) -> None:
    at(rosa, datetime(2026, 12, 1, 12, tzinfo=NEW_YORK))
    rosa.practice(every_days=2, remind_at="18:00")
    at(rosa, datetime(2026, 12, 20, 12, tzinfo=NEW_YORK))
    assert (invited(rosa), next_at(rosa)) == (1, "2026-12-21 18:00 EST")


def test_whoever_moves_to_another_zone_is_invited_by_that_clock(rosa: Story) -> None:
    at(rosa, datetime(2026, 12, 1, 12, tzinfo=NEW_YORK))
    rosa.practice(every_days=1, remind_at="18:00")

    rosa.tell(ClientUpdated, time_zone="America/Los_Angeles")

    assert next_at(rosa, LOS_ANGELES) == "2026-12-01 18:00 PST"


@pytest.mark.parametrize("status", ["resting", "let_go"])
def test_what_rests_or_was_let_go_invites_nobody_until_it_is_taken_up_again(rosa: Story, status: str) -> None:
    practice = rosa.practice(every_days=1, remind_at="18:00")["id"]

    moved = rosa.do(f"practices/{practice}/standing", status=status).get_json()

    assert (moved["status"], moved["remind_at"], next_at(rosa)) == (status, "18:00", None)
    refused(rosa.do(f"practices/{practice}/lived"), "not_living")
    rosa.bench.advance(days=3)
    assert invited(rosa) == 0
    rosa.do(f"practices/{practice}/standing", status="living")
    rosa.bench.advance(days=1)
    assert invited(rosa) == 1


def test_while_she_rests_from_everything_nothing_invites_her_and_afterwards_it_does_again(rosa: Story) -> None:
    rosa.practice(every_days=1, remind_at="18:00")
    now = rosa.bench.clock()
    with rosa.bench.owner.begin() as connection:
        resting = (
            "insert into rest (id, clinic, client_id, begun_at, until) values (gen_random_uuid(), 'maple', :c, :n, :u)"
        )
        connection.execute(text(resting), {"c": rosa.client, "n": now, "u": now + timedelta(days=5)})

    for _ in range(4):
        rosa.bench.advance(days=1)
    assert invited(rosa) == 0
    rosa.bench.advance(days=2)
    assert invited(rosa) == 1


def test_changing_the_rhythm_moves_the_invitation_and_leaving_the_time_out_ends_it(rosa: Story) -> None:
    at(rosa, datetime(2026, 12, 1, 12, tzinfo=NEW_YORK))
    practice = rosa.practice(every_days=1, remind_at="18:00")["id"]
    rosa.do(f"practices/{practice}/rhythm", name="Sit.", every_days=7, remind_at="07:15")
    assert next_at(rosa) == "2026-12-08 07:15 EST"

    changed = rosa.do(f"practices/{practice}/rhythm", name="Sit still.").get_json()

    assert (changed["name"], changed["every_days"], changed["remind_at"]) == ("Sit still.", None, None)
    assert next_at(rosa) is None


def test_without_a_rhythm_there_is_no_reminder(rosa: Story) -> None:
    answer = refused(rosa.do("practices", name="Sing.", remind_at="18:00"), "no_rhythm", 422)
    assert answer["errors"][0]["path"] == "/remind_at"
    for wrong in ("24:00", "7:15", "07:15:00", "evening", "07:15\n"):
        assert rosa.do("practices", name="Sing.", every_days=1, remind_at=wrong).status_code == 422
    assert rosa.see("practices") == []


def test_whoever_is_registered_after_they_began_is_invited_by_their_clock_from_then_on(bench: Bench) -> None:
    story = Story(bench).screened()
    at(story, datetime(2026, 12, 1, 12, tzinfo=NEW_YORK))
    story.practice(every_days=1, remind_at="18:00")
    assert next_at(story) == "2026-12-01 18:00 EST"  # By the clinic's clock: theirs is not known.
    story.tell(ClientRegistered, time_zone="America/Los_Angeles")
    assert next_at(story, LOS_ANGELES) == "2026-12-01 18:00 PST"


def test_a_time_is_of_its_own_day_and_not_of_one_that_was_lived_long_before_or_after(rosa: Story) -> None:
    at(rosa, datetime(2026, 12, 1, 22, tzinfo=NEW_YORK))
    practice = rosa.practice()["id"]
    for day in (-2, 0, -1):  # In this order: the newest is not the one of the same day.
        lived_at = (rosa.bench.clock() + timedelta(days=day)).isoformat()
        rosa.do(f"practices/{practice}/lived", lived_at=lived_at)
    again = (rosa.bench.clock() - timedelta(days=1, hours=21)).isoformat()  # One in the morning of the day before.
    rosa.do(f"practices/{practice}/lived", lived_at=again, words="Early.")

    assert [one["words"] for one in rosa.see("practices")[0]["lived"]] == [None, "Early.", None]


def test_one_tap_is_one_time_also_where_it_is_pressed_twice_on_the_same_day_of_hers(rosa: Story) -> None:
    at(rosa, datetime(2026, 12, 1, 22, tzinfo=NEW_YORK))
    practice = rosa.practice()["id"]
    first = rosa.do(f"practices/{practice}/lived").get_json()
    again = rosa.do(f"practices/{practice}/lived", words="The kettle sang.").get_json()
    assert (again["id"], again["words"]) == (first["id"], "The kettle sang.")
    rosa.bench.advance(minutes=5)
    rosa.do(f"practices/{practice}/lived")
    rosa.do(f"practices/{practice}/lived", words="Once more, quietly.")
    at(rosa, datetime(2026, 12, 2, 0, 5, tzinfo=NEW_YORK))
    rosa.do(f"practices/{practice}/lived")

    lived = rosa.see("practices")[0]["lived"]
    assert [one["words"] for one in lived] == ["The kettle sang.", "Once more, quietly.", None]


def test_living_it_cannot_come_from_the_future(rosa: Story) -> None:
    practice = rosa.practice()["id"]
    later = (rosa.bench.clock() + timedelta(hours=1)).isoformat()
    refused(rosa.do(f"practices/{practice}/lived", lived_at=later), "in_the_future", 422)


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [("private", set()), ("therapist", {"therapist"}), ("care_team", {"therapist", "prescriber", "nurse"})],
)
def test_it_is_seen_by_those_with_whom_she_shares_it(rosa: Story, visibility: str, seen_by: set[str]) -> None:
    moment = rosa.moment()["id"]
    practice = rosa.practice(insight_id=moment)["id"]
    rosa.do(f"practices/{practice}/lived", words="The kettle sang.")

    rosa.do(f"practices/{practice}/sharing", visibility=visibility)

    assert {role for role in STAFF if rosa.see("practices", role)} == seen_by
    for role in STAFF:
        assert moment not in str(rosa.see("practices", role))
    for role in ("front_desk", "clinic_admin", "medical_director"):
        refused(rosa.bench.as_(role).get(f"/clients/{rosa.client}/practices"), "role_may_not", 403)
    rosa.do(f"practices/{practice}/sharing", visibility="private")
    assert [rosa.see("practices", role) for role in STAFF] == [[], [], []]


def test_nobody_touches_what_is_anothers(rosa: Story) -> None:
    practice = rosa.practice()["id"]
    other = Story(rosa.bench).registered()
    bodies = {
        "rhythm": {"name": "x"},
        "standing": {"status": "let_go"},
        "lived": {},
        "sharing": {"visibility": "care_team"},
    }
    for what, body in bodies.items():
        refused(other.do(f"practices/{practice}/{what}", **body), "not_found", 404)
        for role in STAFF:
            path = f"/clients/{rosa.client}/practices/{practice}/{what}"
            refused(rosa.bench.as_(role).post(path, body), "role_may_not", 403)
    assert rosa.see("practices")[0]["lived"] == []


def test_her_words_lie_nowhere_in_clear_and_with_her_go_her_invitations(rosa: Story) -> None:
    practice = rosa.practice("Hum by the window.", why="For the lullaby.", every_days=1, remind_at="18:00")["id"]
    rosa.do(f"practices/{practice}/lived", words="The kettle sang.")
    for word in ("Hum", "lullaby", "kettle"):
        assert tables_with(word, rosa.bench.owner) == set(), word

    rosa.tell(ClientErased)

    assert next_at(rosa) is None
    rosa.bench.advance(days=3)
    assert invited(rosa) == 0
