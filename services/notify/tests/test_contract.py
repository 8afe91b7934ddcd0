"""The doors of notify, held to their OpenAPI document."""

from collections.abc import Callable

from shared.events.intake import ClearanceDecided
from shared.testing.bench import Bench
from shared.testing.contract import Contract

from .conftest import ROSA, Notify, Partner


def test_every_door_keeps_what_its_document_says(
    bench: Bench, notify: Notify, harbor: Partner, record_property: Callable[[str, object], None]
) -> None:
    notify.registered()
    notify.agrees()
    notify.shares()
    notify.subscribes(harbor.url, "clearance.decided")
    notify.hear(ClearanceDecided)
    notify.work()
    tables = {"subscription_id": "subscription", "delivery_id": "delivery"}
    contract = Contract.with_what_is_there(bench, tables=tables, client_id=[ROSA])

    contract.try_out()

    record_property("figure", str(contract))
    assert contract.broken == []
