"""A red flag at ten past two in the night: who is called, who is called next, and what ends it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notify.domain.paging import WITHOUT_STEPS, turn
from shared.clinics import Clinic, OnCallRole, OnCallStep
from shared.events import intake, integration

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")

NURSE, PRESCRIBER, DIRECTOR = "Jo Lindqvist", "Dr. Lena Weiss", "the medical director"


@pytest.fixture
def night(notify: Any) -> Any:
    """02:10 at Maple, where messages to clients wait for the morning."""
    notify.registered()
    notify.agrees()
    notify.work()
    notify.at(2026, 11, 3, 7, 10)
    return notify


def called(post_office: Any) -> list[str]:
    """Whom each call was for, in the order in which they left."""
    texts = [mail.get_content().replace("\r\n", "\n") for mail in post_office.mails]
    calls = [text.partition("This call is for ")[2] for text in texts if "asks for you now" in text]
    return [said.partition(".\n\n")[0] for said in calls]


def is_on_it(night: Any) -> None:
    """Somebody is on it, and left to it for an hour."""
    until = night.bench.clock() + timedelta(hours=1)
    night.hear(integration.RedFlagAcknowledged, left_to_it_until=until)


def raised(night: Any) -> UUID:
    night.hear(integration.RedFlagRaised)
    night.work()
    flag: UUID = integration.RedFlagRaised.sample().flag
    return flag


# Story 9.


def test_unacknowledged_for_five_minutes_a_second_is_called_after_ten_the_director_and_then_all_again(
    night: Any, post_office: Any
) -> None:
    post_office.mails.clear()
    raised(night)
    assert called(post_office) == [NURSE]

    night.wait(minutes=4, seconds=59)
    assert called(post_office) == [NURSE]
    night.wait(seconds=1)
    assert called(post_office)[1:] == [f"{NURSE} and {PRESCRIBER}"]
    night.wait(minutes=5)
    everybody = f"{NURSE} and {PRESCRIBER} and {DIRECTOR}"
    assert called(post_office)[2:] == [everybody]
    for _ in range(12):
        night.wait(minutes=5)
    assert called(post_office)[3:] == [everybody] * 12


def test_a_person_who_has_closed_it_ends_the_calls(night: Any, post_office: Any) -> None:
    raised(night)
    is_on_it(night)
    night.hear(integration.RedFlagClosed)

    for _ in range(36):
        night.wait(minutes=5)

    assert called(post_office) == [NURSE]


def test_a_person_who_is_on_it_holds_the_calls_and_has_an_hour_to_close_it(night: Any, post_office: Any) -> None:
    raised(night)
    is_on_it(night)

    night.wait(minutes=59)
    assert called(post_office) == [NURSE]
    night.wait(minutes=1)
    assert called(post_office)[1:] == [f"{NURSE} and {PRESCRIBER}"]
    night.hear(integration.RedFlagClosed)
    night.wait(hours=2)
    assert len(called(post_office)) == 2


def test_a_client_who_calls_again_after_that_has_the_first_called_anew(night: Any, post_office: Any) -> None:
    raised(night)
    is_on_it(night)
    night.wait(minutes=20)

    night.hear(integration.RedFlagSaidAgain)
    night.work()
    assert called(post_office) == [NURSE, NURSE]
    night.wait(minutes=5)
    assert called(post_office)[2:] == [f"{NURSE} and {PRESCRIBER}"]


def test_a_flag_that_is_told_in_version_two_is_called_for_in_the_same_way(night: Any, post_office: Any) -> None:
    night.hear(integration.RedFlagRaisedV2, reason="a_reason_of_a_later_release")
    night.work()

    assert called(post_office) == [NURSE]


def test_no_call_says_whom_or_what_it_is_about_and_the_client_gets_none(night: Any, post_office: Any) -> None:
    post_office.mails.clear()
    post_office.recipients.clear()
    raised(night)
    for _ in range(3):
        night.wait(minutes=5)

    assert set(post_office.recipients) == {"desk@maple.example"}
    path = f"/integration/people/{ROSA}/red-flags"
    for mail in post_office.mails:
        said = (mail["Subject"] + mail.get_content()).replace(path, "")
        assert all(telling not in said for telling in ("Rosa", str(ROSA), "help_now", "suicid"))
        assert path in mail.get_content()
    assert [mail["Subject"] for mail in post_office.mails] == [
        "Somebody asks for help: please look now",
        "Call 2: somebody asks for help: please look now",
        "Call 3: somebody asks for help: please look now",
        "Call 4: somebody asks for help: please look now",
    ]


def test_the_same_flag_told_twice_calls_once(night: Any, post_office: Any) -> None:
    raised(night)
    night.bench.hear_all_again()
    night.work()

    assert called(post_office) == [NURSE]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("ended_by", ["somebody is on it", "closed", "said again"])
def test_two_flags_of_one_client_are_called_for_apart(night: Any, post_office: Any, which: int, ended_by: str) -> None:
    flags = [integration.RedFlagRaised.sample().flag, integration.RedFlagRaisedV2.sample().flag]
    night.hear(integration.RedFlagRaised)
    night.wait(minutes=2)
    night.hear(integration.RedFlagRaisedV2)
    night.work()
    assert called(post_office) == [NURSE] * 2
    flag, until = flags[which], night.bench.clock() + timedelta(hours=1)

    if ended_by == "closed":
        night.hear(integration.RedFlagClosed, flag=flag)
    else:
        night.hear(integration.RedFlagAcknowledged, flag=flag, left_to_it_until=until)

    # The other one goes on as if there were no first, and neither ends it.
    post_office.mails.clear()
    night.wait(minutes=5)
    night.wait(minutes=5)
    two, three = f"{NURSE} and {PRESCRIBER}", f"{NURSE} and {PRESCRIBER} and {DIRECTOR}"
    assert called(post_office) == [two, three]
    if ended_by == "said again":
        night.hear(integration.RedFlagSaidAgain, flag=flag)
        night.work()
        assert called(post_office) == [two, three, NURSE]
    with night.bench.owner.connect() as owner:
        rows = owner.exec_driver_sql("select id, held_at, closed_at from paging").all()
    assert {row.id for row in rows if row.held_at is None and row.closed_at is None} >= {flags[1 - which]}


# Where each of them is reached.

ONE, TWO = "nurse-on-call@maple.example", "prescriber-on-call@maple.example"


def reached(night: Any, maple: Clinic, *contacts: str | None) -> None:
    """Each step of Maple's list has its mailbox, None where it has none of its own."""
    steps = [replace(step, contact=contact) for step, contact in zip(maple.on_call, contacts, strict=True)]
    night.bench.know(replace(maple, version=maple.version + 1, on_call=steps))


def test_each_step_is_called_at_its_own_mailbox_and_who_has_none_at_the_staffs(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    reached(night, maple, ONE, TWO, None)
    post_office.recipients.clear()
    raised(night)
    assert post_office.recipients == [ONE]
    night.wait(minutes=5)
    assert sorted(post_office.recipients[1:]) == [ONE, TWO]
    night.wait(minutes=5)
    assert sorted(post_office.recipients[3:]) == ["desk@maple.example", ONE, TWO]
    assert called(post_office)[-3:] == [f"{NURSE} and {PRESCRIBER} and {DIRECTOR}"] * 3


def test_a_mailbox_that_several_steps_share_is_called_once_at_a_time(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    reached(night, maple, ONE, ONE, maple.staff_mailbox)
    post_office.recipients.clear()
    raised(night)
    night.wait(minutes=5)
    night.wait(minutes=5)
    assert sorted(post_office.recipients) == ["desk@maple.example", ONE, ONE, ONE]


def test_where_a_duty_has_no_mailbox_any_more_the_staff_is_called_in_its_place(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    reached(night, maple, ONE, TWO, None)
    post_office.unknown.add(ONE)
    post_office.recipients.clear()
    raised(night)
    assert post_office.recipients == ["desk@maple.example"]
    night.wait(minutes=5)
    assert sorted(post_office.recipients[1:]) == ["desk@maple.example", TWO]


def test_where_the_mailbox_of_a_duty_takes_nothing_for_now_the_staff_is_called_too_once_for_each_call(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    reached(night, maple, ONE, ONE, ONE)
    post_office.busy.add(ONE)
    post_office.recipients.clear()
    raised(night)
    night.wait(minutes=2)
    assert post_office.recipients == ["desk@maple.example"]
    night.wait(minutes=5)
    assert set(post_office.recipients) == {"desk@maple.example"}
    post_office.busy.clear()
    night.wait(minutes=5)
    assert ONE in post_office.recipients


def test_what_waits_for_a_duty_is_not_sent_once_somebody_is_on_it(night: Any, post_office: Any, maple: Clinic) -> None:
    reached(night, maple, ONE, TWO, None)
    post_office.answer = "421 4.3.2 Not now"
    raised(night)
    night.wait(minutes=5)
    is_on_it(night)
    post_office.answer = "250 2.0.0 Kept"
    night.wait(minutes=30)
    assert called(post_office) == []


def test_a_clinic_whose_settings_are_of_before_has_its_admin_called_as_before(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    night.bench.know(replace(maple, version=2, on_call=[OnCallStep(role=OnCallRole.CLINIC_ADMIN, minutes=5)]))
    raised(night)
    assert called(post_office) == ["the clinic’s admin"]


def test_calls_that_could_not_leave_do_not_arrive_all_at_once(night: Any, post_office: Any) -> None:
    post_office.answer = "421 4.3.2 Not now"
    raised(night)
    for _ in range(4):
        night.wait(minutes=5)
    post_office.answer = "250 2.0.0 Kept"
    night.wait(minutes=4)

    assert called(post_office) == [f"{NURSE} and {PRESCRIBER} and {DIRECTOR}"]


def test_what_waits_when_somebody_is_on_it_is_not_sent(night: Any, post_office: Any) -> None:
    post_office.answer = "421 4.3.2 Not now"
    raised(night)
    is_on_it(night)
    post_office.answer = "250 2.0.0 Kept"
    night.wait(minutes=30)

    assert called(post_office) == []


def test_a_clinic_that_has_named_nobody_has_its_mailbox_called_again_and_again(
    night: Any, post_office: Any, maple: Clinic
) -> None:
    night.bench.know(replace(maple, version=2, on_call=[]))
    raised(night)
    night.wait(minutes=5)
    night.wait(minutes=5)

    assert called(post_office) == ["whoever is there"] * 3


def test_nobody_is_called_for_somebody_who_was_erased(night: Any, post_office: Any) -> None:
    raised(night)
    night.hear(intake.ClientErased)
    night.wait(hours=1)

    assert called(post_office) == [NURSE]


# The rule.

STEPS = some.lists(
    some.builds(OnCallStep, staff=some.none(), role=some.sampled_from(OnCallRole), minutes=some.integers(1, 120)),
    min_size=1,
    max_size=6,
)


@given(STEPS, some.integers(0, 500))
def test_each_call_adds_one_drops_nobody_and_there_is_always_a_next(steps: list[OnCallStep], number: int) -> None:
    this, following = turn(number, steps), turn(number + 1, steps)

    assert this.called == tuple(steps[: number + 1])
    assert following.called[: len(this.called)] == this.called
    assert this.answer_within == timedelta(minutes=this.called[-1].minutes) > timedelta()


def test_without_steps_there_is_a_next_call_too() -> None:
    assert turn(7, []).answer_within == WITHOUT_STEPS
