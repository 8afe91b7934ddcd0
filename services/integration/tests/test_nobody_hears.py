"""What is the client's alone is heard of by nobody: this walks every door by which they write, change or remove it."""

from datetime import timedelta
from typing import Any

from integration.app import service
from integration.domain.visibility import Visibility
from shared.events.integration import IntentionChanged, IntentionSet, InvitationDue

from .conftest import Story

PRIVATE = ("moments", "body", "commitments", "practices", "living")
"""The doors of what is private unless it is shared, and of what is never shared at all."""


class Walk:
    """What Rosa does, and through which doors she went."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.doors: set[str] = set()

    def do(self, door: str, path: str, **body: Any) -> str:
        answer = self.story.do(path, **body)
        assert answer.status_code in (200, 201), (door, answer.get_json())
        self.doors.add(door)
        told = self.story.bench.published()
        assert told == [], f"{door} told {told}"
        return str(answer.get_json().get("id"))


def writing_doors() -> set[str]:
    """Every door of those nouns through which something can be said."""
    return {
        name.partition(".")[2]
        for doors in service.doors
        for name, entrance in doors.entrances.items()
        if entrance.method == "POST" and name.partition(".")[0] in PRIVATE
    }


def test_of_what_is_hers_alone_nobody_hears_through_whichever_door_she_goes(rosa: Story) -> None:
    walk, today = Walk(rosa), rosa.bench.clock().date()
    alone = {"visibility": Visibility.PRIVATE}

    moment = walk.do("write_moment", "moments", kind="dream", words="A ferry. No way out.", feeling="awe")
    walk.do("share_moment", f"moments/{moment}/sharing", **alone)
    walk.do("search_moments", "moments/search", words="ferry")
    place = {"region": "chest", "side": "centre", "view": "front", "sensation": "trembling", "distressing": True}
    felt = walk.do("place_sensation", "sensations", **place)
    walk.do("remove_sensation", f"sensations/{felt}/removal")
    commitment = walk.do("make_commitment", "commitments", action="Walk.", insight_id=moment)
    walk.do("review_commitment", f"commitments/{commitment}/reviews", outcome="adjusted", action="Sit.")
    walk.do("share_commitment", f"commitments/{commitment}/sharing", **alone)
    walk.do("review_commitment", f"commitments/{commitment}/reviews", outcome="kept")
    practice = walk.do("choose_practice", "practices", name="Hum.", every_days=1)
    walk.do("live_practice", f"practices/{practice}/lived", words="The kettle sang.")
    walk.do("change_practice", f"practices/{practice}/rhythm", name="Hum low.", every_days=2)
    walk.do("share_practice", f"practices/{practice}/sharing", **alone)
    walk.do("move_practice", f"practices/{practice}/standing", status="let_go")
    letter = walk.do("write_letter", "letters", words="Lit.", opens_on=str(today + timedelta(days=9)))
    day = walk.do("note_life_event", "life-events", title="The move.", day=str(today - timedelta(days=9)), yearly=True)
    walk.do("change_life_event", f"life-events/{day}/change", yearly=False, **alone)
    walk.do("remove_life_event", f"life-events/{day}/removal")
    walk.do("remove_moment", f"moments/{moment}/removal")
    walk.do("tear_up_letter", f"letters/{letter}/tearing-up")
    rosa.bench.advance(days=1)
    kept = walk.do("write_letter", "letters", words="Lit.", opens_on=str(today + timedelta(days=2)))
    rosa.bench.clock.at += timedelta(days=3)
    walk.do("open_letter", f"letters/{kept}/opening")

    assert walk.doors == writing_doors()


def test_what_invites_her_says_to_nobody_what_it_is(rosa: Story) -> None:
    today = rosa.bench.clock().date()
    rosa.practice(every_days=1, remind_at="18:00")
    rosa.do("letters", words="Lit.", opens_on=str(today + timedelta(days=1)))
    rosa.do("life-events", title="The move.", day=str(today - timedelta(days=364)), yearly=True)
    for _ in range(48):
        rosa.bench.advance(hours=1)

    told = rosa.bench.published()
    assert {event.type for event in told} == {InvitationDue.type}
    assert [event.data for event in told] == [{"kind": "return"}] * 4  # Twice to her practice.


def test_an_intention_is_not_hers_alone_and_is_told_without_its_words(rosa: Story) -> None:
    one = rosa.do("intentions", question="truth", words="To put it down.").get_json()["id"]
    rosa.do(f"intentions/{one}/wording", question="truth", words="To set it on the sill.")

    assert [seen["words"] for seen in rosa.see("intentions", "therapist")] == ["To set it on the sill."]
    told = rosa.bench.published()
    assert [event.type for event in told] == [IntentionSet.type, IntentionChanged.type]
    assert not any(word in str(told) for word in ("put", "sill"))
