"""A client of Maple between her sessions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from integration.app import service
from integration.models import Reading
from shared.events.intake import AuthorisationGranted, CaseloadJoined, ClientRegistered, GlassBroken, ScreeningSubmitted
from shared.events.sessions import AppointmentBooked, SeriesPlanned, SessionCompleted, SessionDosed
from shared.measures import load_instrument, write_response
from shared.service import Service
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .files import WEBM

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

    def moment(
        self, visibility: str = "private", words: str = "The weight had a shape.", **more: Any
    ) -> dict[str, Any]:
        answer = self.do("moments", kind="realisation", words=words, visibility=visibility, **more)
        assert answer.status_code == 201, answer.get_json()
        written: dict[str, Any] = answer.get_json()
        return written

    def measure(self, *points: int | None, days_ago: float = 0) -> TestResponse:
        answers = {link: point for link, point in zip(ITEMS, points, strict=True) if point is not None}
        authored = self.bench.clock() - timedelta(days=days_ago)
        return self.do("measures", response=write_response(PHQ9, answers, authored))

    def practice(self, name: str = "Hum by the window.", **more: Any) -> dict[str, Any]:
        answer = self.do("practices", name=name, **more)
        assert answer.status_code == 201, answer.get_json()
        begun: dict[str, Any] = answer.get_json()
        return begun

    def note(self, words: str = "She speaks of the tide.") -> TestResponse:
        """Her therapist writes a note for themselves."""
        return self.bench.as_("therapist").post(f"/clients/{self.client}/psychotherapy-notes", {"words": words})

    def propose(self, role: str = "client", after: int = 0, kind: str = "integration", **parts: str) -> TestResponse:
        """One of the two proposes a plan, having read the version `after`."""
        caller = self.bench.as_(role, client_id=self.client if role == "client" else None)
        return caller.post(f"/clients/{self.client}/plans", {"kind": kind, "parts": parts, "after": after})

    def session_note(self, words: str = "Slept better.", **more: Any) -> TestResponse:
        """Her therapist puts a note into the record."""
        return self.bench.as_("therapist").post(f"/clients/{self.client}/session-notes", {"words": words} | more)

    def reading(self, instrument: str, score: int, days_ago: float = 0) -> None:
        """A score of an instrument that is asked elsewhere."""
        with self.bench.store.transaction("maple", Actor("test"), Origin("test", "test", "test")) as tx:
            scored = {"instrument": instrument, "version": "1", "score": score, "is_baseline": False}
            at = tx.now - timedelta(days=days_ago)
            own = {"id": tx.new_id(), "clinic": "maple", "client_id": self.client}
            tx.add(Reading(**own, **scored, answered_at=at, overlapping=False))

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
        self.tell(SeriesPlanned, series=str(uuid4()))
        self.tell(SessionDosed, visit=str(self.visit), route="IM")
        self.screened().visited().booked(self.bench.clock() + timedelta(days=7))
        voice = BytesIO(WEBM + b"the-voice-of-rosalinda"), "recording.webm"
        said = {"question": "truth", "words": "To put down what I carry.", "drawing": "M7 7L78 87"}
        visitor(self.bench, "client", client_id=self.client).post("/intentions", **said, recording=voice)
        intention = self.see("intentions")[0]["id"]
        self.do(f"intentions/{intention}/wording", question="compassion", words="To set it on the windowsill.")
        felt = {"feeling": "marigold", "what_helped": "The willow.", "tags": ["grandmother"], "drawing": "M8 8L79 89"}
        moment = self.moment("therapist", intensity=4, intention_id=intention, **felt)["id"]
        self.do("sensations", region="throat", side="centre", view="front", sensation="warmth", quality="slow")
        self.do("commitments", action="Walk to the riverbank.", insight_id=moment, when="Tuesday", with_whom="Ana")
        one = self.see("commitments")[0]["id"]
        again = {"action": "Sit on the jetty.", "reflection": "A heron stood there.", "when": "Sunday"}
        self.do(f"commitments/{one}/reviews", outcome="adjusted", **again)
        practice = self.practice(why="For the lullaby.", every_days=7, remind_at="18:30")["id"]
        self.do(f"practices/{practice}/lived", words="The kettle sang.")
        first = self.see("windows")[0]["check_ins"][0]["id"]
        self.do(f"check-ins/{first}/answer", how_are_you="Quiet. No way out.", slept=True, help_now=False)
        self.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
        later = (self.bench.clock() + timedelta(days=365)).date().isoformat()
        self.do("rest", words="I am at the lighthouse.")
        self.do("rest/ending")
        self.do("letters", words="The lantern is lit.", opens_on=later)
        self.do("life-events", title="The orchard was planted.", day="2024-02-29", yearly=True)
        self.flagged()
        self.note()
        self.do("agenda", words="The ferry at dusk.")
        self.propose(matters="Bread with the neighbours.")
        self.session_note("She speaks of the lighthouse.")
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
