"""The doors of sessions, held to their OpenAPI document."""

from collections.abc import Callable

from shared.testing.bench import Bench
from shared.testing.contract import Contract

from .conftest import TEAM, Story


def test_every_door_keeps_what_its_document_says(
    bench: Bench, rosa: Story, record_property: Callable[[str, object], None]
) -> None:
    rosa.lives()
    tables = {
        "client_id": "client",
        "visit_id": "visit",
        "series_id": "series",
        "entry_id": "entry",
        "order_id": "entry",
    }
    contract = Contract.with_what_is_there(bench, tables=tables, staff_id=TEAM)

    contract.try_out()

    record_property("figure", str(contract))
    assert contract.broken == []
