"""A record is opened with a reason, which the clinic and the client read."""

from uuid import uuid4

import pytest

from intake.policy import POLICY
from shared.events.intake import GlassBroken
from shared.store.reach import Condition
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .people import Somebody
from .reading_care import WHY, audited, on_to, shown, themselves


def test_whoever_does_not_reach_a_client_is_led_to_the_form_that_opens_the_record(
    bench: Bench, tomas: Somebody
) -> None:
    form = f"/clients/{tomas.id}/care/opening"
    for role in ("therapist", "network_admin"):
        refused = visitor(bench, role).get(f"/clients/{tomas.id}/care")
        assert refused.status_code == 403
        assert f'href="/intake{form}"' in refused.get_data(as_text=True)
        assert audited(bench) == (f"{role}-at-maple", "caseload.read", "denied", [tomas.id])
    of_a_role = visitor(bench, "front_desk").get(f"{form}s")
    assert of_a_role.status_code == 403
    assert f'href="/intake{form}"' not in of_a_role.get_data(as_text=True)

    page = shown(visitor(bench, "therapist").get(form))
    assert "The clinic is told at once." in page
    assert "The client can see the same." in page
    assert "Tomás" not in page


def test_whoever_can_be_told_that_they_do_not_reach_somebody_may_open_a_record() -> None:
    bounded = {Condition.CASELOAD, Condition.OPENED}
    told = {role for rule in POLICY.values() for role, condition in rule.items() if condition in bounded}

    assert told <= set(POLICY["record.open"])


def test_a_record_opens_with_a_reason_which_the_clinic_and_the_client_read(bench: Bench, tomas: Somebody) -> None:
    therapist, path = visitor(bench, "therapist"), f"/clients/{tomas.id}/care"

    on_to(therapist.post(f"{path}/opening", reason=WHY), tomas)

    assert audited(bench) == ("therapist-at-maple", "record.open", "done", [tomas.id])
    (told,) = bench.published(GlassBroken)
    assert (told.subject, told.data["staff"]) == (tomas.id, "therapist-at-maple")
    assert "You have opened this record with a reason. It is open to you until 2 Nov 2026, 11:00" in shown(
        therapist.get(path)
    )
    for reader in (visitor(bench, "clinic_admin"), visitor(bench, "medical_director"), themselves(tomas)):
        page = shown(reader.get(f"{path}/openings"))
        assert "Sam Rivera" in page
        assert WHY in page
        assert "Open until" in page
    assert "None of your roles" in shown(therapist.get(f"{path}/openings"), 403)
    bench.advance(hours=1)
    assert "not on your caseload" in shown(visitor(bench, "therapist").get(path), 403)
    assert "It closed" in shown(visitor(bench, "clinic_admin").get(f"{path}/openings"))


@pytest.mark.parametrize("reason", ["", "look", "x" * 2001])
def test_a_reason_that_nobody_could_judge_opens_nothing(bench: Bench, tomas: Somebody, reason: str) -> None:
    answer = visitor(bench, "therapist").post(f"/clients/{tomas.id}/care/opening", reason=reason)

    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert reason in shown(answer, 422)
    assert bench.published(GlassBroken) == []


def test_whoever_has_nothing_to_open_is_told_so_before_they_write(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care/opening"

    assert "This client is on your caseload" in shown(visitor(bench, "therapist").get(path))
    for role in ("prescriber", "nurse", "medical_director"):
        page = shown(visitor(bench, role).get(path))
        assert "Your role sees every client" in page
        assert "Why you must see it" not in page
        assert "There is nothing to open" in shown(visitor(bench, role).post(path, reason=WHY), 409)
    assert bench.published(GlassBroken) == []


def test_the_form_does_not_tell_whether_there_is_such_a_client(bench: Bench, tomas: Somebody, nell: Somebody) -> None:
    therapist = visitor(bench, "therapist")
    pages = {
        shown(therapist.get(f"/clients/{somebody}/care/opening")).replace(str(somebody), "them")
        for somebody in (tomas.id, nell.id, uuid4())
    }

    assert len(pages) == 1
