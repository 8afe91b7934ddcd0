"""notify is filled: at each clinic two clients who are written to, and the same partner, who is told of both."""

from uuid import uuid4

from notify.settings import NotifySettings, use
from shared.events.intake import ClearanceDecided, ConsentGranted
from shared.events.integration import RedFlagRaised
from shared.samples import sample_clinics
from shared.testing.bench import Bench

from ..town import PARTNER, House, Particulars, Somebody, Town, park_timer
from .hearing import leave_waiting, tell, tell_of_clients
from .intake import done

PARTICULARS = Particulars(
    said={
        "partners.create_subscription": {
            "partner": "northside",
            "url": "http://127.0.0.1:9/hooks",
            "types": ["intake.clearance.decided"],
            "scopes": ["summary"],
        }
    }
)


def fill_notify(bench: Bench) -> Town:
    use(NotifySettings.for_this_machine(smtp_port=9, public_url="http://afterglow.example", link_secret="l" * 43))
    houses = {}
    for clinic in sample_clinics():
        bench.know(clinic)
        house = houses[clinic.id] = House.of(clinic.id)
        park_timer(bench, house)
        admin = bench.as_("clinic_admin", clinic=clinic.id)
        wanted = {
            "partner": PARTNER,
            "url": f"http://127.0.0.1:9/{clinic.id}",
            "types": ["intake.clearance.decided"],
            "scopes": ["clinical"],
        }
        house.ids["subscription_id"] = done(admin.post("/subscriptions", wanted))["id"]
        tell_of_clients(bench, house)
        for who in (house.known, house.other):
            _hear(bench, who)
        told = done(admin.get(f"/subscriptions/{house.ids['subscription_id']}/deliveries"), 200)["items"]
        house.ids["delivery_id"] = told[0]["id"]
        leave_waiting(bench, house)
    return Town(bench, houses, PARTICULARS)


def _hear(bench: Bench, who: Somebody) -> None:
    tell(bench, who, ConsentGranted, consent=str(uuid4()), kind="messaging", partner=None)
    tell(bench, who, ConsentGranted, consent=str(uuid4()), kind="data_sharing", partner=PARTNER)
    tell(bench, who, ClearanceDecided)
    tell(bench, who, RedFlagRaised, flag=str(uuid4()))
