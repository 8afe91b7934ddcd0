"""What a score may say beside a baseline, and what it may not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from integration.domain.change import compare
from integration.models import Reading
from shared.events.intake import ClientUpdated, ScreeningSubmitted
from shared.events.integration import MeasureScored
from shared.measures import score, write_response
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import ITEMS, PHQ9, Story

NEW_YORK = ZoneInfo("America/New_York")


def test_days_are_counted_as_the_clinic_counts_them() -> None:
    # 23:30 on 1 November and 00:30 on 15 November at the clinic: in its days 14 apart, in UTC's too few hours.
    before = datetime(2026, 11, 1, 23, 30, tzinfo=NEW_YORK).astimezone(UTC)
    after = datetime(2026, 11, 15, 0, 30, tzinfo=NEW_YORK).astimezone(UTC)
    compared = compare(PHQ9, 9, after, (18, before), NEW_YORK)
    assert (compared.overlapping, compared.response, compared.change_percent) == (False, True, Decimal("50.0"))


def test_a_higher_score_is_a_negative_reduction() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert compare(PHQ9, 15, now, (10, now - timedelta(days=20)), NEW_YORK).change_percent == Decimal("-50.0")


def test_answers_from_before_the_baseline_are_compared_with_nothing(rosa: Story) -> None:
    rosa.screened(18, days_ago=1)
    reading = rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0, days_ago=60).get_json()
    assert (reading["baseline"], reading["overlapping"], reading["response"]) == (None, False, None)
    [told] = rosa.bench.published(MeasureScored)
    assert (told.data["baseline"], told.data["overlapping"]) == (None, False)


@pytest.mark.parametrize(("authored", "status"), [("0001-01-01T00:00:00Z", 422), ("1900-01-01T00:00:00Z", 201)])
def test_a_time_at_the_beginning_of_time_breaks_nothing(rosa: Story, authored: str, status: int) -> None:
    rosa.screened()
    response = write_response(PHQ9, dict.fromkeys(ITEMS, 1) | {ITEMS[8]: 0}, rosa.bench.clock())
    assert rosa.do("measures", response=response | {"authored": authored}).status_code == status
    assert len(rosa.see("measures")) == len(rosa.see("timeline")) == 1 + (status == 201)


def test_the_newest_baseline_counts(rosa: Story) -> None:
    rosa.screened(12, days_ago=20)
    rosa.screened(18, days_ago=40)
    assert rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()["baseline"] == 12


def test_a_band_is_named_as_at_intake_and_in_the_catalogue(rosa: Story) -> None:
    assert rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()["band"] == "mild"
    assert rosa.bench.published(MeasureScored)[0].data["band"] == MeasureScored.sample_data()["band"]


def test_a_baseline_of_a_newer_release_is_kept_compared_with_nothing_and_holds_nothing_up(rosa: Story) -> None:
    at = (rosa.bench.clock() - timedelta(days=30)).isoformat()
    newer = {"instrument": "phq-9", "version": "2", "score": 18, "answered_at": at}
    rosa.tell(ScreeningSubmitted, measures=[newer, newer | {"instrument": "new-one", "version": "2027a"}])
    rosa.tell(ClientUpdated, display_name="Rosita")
    assert [(r["score"], r["band"]) for r in rosa.see("measures")] == [(18, None), (18, None)]
    assert rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()["baseline"] is None


def test_what_could_not_be_scored_still_says_which_form_it_was(rosa: Story) -> None:
    answered = rosa.measure(None, 1, 1, 1, 1, 1, 1, 1, 3).get_json()
    assert (answered["instrument"], answered["version"], answered["overlapping"]) == ("phq-9", "1", False)
    assert answered["answered_at"] == rosa.bench.clock().isoformat()
    assert (answered["id"], answered["score"], answered["band"]) == (None, None, None)


def test_whoever_tells_of_a_client_first_makes_them_known(bench: Bench) -> None:
    by_sessions, by_intake = Story(bench).visited(), Story(bench).screened()
    for story in (by_sessions, by_intake):
        assert story.do("moments", kind="dream", words="x").status_code == 201
        story.registered()
        assert len(story.see("moments")) == 1


def test_a_client_reads_no_code_and_no_score_in_their_journey_and_the_therapist_does(rosa: Story) -> None:
    rosa.screened(18)
    [line] = rosa.see("timeline")
    assert line["title"] == "You answered some questions about how you have been."
    assert [line["title"] for line in rosa.see("timeline", "therapist")] == ["PHQ-9: 18"]


def test_a_score_can_be_explained_from_its_answers_years_later_and_no_door_gives_them_out(rosa: Story) -> None:
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    with rosa.bench.store.transaction("maple", Actor("director"), Origin("explain", "r", "r")) as tx:
        [kept] = tx.all(select(Reading))
        assert score(PHQ9, kept.answers or {}).total == kept.score == 9
    assert kept.instrument_hash == PHQ9.content_hash
    assert not {"answers", "instrument_hash"} & set(rosa.see("measures", "therapist")[0])


def test_visits_of_every_kind_are_in_the_journey_once_and_only_a_medicine_visit_opens_a_window(rosa: Story) -> None:
    for kind in ("preparation", "medicine", "integration"):
        visit = str(uuid4())
        rosa.visited(kind=kind, visit=visit)
        rosa.visited(kind=kind, visit=visit)
        rosa.bench.advance(minutes=1)
    lines = [(line["kind"], line["title"]) for line in rosa.see("timeline")]
    assert lines == [
        ("visit", "Your preparation visit ended."),
        ("visit", "Your medicine visit ended."),
        ("window", "The time to let your visit settle began."),
        ("visit", "Your integration visit ended."),
    ]
