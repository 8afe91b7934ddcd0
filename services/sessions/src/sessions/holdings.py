"""What sessions holds about a client."""

from datetime import datetime
from typing import Any

from sessions.models import (
    Client,
    Consent,
    Entry,
    EscortLink,
    Medicine,
    Occupied,
    PersonOfClient,
    RedFlag,
    Series,
    Step,
    Visit,
)
from shared.clinics import IN_WORDS
from shared.store.holdings import Holding, code

_TIMES = "Which room and people a visit takes, and when, stands in the visit itself."
_NUMBER = "It says nothing of you, and would tell a clinic where else you are seen."

_ENTRY = {
    "dose_mg": "Dose, mg",
    "dose_mg_per_kg": "Dose, mg for each kg",
    "weight_kg": "Weight, kg",
    "systolic": "Blood pressure, upper",
    "diastolic": "Blood pressure, lower",
    "spo2": "Oxygen, %",
    "lot": "Lot of the medicine",
    "padss": "How you were before you left (PADSS)",
    "planned": "Medicine is planned elsewhere",
    "waits_until": "Medicine was given elsewhere; wait until",
}
"""Of a line of the record, what its own names do not say to people."""


def _line(said: dict[str, Any], entry: Entry) -> dict[str, Any]:
    codes = {"phase", "position", "decision"} | ({"reason"} if entry.kind == "booking_held" else set())
    return {
        _ENTRY.get(name, name): code(value, entry) if name in codes and value else value for name, value in said.items()
    }


HOLDINGS = [
    Holding(
        Entry.client_id,
        "what happened in your visits",
        may="record.read",
        secret=("position",),
        erased_by="erase_entries",
        in_order_of=Entry.position,
        words={"at": "When", "kind": "What", "data": "With", "actor": "Written down by", "entered_at": "Written down"},
        said_as={"kind": code, "data": _line},
        # Which line it stands in the place of; why is among what it says.
        for_machines=("correction_of",),
    ),
    Holding(Occupied.client_id, "what your visits take, and when", withheld=_TIMES),
    Holding(Medicine.client_id, "what other clinics must know of your medicine visits", withheld=_TIMES),
    Holding(
        Step.client_id,
        "the places in your series",
        may="series.read",
        words={"position": "Place", "kind": "For a visit of"},
    ),
    Holding(
        EscortLink.client_id,
        "what whoever takes you home has answered",
        may="visit.read",
        secret=("key",),
        words={"made_at": "Asked", "made_by": "By", "answer": "They come", "answered_at": "Answered"},
    ),
    Holding(
        Visit.client_id,
        "your visits, and who takes you home",
        may="visit.read",
        in_order_of=Visit.starts_at,
        words={
            "kind": "Visit of",
            "starts_at": "From",
            "ends_at": "To",
            "status": "State",
            "held_reason": "On hold, because of",
            "route": "Medicine given as",
            "resources": "With, and in",
            "escort_name": "Who takes you home",
            "escort_phone": "Their telephone",
            "escort_confirmed_at": "They said that they come",
        },
        said_as={"held_reason": code},
        for_machines=("version",),
    ),
    Holding(
        Series.client_id,
        "your series",
        may="series.read",
        words={
            "protocol": "Plan",
            "route": "Medicine given as",
            "status": "State",
            "planned_at": "Planned",
            "planned_by": "By",
            "rules_version": "By version of the clinic’s rules",
        },
        said_as={"protocol": code, "status": code},
    ),
    Holding(
        Consent.client_id,
        "consents, as far as visits depend on them",
        may="visit.read",
        words={"kind": "About", "withdrawn_at": "Taken back"},
        said_as={"kind": lambda kind, _: IN_WORDS[kind]},
        for_machines=("source",),
    ),
    Holding(
        RedFlag.client_id,
        "open and closed flags, as far as visits depend on them",
        may="visit.read",
        words={"source": "Raised", "closed_at": "Closed"},
        said_as={"source": lambda source, _: datetime.fromisoformat(source["at"])},
    ),
    Holding(PersonOfClient.id, "by which number the network knows you", withheld=_NUMBER),
    Holding(
        Client.id,
        "your clearance and your name",
        may="record.read",
        words={
            "display_name": "What you want to be called",
            "outcome": "Decision on the treatment",
            "valid_until": "Good until, and on that day",
            "cleared_routes": "The medicine may be given as",
            "weight_kg": "Weight, kg",
        },
        for_machines=("clearance_source", "intention_source"),
    ),
]
