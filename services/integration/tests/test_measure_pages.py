"""Measures over time, as whoever looks after clients meets them: of one, and of all whom they reach."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from shared.clinics import AuthorisationKind
from shared.events.intake import AuthorisationGranted, ClientRegistered
from shared.events.integration import MeasureDue, MeasureScored
from shared.measures import load_instrument, write_response
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import on_to, words
from .test_measure_texts import load

MILD = (1, 1, 1, 1, 1, 1, 1, 2, 0)


def answers(story: Story, instrument: str, *points: int, days_ago: float = 0) -> dict[str, Any]:
    form = load_instrument(instrument)
    given = dict(zip([item.link_id for item in form.items], points, strict=False))
    authored = story.bench.clock() - timedelta(days=days_ago)
    answer = story.do("measures", response=write_response(form, given, authored))
    assert answer.status_code == 201, answer.get_json()
    kept: dict[str, Any] = answer.get_json()
    return kept


def page_of(story: Story, role: str = "therapist") -> str:
    return words(visitor(story.bench, role).get(f"/people/{story.client}/measures"))


def test_scores_stand_between_bands_in_words_beside_visits_and_what_was_shared_of_a_life(rosa: Story) -> None:
    rosa.screened(18).visited()
    rosa.do("life-events", title="The orchard was planted.", day="2026-11-01", visibility="therapist")
    rosa.do("life-events", title="A quiet divorce.", day="2026-11-01", visibility="private")
    rosa.measure(*MILD)

    said = page_of(rosa)

    assert "PHQ-9 9 50 % lower than 18 before the treatment · Response" in said
    assert "moderately severe" in said.lower()
    assert "Medicine visit" in said
    assert "The orchard was planted." in said
    assert "divorce" not in said
    assert "The orchard" not in page_of(rosa, "prescriber")


def test_while_look_backs_overlap_they_are_hatched_and_no_change_is_claimed(rosa: Story) -> None:
    rosa.screened(18, days_ago=5)
    [reading] = [rosa.measure(*MILD).get_json()]
    said = page_of(rosa)
    assert (reading["change_percent"], reading["response"], reading["overlapping"]) == (None, None, True)
    assert "the questions’ times overlap" in said
    assert "lower than" not in said
    assert "Response" not in said


def test_depth_has_no_bands_no_change_and_no_target(rosa: Story) -> None:
    load(rosa.bench, "ebi")
    first = answers(rosa, "ebi", *[20] * 6, days_ago=40)
    second = answers(rosa, "ebi", *[90] * 6)
    assert (first["score"], second["score"], second["baseline"], second["change_percent"]) == (120, 540, None, None)
    said = page_of(rosa)
    assert "Depth is no target, and has no good or bad." in said
    for judged in ("higher", "lower", "change", "Response"):
        assert judged not in said.partition("Ask now")[0]


def test_a_triage_has_a_level_in_words_no_line_and_is_told_to_nobody_else(rosa: Story) -> None:
    reading = answers(rosa, "c-ssrs-screener", 1, 0, *[0] * 5)
    assert (reading["score"], reading["shown"], reading["band"]) == (None, None, "low")
    assert rosa.bench.published(MeasureScored) == []
    said = page_of(rosa)
    assert re.search(r"C-SSRS-SCREENER: low", said, re.IGNORECASE)


def test_of_the_use_of_substances_a_therapist_is_told_what_the_client_allows_and_partners_nothing(rosa: Story) -> None:
    reading = answers(rosa, "audit-c", 4, 4, 4)
    assert rosa.bench.published(MeasureScored) == []
    assert "AUDIT-C" not in page_of(rosa)
    assert rosa.see("measures", "therapist") == []
    door = f"/clients/{rosa.client}/measures/{reading['id']}/response"
    assert rosa.bench.as_("therapist").get(door).status_code == 404
    assert "AUDIT-C 12" in page_of(rosa, "prescriber")

    rosa.tell(AuthorisationGranted, authorisation=str(uuid4()), kind=AuthorisationKind.PART2.value, partner=None)

    assert "AUDIT-C 12" in page_of(rosa)
    assert rosa.bench.as_("therapist").get(door).status_code == 200


def test_answers_are_for_the_client_and_their_therapist(rosa: Story) -> None:
    reading = rosa.measure(*MILD).get_json()["id"]
    door = f"/clients/{rosa.client}/measures/{reading}/response"
    for role, status in (("therapist", 200), ("prescriber", 403), ("nurse", 403), ("medical_director", 403)):
        assert rosa.bench.as_(role).get(door).status_code == status, role
    own = rosa.bench.as_("client", client_id=rosa.client).get(door).get_json()["response"]
    assert (own["resourceType"], len(own["item"])) == ("QuestionnaireResponse", 9)
    rosa.screened()
    baseline = next(one for one in rosa.see("measures") if one["is_baseline"])["id"]
    assert rosa.bench.as_("therapist").get(door.replace(reading, baseline)).status_code == 404


def test_a_therapist_asks_now_sees_how_it_stands_and_takes_it_back(rosa: Story) -> None:
    sam = visitor(rosa.bench, "therapist")
    address = f"/people/{rosa.client}/measures"
    on_to(sam.post(f"{address}/requests", instrument="gad-7"), f"{address}?done=asked")
    assert "The client is asked." in words(sam.get(f"{address}?done=asked"))
    assert "The client is being asked this already." in words(sam.post(f"{address}/requests", instrument="gad-7"), 422)
    [event_] = rosa.bench.published(MeasureDue)
    withdrawal = f"{address}/requests/{event_.data['request']}/withdrawal"

    on_to(sam.post(withdrawal), f"{address}?done=withdrawn")

    assert "This is not asked any more." in words(sam.post(withdrawal), 422)
    assert "Ask now" not in page_of(rosa, "prescriber")


def test_the_pictures_of_many_have_the_own_caseload_alone_and_rank_nobody(bench: Bench) -> None:
    for name in ("Zoe", "Ada", "Ada"):
        story = Story(bench).registered()
        story.tell(ClientRegistered, display_name=name)
        story.measure(*MILD)
    stranger = Story(bench)
    stranger.tell(ClientRegistered, display_name="Nobody of theirs")
    stranger.measure(*MILD)
    answers(stranger, "gad-7", *[1] * 7)

    answer = visitor(bench, "therapist").get("/people/measures")
    said, page = words(answer), answer.get_data(as_text=True)

    assert said.index("Ada") < said.index("Zoe")
    assert "Nobody of theirs" not in said
    assert "GAD-7" not in said
    assert "Lines beside each other: 3." in page
    assert len(re.findall(r'<th scope="row"[^>]*><a', page)) == 3
    assert "Nobody of theirs" in words(visitor(bench, "prescriber").get("/people/measures"))


def test_of_many_nothing_of_the_use_of_substances_is_shown(rosa: Story) -> None:
    answers(rosa, "audit-c", 4, 4, 4)
    assert "AUDIT-C" not in words(visitor(rosa.bench, "prescriber").get("/people/measures"))


@pytest.mark.parametrize("role", ["front_desk", "clinic_admin", "client", "nurse"])
def test_nobody_else_sees_the_pages(rosa: Story, role: str) -> None:
    reader = visitor(rosa.bench, role, client_id=rosa.client if role == "client" else None)
    for address in ("/people/measures", f"/people/{rosa.client}/measures"):
        assert reader.get(address).status_code == 403


def test_however_many_there_are_the_database_is_asked_as_often(bench: Bench) -> None:
    def ask(read: Callable[[], Any]) -> int:
        said: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            said.append(statement)

        event.listen(bench.store.engine, "before_cursor_execute", note)
        read()
        event.remove(bench.store.engine, "before_cursor_execute", note)
        # The last look at a list asks for each of its clients whether they may be seen.
        return len([one for one in said if not re.match(r"SELECT \S+ AS anon_1 FROM caseload", one)])

    def read() -> None:
        assert visitor(bench, "therapist").get("/people/measures").status_code == 200

    found = []
    for _ in range(2):
        for _ in range(4):
            Story(bench).registered().measure(*MILD)
        read()
        found.append(ask(read))

    assert found[0] == found[1]
