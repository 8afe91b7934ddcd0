"""Living on for months and years, with letters and days that matter on the way."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from integration.models import Rest
from shared.events.integration import InvitationDue
from shared.store.transaction import Actor, Origin

from .conftest import Story

NEW_YORK = ZoneInfo("America/New_York")


def at(story: Story, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
    """Live on until that time in New York; each timer fires when it comes due."""
    bench, until = story.bench, datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)
    due = text("select min(next_attempt_at) from timer where state = 'set'")
    while True:
        with bench.owner.connect() as connection:
            first = connection.scalar(due)
        if first is None or first > until:
            break
        bench.clock.at = max(first, bench.clock())
        bench.advance()
    bench.clock.at = until.astimezone(UTC)


def invitations(story: Story) -> list[tuple[str, str]]:
    """With what words she was invited, which never say to what, and when by the clock of New York."""
    return [
        (told.data["kind"], told.time.astimezone(NEW_YORK).isoformat())
        for told in story.bench.published(InvitationDue)
        if told.subject == story.client
    ]


def rests(story: Story) -> None:
    with story.bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        now = story.bench.clock()
        tx.add(Rest(id=tx.new_id(), clinic="maple", client_id=story.client, begun_at=now, until=None, ended_at=None))


def comes_back(story: Story) -> None:
    with story.bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        for rest in tx.session.query(Rest):
            rest.ended_at = story.bench.clock()


def letter(story: Story, opens_on: str = "2027-11-20", words: str = "Remember the window.") -> dict[str, Any]:
    answer = story.do("letters", words=words, opens_on=opens_on)
    assert answer.status_code == 201, answer.get_json()
    written: dict[str, Any] = answer.get_json()
    return written


def day(story: Story, day: str = "2026-03-08", **changes: Any) -> dict[str, Any]:
    answer = story.do("life-events", **({"title": "The move.", "day": day, "yearly": True} | changes))
    assert answer.status_code == 201, answer.get_json()
    noted: dict[str, Any] = answer.get_json()
    return noted
