"""One run of the demo: who takes part, what is known so far, and how calls are made and checked.

`facts` are remembered between the steps, so that an interrupted run goes on where it stopped. Every change carries an
Idempotency-Key made of run, step and number.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any
from uuid import UUID

from stack.demo.partner import PartnerSystem
from stack.demo.platform import Answer, DemoFailedError, Person, Platform
from stack.issuer.people import HARBOR

PARTNER = HARBOR
PARTNER_EVENTS = ["intake.clearance.decided", "sessions.session.completed", "integration.measure.scored"]
SERVICES = ("intake", "sessions", "integration", "notify")


class Journey:
    """One run: who takes part, what is known so far, and how calls are made."""

    def __init__(
        self,
        run: str,
        facts: dict[str, Any],
        platform: Platform,
        partner: PartnerSystem,
        *,
        partner_url: str,
        baseline: dict[str, Any] | None,
    ) -> None:
        self.run = run
        self.facts = facts
        self.platform = platform
        self.partner = partner
        self.partner_url = partner_url
        self.baseline = baseline or example("phq9-baseline")
        self._step = ""
        self._calls = 0

    def begin(self, name: str) -> None:
        """Name the step that follows, for its Idempotency-Keys."""
        self._step, self._calls = name, 0

    @property
    def rosa(self) -> UUID:
        """The client of the journey, at Maple."""
        return UUID(self.facts["rosa"])

    def person(self, role: str, clinic: str = "maple") -> Person:
        return Person(role, clinic)

    def client(self, name: str = "rosa", clinic: str = "maple") -> Person:
        return Person("client", clinic, UUID(self.facts[name]))

    def email(self, name: str = "rosa") -> str:
        """The address that the clinic has of a client: another one in each run."""
        return f"{name}.{self.run}@example.org"

    def get(self, who: Person, service: str, path: str) -> Any:
        return self.expect(200, self.platform.call("GET", service, path, person=who)).body

    def post(self, who: Person | None, service: str, path: str, body: Any = None, *, status: int = 201) -> Any:
        """A change that must succeed; its key makes a repetition harmless."""
        return self.expect(status, self.try_post(who, service, path, body)).body

    def try_post(
        self, who: Person | None, service: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        """A change that may be refused."""
        self._calls += 1
        headers = {"Idempotency-Key": key or f"{self.run}:{self._step}:{self._calls}"}
        return self.platform.call("POST", service, path, person=who, body=body or {}, headers=headers)

    def expect(self, status: int, answer: Answer) -> Answer:
        if answer.status != status:
            raise DemoFailedError(f"expected {status}, got {answer.status}: {json.dumps(answer.body)[:600]}")
        return answer

    def refused(self, status: int, code: str, answer: Answer) -> Answer:
        """A wrong turn must end in a problem document that names its rule."""
        kind = answer.headers.get("Content-Type", "")
        if (answer.status, answer.code) != (status, code) or not kind.startswith("application/problem+json"):
            raise DemoFailedError(
                f"expected {status} {code}, got {answer.status} {answer.code} ({kind}): {json.dumps(answer.body)[:400]}"
            )
        return answer

    def told(self, service: str, name: str = "rosa", clinic: str = "maple") -> list[dict[str, Any]]:
        """What a service has told the others about a client."""
        who = self.person("medical_director", clinic)
        items: list[dict[str, Any]] = self.get(who, service, f"/clients/{self.facts[name]}/events")["items"]
        return items

    @contextmanager
    def nothing_changes(self, service: str, name: str = "rosa", clinic: str = "maple") -> Iterator[None]:
        """Whatever is refused inside must not have told anybody anything."""
        before = self.told(service, name, clinic)
        yield
        if [event["id"] for event in self.told(service, name, clinic)] != [event["id"] for event in before]:
            raise DemoFailedError(f"a refused request made {service} publish something")

    def resources(self, clinic: str) -> list[str]:
        """A room and the people of a medicine visit."""
        room = {"maple": "room-garden", "cedar": "room-grove"}[clinic]
        return [room, *(f"{role}-at-{clinic}" for role in ("therapist", "nurse", "prescriber"))]


def example(name: str) -> dict[str, Any]:
    """A QuestionnaireResponse that ships with the demo."""
    path = files("stack.demo").joinpath("examples", f"{name}.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
