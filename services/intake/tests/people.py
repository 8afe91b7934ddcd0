"""People at intake, as the tests know them: what a client and the staff send, and what is accepted or refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.forms import newest_form
from shared.measures import load_instrument, write_response
from shared.testing.bench import Bench, Caller

NO_TO_EVERYTHING = {question.id: False for question in newest_form().questions}
PHQ9 = load_instrument("phq-9")
PHQ9_ITEMS = [item.link_id for item in PHQ9.scored_items]


@dataclass(frozen=True)
class Somebody:
    """A client of a clinic, and how they go through intake."""

    bench: Bench
    id: UUID
    clinic: str = "maple"

    def themselves(self) -> Caller:
        return self.bench.as_("client", clinic=self.clinic, client_id=self.id)

    def staff(self, role: str) -> Caller:
        return self.bench.as_(role, clinic=self.clinic)

    def hand_in(self, *measures: dict[str, Any], **answers: bool | None) -> dict[str, Any]:
        """Everything answered with no except for what is named; PHQ-9 answered this week where no measure is given."""
        body = {
            "form_version": "1",
            "answers": NO_TO_EVERYTHING | answers,
            "measures": measures or [phq9(2, at=self.bench.clock() - timedelta(days=3))],
        }
        screening: dict[str, Any] = accepted(self.themselves().post(f"/clients/{self.id}/screenings", body))
        return screening

    def order(self, screening: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """What a prescriber sends who looked at every flag and clears."""
        findings = [{"code": flag["code"], "finding": "Asked in person."} for flag in screening["flags"]]
        base = {"outcome": "cleared", "routes": ["IM"], "weight_kg": "70.0", "reviewed_flags": findings}
        return base | changes

    def decide(self, screening: dict[str, Any], **changes: Any) -> TestResponse:
        path = f"/screenings/{screening['id']}/clearance"
        return self.staff("prescriber").post(path, self.order(screening, **changes))

    def cleared(self, **changes: Any) -> dict[str, Any]:
        clearance: dict[str, Any] = accepted(self.decide(self.hand_in(), **changes))
        return clearance

    def consent(self, kind: str, **more: Any) -> TestResponse:
        body = {"kind": kind, "text_version": "2026-01", "signed_name": "Rosa Marin"} | more
        return self.themselves().post(f"/clients/{self.id}/consents", body)


def accepted(answer: TestResponse, status: int = 201) -> Any:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)
    document: dict[str, Any] = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code), document
    return document


def denied(bench: Bench) -> list[tuple[str, str, str, str]]:
    """Clinic, actor, roles and action of every line of the audit that says that somebody was not let in."""
    with bench.owner.connect() as connection:
        query = "select clinic, actor, roles, action from audit where outcome = 'denied' order by position"
        return [(row.clinic, row.actor, row.roles, row.action) for row in connection.execute(text(query))]


def phq9(*answers: int | None, at: datetime | None) -> dict[str, Any]:
    """PHQ-9 as a QuestionnaireResponse; a single answer is given to all nine items, fewer leave the rest blank."""
    given = answers * 9 if len(answers) == 1 else answers
    said = {link_id: answer for link_id, answer in zip(PHQ9_ITEMS, given, strict=False) if answer is not None}
    return write_response(PHQ9, said, at)
