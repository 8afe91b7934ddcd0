"""What leaves integration with a client's record: for the client all of it, for others what they may hand out."""

from typing import Any

import pytest

from integration.domain.part2 import SUBSTANCE_USE
from integration.models import MeasureRequest
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

from .conftest import Story


def export(story: Story, *roles: str) -> dict[str, Any]:
    client = story.client if roles == ("client",) else None
    caller = story.bench.as_(roles[-1], client_id=client, afterglow={"maple": list(roles)})
    answer = caller.get(f"/clients/{story.client}/record")
    assert answer.status_code == 200
    return {part["table"]: part for part in answer.get_json()["parts"]}


def rows(story: Story, *roles: str) -> dict[str, list[dict[str, Any]]]:
    return {table: part["rows"] for table, part in export(story, *roles).items()}


def test_the_client_has_all_of_it(everything: Story) -> None:
    kept = rows(everything, "client")

    assert {table for table, found in kept.items() if not found} == {"psychotherapy_note"}
    assert kept["check_in"][0]["how_are_you"] == "Quiet. No way out."
    assert kept["earlier_intention"][0]["words"] == "To put down what I carry."
    [own] = [one for one in kept["reading"] if not one["is_baseline"]]
    assert own["answers"]["44250-9"] == 1


BETWEEN_THEM = (
    "check_in",
    "intention",
    "earlier_intention",
    "intention_for_visit",
    "please_read",
    "sensation",
    "letter",
)


@pytest.mark.parametrize("others", [("clinic_admin",), ("clinic_admin", "nurse")])
def test_whoever_answers_a_client_on_paper_has_what_the_care_team_works_with_and_nothing_else(
    everything: Story, others: tuple[str, ...]
) -> None:
    everything.moment("care_team", words="I slept by the window.")
    taken = export(everything, *others)

    assert [one["words"] for one in taken["moment"]["rows"]] == ["I slept by the window."]
    assert len(taken["reading"]["rows"]) == len(rows(everything, "client")["reading"])
    assert not [one for one in taken["reading"]["rows"] if "answers" in one]
    assert taken["red_flag"]["rows"]
    assert [table for table in BETWEEN_THEM if taken[table]["rows"]] == []
    assert taken["check_in"]["withheld"] == (
        "This is between the client and their therapist, or theirs alone: they take it out, signed in."
    )


@pytest.mark.parametrize("others", [("clinic_admin",), ("clinic_admin", "nurse"), ("clinic_admin", "therapist")])
def test_nobody_else_learns_there_whether_somebody_was_asked_for_the_use_of_substances(
    rosa: Story, others: tuple[str, ...]
) -> None:
    before = export(rosa, *others)
    for instrument in SUBSTANCE_USE:
        rosa.reading(instrument, 6)
        _asked(rosa, instrument)

    assert export(rosa, *others) == before
    assert {one["instrument"] for one in rows(rosa, "client")["reading"]} >= SUBSTANCE_USE
    assert {one["instrument"] for one in rows(rosa, "client")["measure_request"]} >= SUBSTANCE_USE


def test_a_therapist_who_administers_too_has_it_of_their_caseload_alone(bench: Bench, rosa: Story) -> None:
    ada = Story(bench)
    ada.screened()
    for story in (rosa, ada):
        story.do("intentions", question="truth", words="To rest.")

    assert rows(rosa, "clinic_admin", "therapist")["intention"] == rows(rosa, "client")["intention"]
    assert rows(ada, "clinic_admin", "therapist")["intention"] == []


def _asked(story: Story, instrument: str) -> None:
    with story.bench.store.transaction("maple", Actor("test"), Origin("test", "test", "test")) as tx:
        own = {"id": tx.new_id(), "clinic": "maple", "client_id": story.client, "due_at": tx.now}
        tx.add(MeasureRequest(**own, instrument=instrument, occasion="wished", status="due", nudges=0))
