"""The doors of intake, held to their OpenAPI document."""

from collections.abc import Callable

from shared.testing.bench import Bench
from shared.testing.contract import Contract

from .people import Somebody


def test_every_door_keeps_what_its_document_says(
    bench: Bench, rosa: Somebody, record_property: Callable[[str, object], None]
) -> None:
    rosa.cleared()
    rosa.consent("treatment")
    tables = {"client_id": "client", "screening_id": "screening", "consent_id": "consent"}
    contract = Contract.with_what_is_there(
        bench, tables=tables, clinic=["maple", "cedar"], staff=["therapist-at-maple"]
    )

    contract.try_out()

    record_property("figure", str(contract))
    assert contract.broken == []
