"""The doors of integration, held to their OpenAPI document."""

from collections.abc import Callable

from shared.testing.bench import Bench
from shared.testing.contract import Contract

from .conftest import Story


def test_every_door_keeps_what_its_document_says(
    bench: Bench, rosa: Story, record_property: Callable[[str, object], None]
) -> None:
    rosa.lives()
    tables = {
        "client_id": "client",
        "moment_id": "moment",
        "intention_id": "intention",
        "insight_id": "moment",
        "check_in_id": "check_in",
        "flag_id": "red_flag",
        "letter_id": "letter",
        "life_event_id": "life_event",
    }
    contract = Contract.with_what_is_there(bench, tables=tables)

    contract.try_out()

    record_property("figure", str(contract))
    assert contract.broken == []
