"""Somebody at Maple with everything that a medicine visit needs, and the means to take it away again."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from sessions.app import service
from shared.clinics import Clinic
from shared.events.intake import CaseloadJoined, ClearanceDecided, ClientRegistered, ConsentGranted, GlassBroken
from shared.events.integration import IntentionSet, RedFlagClosed, RedFlagRaised
from shared.service import Service
from shared.testing.bench import Bench

TEAM = ["room-garden", "therapist-at-maple", "nurse-at-maple", "prescriber-at-maple"]
TEAMS = {"maple": TEAM, "cedar": ["room-grove", "therapist-at-cedar", "nurse-at-cedar", "prescriber-at-cedar"]}
PADSS = {"vital_signs": 2, "activity": 2, "nausea": 2, "pain": 2, "bleeding": 2}
SHARED = {"id": "robin-at-both", "kind": "therapist", "name": "Robin Vale", "elsewhere": True}
A_ROOM_OF_ONE_NAME = {"id": "room-one", "kind": "room", "name": "Room 1"}


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return service


@dataclass
class Story:
    """A client of a clinic, and what happens to her. `person` is the same where she is a client elsewhere."""

    bench: Bench
    clinic: str = "maple"
    person: UUID = field(default_factory=uuid4)
    client: UUID = field(default_factory=uuid4)
    consent: UUID = field(default_factory=uuid4)
    visit: str = ""
    order: str = ""

    def tell(self, event: type[Any], **changes: Any) -> None:
        sample = event.from_data(self.client, event.sample_data() | changes)
        self.bench.hear(sample, clinic=self.clinic)

    def registered(self) -> "Story":
        self.tell(ClientRegistered, person=str(self.person))
        # Of the therapist, who sees nobody else's client.
        self.tell(CaseloadJoined, staff=f"therapist-at-{self.clinic}")
        return self

    def cleared(self, **changes: Any) -> "Story":
        self.tell(ClearanceDecided, **changes)
        return self

    def consenting(self) -> "Story":
        self.tell(ConsentGranted, kind="treatment", partner=None, consent=str(self.consent))
        return self

    def with_intention(self) -> "Story":
        self.tell(IntentionSet)
        return self

    def may_be_booked(self) -> "Story":
        return self.registered().cleared().consenting()

    def book(self, *, hours: float = 0, role: str = "therapist", **changes: Any) -> TestResponse:
        starts_at = self.bench.clock() + timedelta(hours=hours)
        body = {"kind": "medicine", "starts_at": starts_at.isoformat(), "resources": TEAMS[self.clinic]} | changes
        return self.bench.as_(role, clinic=self.clinic).post(f"/clients/{self.client}/visits", body)

    def booked(self) -> "Story":
        self.may_be_booked()
        self.visit = self.book().get_json()["id"]
        return self

    def ready(self) -> "Story":
        self.booked().with_intention()
        assert self.do("front_desk", "escort", name="Ana", phone="+12125550147", confirmed=True).status_code == 201
        return self

    def checked_in(self) -> "Story":
        self.ready()
        assert self.do("nurse", "check-in").status_code == 201
        return self

    def ordered(self, dose_mg: str = "35") -> "Story":
        self.order = self.do("prescriber", "order", route="IM", dose_mg=dose_mg).get_json()["id"]
        return self

    def measured(self, systolic: int = 128, diastolic: int = 82) -> TestResponse:
        return self.do("nurse", "vitals", systolic=systolic, diastolic=diastolic)

    def dosed(self) -> "Story":
        self.checked_in().ordered()
        self.measured()
        assert self.dose("35").status_code == 201
        return self

    def lives(self, *, days: float = 0) -> "Story":
        """Everything that sessions can know about a client, the last of it a dose that was corrected."""
        self.bench.clock.at += timedelta(days=days)
        self.tell(ClientRegistered, person=str(self.person), display_name="Rosalinda")
        self.tell(CaseloadJoined)
        self.tell(GlassBroken, access=str(uuid4()))
        self.cleared().consenting().with_intention()
        flag = str(uuid4())
        self.tell(RedFlagRaised, flag=flag)
        self.tell(RedFlagClosed, flag=flag)
        plan = {"protocol": "induction", "route": "IM"}
        series = self.bench.as_("therapist").post(f"/clients/{self.client}/series", plan).get_json()["id"]
        self.visit = self.book(series_id=series).get_json()["id"]
        self.do("front_desk", "escort-link", name="Annabel Marin", phone="+12125550147")
        self.do("front_desk", "escort", name="Annabel Marin", phone="+12125550147", confirmed=True)
        self.do("nurse", "check-in")
        self.ordered()
        self.measured(131, 83)
        dose = self.dose("35").get_json()["id"]
        right = {"dose_mg": "30", "lot": "KX-2208", "reason": "5 mg stayed in the syringe."}
        assert self.do("nurse", f"doses/{dose}/correction", **right).status_code == 201
        return self

    def dose(self, dose_mg: str, **changes: Any) -> TestResponse:
        body = {"order_id": self.order or str(uuid4()), "route": "IM", "dose_mg": dose_mg, "lot": "KX-2207"}
        return self.do("nurse", "doses", **(body | changes))

    def discharge(self, *, role: str = "nurse", **changes: Any) -> TestResponse:
        return self.do(role, "discharge", **({"padss": PADSS, "escort_present": True, "signed_name": "Jo"} | changes))

    def do(self, role: str, what: str, **body: Any) -> TestResponse:
        return self.bench.as_(role, clinic=self.clinic).post(f"/visits/{self.visit}/{what}", body)

    def see(self, what: str = "", role: str = "nurse") -> Any:
        return self.bench.as_(role, clinic=self.clinic).get(f"/visits/{self.visit}{what}").get_json()

    def lights(self) -> dict[str, bool]:
        return {light["name"]: light["on"] for light in self.see("/readiness")["lights"]}


@pytest.fixture
def rosa(bench: Bench) -> Story:
    return Story(bench)


@pytest.fixture
def network(bench: Bench, maple: Clinic, cedar: Clinic) -> Bench:
    """Maple and Cedar share a therapist, and each has a room of the same id."""
    for clinic in (maple, cedar):
        bench.know(having(clinic, 2, SHARED, A_ROOM_OF_ONE_NAME))
    return bench


def having(clinic: Clinic, version: int, *more: dict[str, Any]) -> Clinic:
    """The clinic with more rooms and people."""
    document = clinic.dump()
    return Clinic.load(document | {"version": version, "resources": [*document["resources"], *more]})


@pytest.fixture
def at_maple(network: Bench) -> Story:
    return Story(network).may_be_booked().with_intention()


@pytest.fixture
def at_cedar(at_maple: Story) -> Story:
    """The same human, as a client of Cedar."""
    return Story(at_maple.bench, "cedar", at_maple.person).may_be_booked().with_intention()


def refused(answer: TestResponse, code: str, status: int = 409) -> dict[str, Any]:
    document: dict[str, Any] = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code), document
    facts: dict[str, Any] = document.get("facts", {})
    return facts
