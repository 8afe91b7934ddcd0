"""Copies of what others have told. Where no door here shows one, only the client has it in their export from here."""

from integration.models import Authorisation, BookedVisit, Client, CompletedVisit, DosedVisit, PlannedSeries
from shared.clinics import IN_WORDS
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        CompletedVisit.client_id,
        "visits that are over",
        may="timeline.read",
        words={"kind": "Visit of", "completed_at": "Over since"},
    ),
    Holding(
        BookedVisit.client_id,
        "visits that were booked",
        may="people.read",
        in_order_of=BookedVisit.starts_at,
        words={"kind": "Visit of", "starts_at": "From", "ends_at": "To", "cancelled": "It was cancelled"},
    ),
    Holding(DosedVisit.client_id, "how the medicine was given", words={"route": "Route", "dosed_at": "When"}),
    Holding(
        PlannedSeries.client_id,
        "series that were planned",
        words={"planned_at": "When", "protocol": "Which", "medicine_visits": "Medicine visits"},
        said_as={"protocol": code},
    ),
    Holding(
        Authorisation.client_id,
        "what you allowed your care team",
        words={"kind": "About", "withdrawn_at": "Taken back"},
        said_as={"kind": lambda kind, _: IN_WORDS[kind]},
    ),
    Holding(
        Client.id,
        "your name and zone",
        may="people.read",
        words={"display_name": "What you want to be called", "time_zone": "Time zone"},
    ),
]
