"""What integration keeps of the visits that sessions books."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from shared.events.sessions import AppointmentCancelled
from shared.testing.bench import Bench

from .conftest import Story


def booked(bench: Bench) -> list[tuple[str, str]]:
    with bench.owner.connect() as connection:
        rows = connection.execute(text("select kind, clinic from booked_visit where not cancelled order by starts_at"))
        return [(row.kind, row.clinic) for row in rows]


def test_a_visit_that_is_booked_is_kept_once_however_often_it_is_told(rosa: Story) -> None:
    in_a_week = rosa.bench.clock() + timedelta(days=7)
    rosa.booked(in_a_week, visit=rosa.visit).booked(in_a_week, visit=rosa.visit)
    assert booked(rosa.bench) == [("medicine", "maple")]


def test_a_visit_that_is_cancelled_is_known_to_be_and_another_one_stays(rosa: Story) -> None:
    in_a_week = rosa.bench.clock() + timedelta(days=7)
    rosa.booked(in_a_week, visit=rosa.visit).booked(in_a_week, "integration")
    rosa.tell(AppointmentCancelled, visit=str(rosa.visit))
    rosa.tell(AppointmentCancelled, visit=str(uuid4()))
    assert booked(rosa.bench) == [("integration", "maple")]


def test_history_that_is_heard_anew_ends_as_it_ended(rosa: Story) -> None:
    in_a_week = rosa.bench.clock() + timedelta(days=7)
    rosa.booked(in_a_week, visit=rosa.visit).booked(in_a_week, "integration")
    rosa.tell(AppointmentCancelled, visit=str(rosa.visit))
    rosa.bench.hear_all_again()
    assert booked(rosa.bench) == [("integration", "maple")]


def test_a_visit_may_be_heard_of_before_its_client(bench: Bench) -> None:
    Story(bench).booked(bench.clock() + timedelta(days=7)).registered()
    assert booked(bench) == [("medicine", "maple")]
