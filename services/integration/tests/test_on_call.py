"""Who is called, what they see and do for whom, for how long somebody is on it; and what a questionnaire asks for."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from integration.commands.flags import raise_flags
from integration.domain.on_call import is_called
from integration.domain.risk_actions import RiskAction, most_urgent, sources_of
from integration.policy import POLICY
from shared.clinics import ON_CALL, Clinic, OnCallRole, OnCallStep
from shared.events.intake import GlassBroken
from shared.events.integration import MeasureDue, RedFlagAcknowledged, RedFlagClosed, RedFlagReason
from shared.measures import instruments, load_instrument
from shared.store import Actor
from shared.store.transaction import Origin
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .conftest import Story
from .reading_pages import herself, on_to, words

THERAPIST_ON_CALL = OnCallStep(role=OnCallRole.THERAPIST, minutes=5)


def calls(bench: Bench, maple: Clinic, *steps: OnCallStep) -> None:
    """Maple's list has these steps from now on."""
    bench.know(replace(maple, version=maple.version + 1, on_call=list(steps)))


def locum(bench: Bench, role: str = "therapist") -> Visitor:
    """Somebody in that role who looks after nobody here."""
    return visitor(bench, "locum", grants={"maple": frozenset({role})})


def flag_of(story: Story) -> str:
    flag: str = story.see("red-flags", "nurse")[0]["id"]
    return flag


# Who may be on call, and does what.


def test_the_policy_lets_those_act_who_may_be_on_call_and_nobody_else() -> None:
    for action in ("red_flag.look", "red_flag.acknowledge", "red_flag.close"):
        assert {role.value for role in POLICY[action]} == {role.value for role in ON_CALL}
    assert OnCallRole.CLINIC_ADMIN not in ON_CALL


@pytest.mark.parametrize("role", sorted(ON_CALL))
def test_whoever_may_be_on_call_says_that_they_are_on_it_and_closes_it_by_their_name(rosa: Story, role: str) -> None:
    rosa.do("help")
    path, caller = f"/clients/{rosa.client}/red-flags/{flag_of(rosa)}", rosa.bench.as_(role)

    on_it = caller.post(f"{path}/acknowledgement", {}).get_json()
    closed = caller.post(f"{path}/closing", {"note": "Called; safe."}).get_json()

    assert (on_it["acknowledged_by"], closed["closed_by"]) == (f"{role}-at-maple",) * 2
    assert (on_it["note"], closed["note"]) == (None, "Called; safe.")
    assert len(rosa.bench.published(RedFlagClosed)) == 1


@pytest.mark.parametrize("role", ["front_desk", "clinic_admin", "network_admin", "client", "partner", "operator"])
def test_nobody_else_does(rosa: Story, role: str) -> None:
    rosa.do("help")
    path = f"/clients/{rosa.client}/red-flags/{flag_of(rosa)}"
    caller = rosa.bench.as_(role, client_id=rosa.client if role == "client" else None)
    assert caller.post(f"{path}/acknowledgement", {}).status_code == 403
    assert caller.post(f"{path}/closing", {"note": "x"}).status_code == 403


def test_a_flag_is_not_closed_without_a_word_by_anybody(rosa: Story) -> None:
    rosa.do("help")
    path = f"/clients/{rosa.client}/red-flags/{flag_of(rosa)}/closing"
    for role in ON_CALL:
        assert rosa.bench.as_(role).post(path, {"note": " "}).status_code == 422


# A therapist who is called for somebody who is not on their caseload.


@pytest.mark.parametrize(
    "steps",
    [[THERAPIST_ON_CALL], [OnCallStep(staff="locum-at-maple", minutes=5)], []],
    ids=["by their role", "by name", "where the clinic has named nobody"],
)
def test_a_therapist_on_call_sees_the_call_alone_and_can_end_it(
    rosa: Story, maple: Clinic, steps: list[OnCallStep]
) -> None:
    calls(rosa.bench, maple, *steps)
    rosa.do("help")
    flag, caller, page = flag_of(rosa), locum(rosa.bench), f"/people/{rosa.client}/red-flags"

    assert "Asked for help now" in words(caller.get("/red-flags"))
    answer = caller.get(page)
    said, links = words(answer), [link["href"] for link in Page(answer).all("a")]
    assert "Asked for help now" in said
    assert "they are not on your caseload: this page is all that you see." in said
    assert f"/intake/clients/{rosa.client}/care/opening" in links
    assert f"/intake/clients/{rosa.client}/care" not in links
    for elsewhere in ("", "/together", "/measures", "/notes"):
        assert caller.get(f"/people/{rosa.client}{elsewhere}").status_code in (403, 404)
    on_to(caller.post(f"{page}/{flag}/acknowledgement"), f"{page}?on_it={flag}")
    on_to(caller.post(f"{page}/{flag}/closing", note="Called; her sister is there."), f"{page}?closed={flag}")

    # What they wrote is not lost where somebody else was faster, and they see what became of it.
    assert "The red flag is closed, by your name." in words(caller.get(f"{page}?closed={flag}"))
    assert "closed before" in words(caller.post(f"{page}/{flag}/closing", note="Twice."), 422)
    rosa.bench.advance(minutes=60)
    assert locum(rosa.bench).get(page).status_code == 403
    assert "Asked for help now" not in words(locum(rosa.bench).get("/red-flags"))


def test_a_therapist_who_is_not_on_call_does_none_of_it_and_is_told_the_way_out(rosa: Story) -> None:
    rosa.do("help")
    flag, caller, page = flag_of(rosa), locum(rosa.bench), f"/people/{rosa.client}/red-flags"

    assert "This client is not on your caseload" in words(caller.get(page), 403)
    assert caller.post(f"{page}/{flag}/acknowledgement").status_code == 403
    assert caller.post(f"{page}/{flag}/closing", note="x").status_code == 403
    assert "Nobody calls for somebody." in words(caller.get("/red-flags"))
    assert rosa.bench.published(RedFlagAcknowledged) == rosa.bench.published(RedFlagClosed) == []


def test_being_on_call_opens_nobody_who_has_no_open_flag(rosa: Story, maple: Clinic) -> None:
    calls(rosa.bench, maple, THERAPIST_ON_CALL)
    assert locum(rosa.bench).get(f"/people/{rosa.client}/red-flags").status_code == 403


def test_the_audit_says_on_which_grounds(rosa: Story, maple: Clinic) -> None:
    calls(rosa.bench, maple, THERAPIST_ON_CALL)
    rosa.do("help")
    path = f"/people/{rosa.client}/red-flags"
    for caller in (locum(rosa.bench), visitor(rosa.bench, "therapist"), visitor(rosa.bench, "nurse")):
        assert caller.get(path).status_code == 200
    rosa.tell(GlassBroken, staff="locum-at-maple", access="01936d3e-5f00-7000-8000-0000000000aa")
    locum(rosa.bench).get(path)

    query = "select grounds from audit where action = 'red_flag.look' order by position"
    with rosa.bench.owner.connect() as owner:
        grounds = [row.grounds for row in owner.exec_driver_sql(query)]
    assert grounds[:3] == ["on_call", "caseload", "role"]
    assert grounds[3].startswith("opened:")


@pytest.mark.parametrize(
    ("roles", "steps", "called"),
    [
        ({"therapist"}, [], True),
        ({"therapist"}, [OnCallStep(role=OnCallRole.THERAPIST, minutes=5)], True),
        ({"nurse"}, [OnCallStep(role=OnCallRole.THERAPIST, minutes=5)], False),
        ({"nurse"}, [OnCallStep(staff="sam", minutes=5)], True),
        ({"nurse"}, [OnCallStep(staff="jo", minutes=5), OnCallStep(role=OnCallRole.NURSE, minutes=5)], True),
        ({"nurse"}, [OnCallStep(staff="jo", minutes=5)], False),
    ],
)
def test_the_clinics_own_list_says_who_is_called(roles: set[str], steps: list[OnCallStep], called: bool) -> None:
    assert is_called("sam", roles, steps) is called


# For how long somebody is on it.


def test_after_the_hour_nobody_is_said_to_be_on_it_anywhere(rosa: Story) -> None:
    rosa.do("help")
    visitor(rosa.bench, "nurse").post(f"/people/{rosa.client}/red-flags/{flag_of(rosa)}/acknowledgement")
    places = ["/red-flags", "/people", f"/people/{rosa.client}", f"/people/{rosa.client}/red-flags"]

    rosa.bench.advance(minutes=59)
    therapist = visitor(rosa.bench, "therapist")
    for place in places:
        assert "Jo Lindqvist is on it" in words(therapist.get(place)), place
    assert "Somebody there has seen it, and is on it." in words(herself(rosa).get("/help"))

    rosa.bench.advance(minutes=1)
    therapist = visitor(rosa.bench, "therapist")
    [flag] = rosa.see("red-flags", "therapist")
    assert flag["left_to_it_until"] == rosa.bench.clock().isoformat()
    for place in places:
        said = words(therapist.get(place))
        assert "Jo Lindqvist is on it" not in said, place
        assert "Nobody is on it now: Jo Lindqvist was, and it is still open after an hour." in said, place
    assert "is on it" not in words(herself(rosa).get("/help"))


def test_whom_nobody_is_on_any_more_comes_before_whom_somebody_is_on(bench: Bench, rosa: Story) -> None:
    other = Story(bench).registered()
    other.do("help")
    bench.advance(minutes=30)
    rosa.do("help")
    visitor(bench, "nurse").post(f"/people/{rosa.client}/red-flags/{flag_of(rosa)}/acknowledgement")
    bench.advance(minutes=61)
    nurse = visitor(bench, "nurse")
    nurse.post(f"/people/{other.client}/red-flags/{flag_of(other)}/acknowledgement")

    links = [link["href"] for link in Page(nurse.get("/red-flags")).all("a")]

    order = [link for link in links if link.endswith("/red-flags") and "/people/" in link]
    assert order == [f"/integration/people/{one.client}/red-flags" for one in (rosa, other)]


def test_somebody_is_on_it_only_where_somebody_is_on_each_call(rosa: Story) -> None:
    rosa.visited()
    rosa.do("help")
    visitor(rosa.bench, "nurse").post(f"/people/{rosa.client}/red-flags/{flag_of(rosa)}/acknowledgement")
    rosa.bench.advance(minutes=10)
    check_in = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.do(f"check-ins/{check_in}/answer", hard_thoughts=True)
    assert "is on it" not in words(herself(rosa).get("/help"))


# What a questionnaire's own rule asks for.


def raise_with(story: Story, *actions: str) -> None:
    with story.bench.store.transaction("maple", Actor("test"), Origin("test", "test", "test")) as tx:
        raise_flags(story.client, [RedFlagReason.SUICIDALITY], tx, actions=actions)


def test_everything_that_the_data_ask_for_is_known_here_with_its_source() -> None:
    said = {item.risk.action for form in instruments() for item in form.items if item.risk}
    assert said == {action.value for action in RiskAction}
    assert all(sources_of(action) for action in RiskAction)


@pytest.mark.parametrize(
    ("actions", "most"),
    [
        ([], None),
        ([None, "administer_c_ssrs"], RiskAction.ADMINISTER_C_SSRS),
        (["evaluate_at_once", "administer_c_ssrs", "clinician_same_day"], RiskAction.EVALUATE_AT_ONCE),
        (["of_a_later_release", "clinician_same_day"], RiskAction.CLINICIAN_SAME_DAY),
        (["of_a_later_release"], None),
    ],
)
def test_the_most_urgent_counts_and_what_is_not_known_keeps_nobody_from_being_called(
    actions: Iterable[Any], most: RiskAction | None
) -> None:
    assert most_urgent(actions) is most


def test_what_is_asked_for_stays_with_the_flag_and_only_ever_becomes_more_urgent(rosa: Story) -> None:
    for action, kept in (
        ("administer_c_ssrs", "administer_c_ssrs"),
        ("evaluate_at_once", "evaluate_at_once"),
        ("administer_c_ssrs", "evaluate_at_once"),
    ):
        raise_with(rosa, action)
        assert [flag["asks_for"] for flag in rosa.see("red-flags", "nurse")] == [kept]


def test_a_flag_of_no_questionnaire_asks_for_nothing_more(rosa: Story) -> None:
    rosa.do("help")
    assert rosa.see("red-flags", "nurse")[0]["asks_for"] is None
    assert "questionnaire" not in words(visitor(rosa.bench, "nurse").get(f"/people/{rosa.client}/red-flags"))


def test_whoever_is_called_reads_what_the_questionnaires_own_rule_asks_for_and_its_source(rosa: Story) -> None:
    raise_with(rosa, "clinician_same_day")
    said = words(visitor(rosa.bench, "medical_director").get(f"/people/{rosa.client}/red-flags"))
    assert (
        "What the questionnaire’s own rule asks for: a clinician sees them on the same day, with a safety plan." in said
    )
    assert "Columbia Lighthouse Project" in said
    assert "C-SSRS now" not in said


def test_without_its_words_the_c_ssrs_is_asked_in_person(rosa: Story) -> None:
    raise_with(rosa, "administer_c_ssrs")
    said = words(visitor(rosa.bench, "therapist").get(f"/people/{rosa.client}/red-flags"))
    assert "asks for: ask them the C-SSRS." in said
    assert "leads to the C-SSRS screener" in said
    assert "The C-SSRS is asked in person, by whoever speaks with them." in said


def test_with_its_words_their_therapist_has_it_asked_at_once_and_nobody_has_who_may_not(
    rosa: Story, maple: Clinic
) -> None:
    _load_c_ssrs(rosa.bench)
    calls(rosa.bench, maple, THERAPIST_ON_CALL)
    raise_with(rosa, "administer_c_ssrs")
    page = f"/people/{rosa.client}/red-flags"
    for caller in (locum(rosa.bench), visitor(rosa.bench, "nurse"), visitor(rosa.bench, "medical_director")):
        said = words(caller.get(page))
        assert "Ask the C-SSRS now" not in said
        assert "The C-SSRS is asked in person" in said
    therapist = visitor(rosa.bench, "therapist")
    [form] = [one for one in Page(therapist.get(page)).all("form") if one["action"].endswith("/measures/requests")]
    assert "Ask the C-SSRS now" in words(therapist.get(page))

    answer = therapist.post(form["action"].removeprefix("/integration"), instrument="c-ssrs-screener")

    on_to(answer, f"/people/{rosa.client}/measures?done=asked")
    assert len(rosa.bench.published(MeasureDue)) == 1
    assert "They are being asked the C-SSRS on their own pages." in words(therapist.get(page))
    assert "They are being asked" not in words(locum(rosa.bench).get(page))


def _load_c_ssrs(bench: Bench) -> None:
    instrument = load_instrument("c-ssrs-screener")
    lists = {item.answer_list: item.options for item in instrument.items if item.answer_list}
    wording = {
        "language": "en",
        "permission": "A letter",
        "stem": "Please answer:",
        "items": {item.link_id: f"Question {number}" for number, item in enumerate(instrument.items, 1)},
        "options": {name: {option.code: option.code for option in options} for name, options in lists.items()},
    }
    text = {"instrument": "c-ssrs-screener", "wording": wording}
    assert bench.as_("clinic_admin").post("/measure-texts", text).status_code == 201
