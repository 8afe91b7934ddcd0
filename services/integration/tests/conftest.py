"""A client of Maple between her sessions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from integration.app import service
from shared.events.intake import AuthorisationGranted, CaseloadJoined, ClientRegistered, GlassBroken, ScreeningSubmitted
from shared.events.sessions import AppointmentBooked, SessionCompleted
from shared.measures import load_instrument, write_response
from shared.service import Service
from shared.testing.bench import Bench

PHQ9 = load_instrument("phq-9")
ITEMS = [item.link_id for item in PHQ9.scored_items]


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return service


@dataclass
class Story:
    """A client, and what she and others do."""

    bench: Bench
    client: UUID = field(default_factory=uuid4)
    visit: UUID = field(default_factory=uuid4)

    def tell(self, event: type[Any], **changes: Any) -> None:
        self.bench.hear(event.from_data(self.client, event.sample_data() | changes))

    def registered(self) -> "Story":
        self.tell(ClientRegistered)
        self.tell(CaseloadJoined)  # Of the therapist, who sees nobody else's client.
        return self

    def screened(self, score: int = 18, days_ago: int = 21) -> "Story":
        at = self.bench.clock().timestamp() - days_ago * 86400
        answered_at = datetime.fromtimestamp(at, UTC).isoformat()
        taken = {"instrument": "phq-9", "version": "1", "score": score, "answered_at": answered_at}
        self.tell(ScreeningSubmitted, measures=[taken])
        return self

    def visited(self, **changes: Any) -> "Story":
        now = self.bench.clock().isoformat()
        self.tell(SessionCompleted, **({"visit": str(self.visit), "kind": "medicine", "completed_at": now} | changes))
        return self

    def booked(self, starts_at: datetime, kind: str = "medicine", visit: UUID | None = None) -> "Story":
        told = {"visit": str(visit or uuid4()), "kind": kind, "starts_at": starts_at.isoformat()}
        self.tell(AppointmentBooked, **told, ends_at=(starts_at + timedelta(hours=3)).isoformat())
        return self

    def do(self, what: str, **body: Any) -> TestResponse:
        return self.bench.as_("client", client_id=self.client).post(f"/clients/{self.client}/{what}", body)

    def see(self, what: str, role: str = "client") -> list[dict[str, Any]]:
        caller = self.bench.as_(role, client_id=self.client if role == "client" else None)
        answer = caller.get(f"/clients/{self.client}/{what}")
        assert answer.status_code == 200, answer.get_json()
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    def moment(self, visibility: str = "private", words: str = "The weight had a shape.") -> dict[str, Any]:
        answer = self.do("moments", kind="realisation", words=words, visibility=visibility)
        assert answer.status_code == 201, answer.get_json()
        written: dict[str, Any] = answer.get_json()
        return written

    def measure(self, *points: int | None, days_ago: float = 0) -> TestResponse:
        answers = {link: point for link, point in zip(ITEMS, points, strict=True) if point is not None}
        authored = self.bench.clock() - timedelta(days=days_ago)
        return self.do("measures", response=write_response(PHQ9, answers, authored))

    def note(self, words: str = "She speaks of the tide.") -> TestResponse:
        """Her therapist writes a note for themselves."""
        return self.bench.as_("therapist").post(f"/clients/{self.client}/psychotherapy-notes", {"words": words})

    def flagged(self) -> str:
        """A call for help that somebody looked after; returns the flag's id."""
        self.do("help")
        flag: str = self.see("red-flags", "nurse")[0]["id"]
        closing = f"/clients/{self.client}/red-flags/{flag}/closing"
        assert self.bench.as_("prescriber").post(closing, {"note": "Called; safe with her sister."}).status_code == 201
        return flag

    def lives(self) -> "Story":
        """Everything that integration can know about a client."""
        self.tell(ClientRegistered, display_name="Rosalinda")
        self.tell(CaseloadJoined)
        self.tell(GlassBroken, access=str(uuid4()))
        self.screened().visited().booked(self.bench.clock() + timedelta(days=7))
        self.do("intentions", question="truth", words="To put down what I carry.")
        moment = self.moment("therapist")["id"]
        self.do("sensations", region="chest", side="centre", view="front", sensation="warmth", quality="slow")
        self.do("commitments", action="Walk to the riverbank.", insight_id=moment, when="Tuesday", with_whom="Ana")
        first = self.see("windows")[0]["check_ins"][0]["id"]
        self.do(f"check-ins/{first}/answer", how_are_you="Quiet.", slept=True, help_now=False)
        self.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
        self.flagged()
        self.note()
        self.tell(AuthorisationGranted, authorisation=str(uuid4()))
        return self


@pytest.fixture
def everything(bench: Bench) -> Story:
    """A client about whom every table has a row."""
    return Story(bench).lives()


@pytest.fixture
def rosa(bench: Bench) -> Story:
    return Story(bench).registered()


def refused(answer: TestResponse, code: str, status: int = 409) -> dict[str, Any]:
    document: dict[str, Any] = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code), document
    return document
