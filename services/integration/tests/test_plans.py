"""The plan that client and therapist agree on: either proposes, and it holds once both have agreed to its words."""

import threading
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from integration.commands.plans import agree as agree_to
from integration.domain.planning import PARTS, PlanKind
from integration.schemas.together import PLANS
from shared.errors import Refused
from shared.events.intake import CaseloadJoined, ClientErased
from shared.store.transaction import Actor, Origin
from shared.testing.inventory import tables_with
from shared.testing.visitor import visitor
from shared.web.policy import Role

from .conftest import Story, refused
from .reading_pages import herself, on_to, words

OUTSIDE = sorted(set(Role) - {Role.CLIENT, Role.THERAPIST, Role.PRESCRIBER, Role.NURSE})


def agree(story: Story, plan: str, role: str, subject: str | None = None) -> TestResponse:
    caller = story.bench.as_(role, client_id=story.client if role == "client" else None, subject=subject)
    return caller.post(f"/clients/{story.client}/plans/{plan}/agreement", {})


def proposed(story: Story, role: str = "client", after: int = 0, **parts: str) -> str:
    answer = story.propose(role, after, **parts)
    assert answer.status_code == 201, answer.get_json()
    plan: str = answer.get_json()["id"]
    return plan


def stands(story: Story, role: str = "client") -> list[tuple[int, str]]:
    return [(plan["version"], plan["status"]) for plan in story.see("plans", role)]


@pytest.mark.parametrize("kind", PlanKind)
def test_a_plan_is_written_by_the_parts_that_it_has(kind: PlanKind) -> None:
    assert list(PLANS[kind].sample_data()) == list(PARTS[kind])


@pytest.mark.parametrize(("first", "second"), [("client", "therapist"), ("therapist", "client")])
def test_it_holds_once_both_have_agreed(rosa: Story, first: str, second: str) -> None:
    plan = proposed(rosa, first, matters="Slower mornings.")
    assert stands(rosa) == [(1, "proposed")]

    agreed = agree(rosa, plan, second).get_json()

    assert agreed["status"] == "holds"
    assert agreed["client_agreed_at"]
    assert agreed["therapist_agreed_at"]
    assert (agreed["proposed_by"], agreed["therapist"]) == (first, "therapist-at-maple")


def test_a_change_needs_both_again_and_the_former_stays_readable(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Slower mornings."), "therapist")

    change = proposed(rosa, "therapist", 1, matters="Slower mornings.", trying="The early bus.")

    assert stands(rosa) == [(2, "proposed"), (1, "holds")]
    rosa.bench.advance(hours=1)
    agree(rosa, change, "client")
    assert stands(rosa) == [(2, "holds"), (1, "former")]
    assert rosa.see("plans")[1]["parts"] == {"matters": "Slower mornings."}


def test_a_proposal_that_was_replaced_cannot_be_agreed_to_any_more(rosa: Story) -> None:
    read = proposed(rosa, matters="Slower mornings.")
    proposed(rosa, "therapist", 1, matters="Mornings as they are.")

    document = refused(agree(rosa, read, "therapist"), "plan_replaced")

    assert "Please read what stands now." in document["detail"]
    assert stands(rosa) == [(2, "proposed"), (1, "former")]


def test_whoever_proposes_over_something_that_they_have_not_read_is_told(rosa: Story) -> None:
    proposed(rosa, "therapist", matters="Mornings.")
    document = refused(rosa.propose(matters="Evenings."), "plan_changed")
    assert document["facts"] == {"version": 1}
    refused(rosa.propose(after=7, matters="Evenings."), "plan_changed")


def test_of_two_therapists_who_agree_at_once_one_does(rosa: Story) -> None:
    """The second waits for the first, and then sees that it is done."""
    rosa.tell(CaseloadJoined, staff="therapist-two")
    plan, bench, met = UUID(proposed(rosa, matters="Mornings.")), rosa.bench, []

    def second() -> None:
        try:
            with bench.store.transaction("maple", Actor("therapist-two", frozenset({"therapist"})), origin) as tx:
                agree_to(rosa.client, plan, tx)
        except Refused as refusal:
            met.append(refusal.code)

    origin = Origin("plan.agree", "a-request", "a-request")
    with bench.store.transaction("maple", Actor("therapist-at-maple", frozenset({"therapist"})), origin) as tx:
        agree_to(rosa.client, plan, tx)
        tx.session.flush()
        thread = threading.Thread(target=second)
        thread.start()
        bench.somebody_waits()
    thread.join()

    assert met == ["already_agreed"]
    [standing] = rosa.see("plans")
    assert (standing["status"], standing["therapist"]) == ("holds", "therapist-at-maple")


def test_a_proposal_that_comes_while_somebody_agrees_finds_it_held(rosa: Story) -> None:
    plan, bench = UUID(proposed(rosa, matters="Mornings.")), rosa.bench
    answers: list[TestResponse] = []
    origin = Origin("plan.agree", "a-request", "a-request")
    with bench.store.transaction("maple", Actor("therapist-at-maple", frozenset({"therapist"})), origin) as tx:
        agree_to(rosa.client, plan, tx)
        tx.session.flush()
        thread = threading.Thread(target=lambda: answers.append(rosa.propose(after=1, matters="Evenings.")))
        thread.start()
        bench.somebody_waits()
    thread.join()

    assert answers[0].status_code == 201
    assert stands(rosa) == [(2, "proposed"), (1, "holds")]


def test_to_agree_twice_is_to_agree_once(rosa: Story) -> None:
    plan = proposed(rosa, matters="Mornings.")
    first = agree(rosa, plan, "therapist").get_json()
    rosa.bench.advance(hours=1)
    assert agree(rosa, plan, "therapist").get_json() == first
    assert agree(rosa, plan, "client").get_json() == first


@pytest.mark.parametrize(
    ("kind", "parts", "code"),
    [
        ("integration", {"well": "x"}, "plan_parts_invalid"),
        ("living", {"matters": "x"}, "plan_parts_invalid"),
        ("integration", {"matters": "x" * 2001}, "plan_parts_invalid"),
        ("integration", {"matters": "  "}, "plan_empty"),
        ("integration", {}, "plan_empty"),
    ],
)
def test_it_has_parts_of_its_kind_and_says_something(rosa: Story, kind: str, parts: dict[str, str], code: str) -> None:
    refused(rosa.propose(kind=kind, **parts), code, 422)
    assert rosa.see("plans") == []


def test_what_holds_already_is_no_proposal(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Mornings."), "therapist")
    refused(rosa.propose(after=1, matters="Mornings."), "plan_unchanged")


def test_the_two_kinds_are_apart(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Mornings."), "therapist")
    rosa.propose(kind="living", well="The garden.")
    assert {(plan["kind"], plan["status"]) for plan in rosa.see("plans")} == {
        ("integration", "holds"),
        ("living", "proposed"),
    }


def test_the_care_team_sees_what_both_agreed_on_and_nobody_else_anything(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Mornings."), "therapist")
    proposed(rosa, after=1, matters="Evenings.")

    for role in ("prescriber", "nurse"):
        assert stands(rosa, role) == [(1, "holds")]
        said = words(visitor(rosa.bench, role).get(f"/people/{rosa.client}/plan/integration"))
        assert "Mornings." in said
        assert "Evenings." not in said
        assert "Propose" not in said
    for outside in OUTSIDE:
        refused(rosa.bench.as_(outside).get(f"/clients/{rosa.client}/plans"), "role_may_not", 403)
        assert visitor(rosa.bench, outside).get(f"/people/{rosa.client}/plan/integration").status_code == 403


def test_it_is_erased_with_the_client_and_in_no_event(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Mornings at the ferry."), "therapist")
    assert not [one for one in rosa.bench.published() if "ferry" in one.to_bytes().decode()]
    rosa.tell(ClientErased)
    assert "plan" not in tables_with(str(rosa.client), rosa.bench.owner)


# The pages.


def test_a_client_writes_a_plan_and_her_therapist_agrees(rosa: Story) -> None:
    her, therapist = herself(rosa), visitor(rosa.bench, "therapist")
    assert "Write a first version" in words(her.get("/together/plan/integration"))

    on_to(
        her.post("/together/plan/integration", matters="Slower mornings.", again="In May.", after="0"),
        "/together/plan/integration?done=proposed",
    )

    assert "Waits for your therapist" in words(her.get("/together/plan/integration"))
    page = f"/people/{rosa.client}/plan/integration"
    said = words(therapist.get(page))
    assert "Waits for you" in said
    assert "What matters to me now" in said
    plan = rosa.see("plans")[0]["id"]
    on_to(therapist.post(f"/people/{rosa.client}/plans/{plan}/agreement"), f"{page}?done=agreed")
    said = words(her.get("/together/plan/integration"))
    assert "What holds now" in said
    assert "Sam Rivera agreed:" in said
    assert "You both agreed on it." in words(her.get("/together"))


def test_a_change_shows_which_parts_say_something_else(rosa: Story) -> None:
    agree(rosa, proposed(rosa, matters="Mornings.", again="In May."), "therapist")
    proposed(rosa, "therapist", 1, matters="Mornings.", trying="The early bus.")

    said = words(herself(rosa).get("/together/plan/integration"))

    assert "What I will try changed The early bus." in said
    assert "When we look at it again changed This part is left out." in said
    assert "What matters to me now changed" not in said


def test_what_was_typed_over_an_older_version_stays_and_goes_with_the_next_attempt(rosa: Story) -> None:
    her = herself(rosa)
    proposed(rosa, "therapist", matters="Mornings.")

    said = words(her.post("/together/plan/integration", matters="Evenings.", after="0"), 422)

    assert "Meanwhile somebody proposed another version." in said
    assert "Evenings." in said
    on_to(
        her.post("/together/plan/integration", matters="Evenings.", after="1"),
        "/together/plan/integration?done=proposed",
    )


def test_to_agree_to_what_was_replaced_says_so_on_the_page(rosa: Story) -> None:
    read = proposed(rosa, "therapist", matters="Mornings.")
    proposed(rosa, "therapist", 1, matters="Evenings.")

    said = words(herself(rosa).post(f"/together/plans/{read}/agreement"), 422)

    assert "You have not agreed yet Another version took the place of this one" in said
    assert "Evenings." in said


@pytest.mark.parametrize(("given", "complaint"), [({}, "At least one part"), ({"matters": "x" * 2001}, "Nothing is")])
def test_an_empty_or_endless_plan_comes_back(rosa: Story, given: dict[str, Any], complaint: str) -> None:
    assert complaint in words(herself(rosa).post("/together/plan/integration", after="0", **given), 422)


def test_there_is_no_plan_of_another_kind(rosa: Story) -> None:
    assert herself(rosa).get("/together/plan/of-the-week").status_code == 404
    assert visitor(rosa.bench, "therapist").get(f"/people/{rosa.client}/plan/of-the-week").status_code == 404
