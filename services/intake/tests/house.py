"""A clinic whose settings are changed, as the tests know it: Birch House, and the people who answer for it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from werkzeug.test import TestResponse

from intake.clinics.commands.adding import add_clinic
from intake.clinics.commands.versions import Author
from shared.clinics import Clinic
from shared.events.intake import ClinicConfigured
from shared.store import Actor
from shared.store.transaction import Origin
from shared.testing.bench import Bench, Caller

from .people import accepted

OPERATOR = Actor("operator:ana", frozenset({"operator"}))
ORIGIN = Origin("test", "test", "test")


@dataclass(frozen=True)
class House:
    """A clinic on the bench, added as an operator adds one."""

    bench: Bench
    id: str

    @classmethod
    def added(cls, bench: Bench, clinic: Clinic) -> "House":
        with bench.store.transaction(clinic.id, OPERATOR, ORIGIN) as tx:
            add_clinic(clinic, Author(OPERATOR.id), tx, note="It opens.")
        return cls(bench, clinic.id)

    def staff(self, role: str, subject: str | None = None) -> Caller:
        """Somebody in that role; with a `subject`, another one than who usually has it."""
        token = self.bench.signer.token(self.bench.clock(), clinic=self.id, role=role, subject=subject)
        return Caller(self.bench.app.test_client(), self.bench.service.name, {"Authorization": f"Bearer {token}"})

    @property
    def admin(self) -> Caller:
        return self.staff("clinic_admin")

    @property
    def director(self) -> Caller:
        return self.staff("medical_director")

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = accepted(self.admin.get("/clinic"), 200)
        return state

    def in_force(self) -> Clinic:
        return Clinic.load(self.state()["clinic"])

    def change(self, *, on: int | None = None, caller: Caller | None = None, **said: Any) -> TestResponse:
        """An admin changes facts, having read them a moment ago or on that version."""
        tag = self.state()["version"] if on is None else on
        body = {"note": "As we agreed."} | said
        return (caller or self.admin).patch("/clinic", body, headers={"If-Match": f'"{tag}"'})

    def rules(self, **changes: Any) -> dict[str, Any]:
        """The rule set in force, with some of it changed."""
        return self.in_force().rules.content.dump() | changes

    def propose(
        self, *, caller: Caller | None = None, day: date | None = None, on: int | None = None, **changes: Any
    ) -> TestResponse:
        """An admin proposes the rules in force with something changed; `on` is the version that they began from."""
        body = {
            "rules": self.rules(**changes),
            "based_on": self.in_force().rules.version if on is None else on,
            "effective_from": day and day.isoformat(),
            "note": "For safety.",
        }
        return (caller or self.admin).post("/clinic/rules/proposals", body)

    def proposed(self, **options: Any) -> str:
        change: dict[str, str] = accepted(self.propose(**options))
        return change["id"]

    def approve(self, proposal: str, *, caller: Caller | None = None) -> TestResponse:
        path = f"/clinic/rules/proposals/{proposal}/approval"
        return (caller or self.director).post(path, {"printed_name": "Dr. Ines Okafor"})

    def status(self, change: str) -> str:
        read: dict[str, str] = accepted(self.admin.get(f"/clinic/changes/{change}"), 200)
        return read["status"]

    def configured(self) -> list[Clinic]:
        """What the others were told that the clinic is, in order."""
        told = [envelope for envelope in self.bench.published(ClinicConfigured) if envelope.clinic == self.id]
        return [envelope.event().clinic for envelope in told]


def days(value: int) -> dict[str, Any]:
    """How long a clearance covers."""
    return {"value": value, "basis": "clinic", "source": "Our own audit of last year."}


def somewhere_else(clinic: Clinic, zone: str) -> Clinic:
    return replace(clinic, id="elsewhere", name="Elsewhere", time_zone=zone)
