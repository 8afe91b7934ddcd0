"""What the services that hear intake are told alike about the clients of a clinic."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.events.intake import CaseloadJoined, ClientRegistered, GlassBroken
from shared.testing.bench import Bench

from ..town import House, Somebody


def tell(bench: Bench, who: Somebody, event: type[Any], **changes: Any) -> None:
    """The golden sample of an event, changed so, is heard about somebody."""
    bench.hear(event.from_data(who.id, event.sample_data() | changes), clinic=who.clinic)


def tell_of_clients(bench: Bench, house: House) -> None:
    """Both are registered; one comes on the therapist's caseload, and is opened by the network administrator."""
    now = bench.clock()
    for name, who in (("Known", house.known), ("Other", house.other)):
        display_name = f"{name} of {house.clinic}"
        tell(bench, who, ClientRegistered, person=str(uuid4()), display_name=display_name, email=who.email)
    tell(bench, house.known, CaseloadJoined, staff=f"therapist-at-{house.clinic}")
    opened = {"broken_at": now.isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat()}
    tell(bench, house.known, GlassBroken, access=str(uuid4()), staff=f"network_admin-at-{house.clinic}", **opened)


def leave_waiting(bench: Bench, house: House) -> None:
    """An event lies in the inbox and waits for the one before it, which never comes."""
    event = CaseloadJoined(subject=uuid4(), staff=f"therapist-at-{house.clinic}", joined_at=bench.clock())
    _, waiting = bench.envelope(event, clinic=house.clinic), bench.envelope(event, clinic=house.clinic)
    bench.deliver(waiting)
    house.ids["event_id"] = str(waiting.id)
