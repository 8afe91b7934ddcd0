"""The audit as a page: what is looked for stays while it is looked for further."""

from typing import Any
from uuid import UUID, uuid4

from shared.testing.bench import Bench
from shared.testing.visitor import visitor


def test_whoever_looks_further_looks_at_the_same_client(bench: Bench) -> None:
    client = uuid4()

    page = visitor(bench, "clinic_admin").get(f"/audit/search?client={client}&outcome=denied").get_data(as_text=True)

    assert f'<input type="hidden" name="client" value="{client}"' in page


def test_whatever_is_done_under_a_name_of_its_own_can_be_looked_for(bench: Bench) -> None:
    page = visitor(bench, "clinic_admin").get("/audit/search").get_data(as_text=True)

    for action in ("inbox.retry", "inbox.skip", "inbox.discard", "timers.cancel", "sign_in.end_by_provider"):
        assert f'<option value="{action}"' in page, action


def test_the_audit_says_whose_data_it_was_and_when_to_the_second(bench: Bench) -> None:
    client = uuid4()
    bench.as_("nurse").get(f"/clients/{client}/events")

    page = visitor(bench, "clinic_admin").get(f"/audit/search?client={client}").get_data(as_text=True)

    assert f'href="?client={client}"' in page
    assert "2 Nov 2026, 10:00:00" in page


def test_a_client_reads_of_what_is_their_own_and_of_nobody_by_a_sign_ins_subject(bench: Bench) -> None:
    client = uuid4()
    bench.as_("nurse", subject="locum-at-maple").get(f"/clients/{client}/events")
    herself = visitor(bench, "client", client_id=client)
    herself.get(f"/clients/{client}/who-saw-my-record")

    page = herself.get(f"/clients/{client}/who-saw-my-record").get_data(as_text=True)

    assert "it is your own" in page
    assert "locum-at-maple" not in page
    assert "Somebody whom the clinic’s settings do not name" in page


def test_what_is_looked_at_again_and_again_is_one_line_a_day(bench: Bench) -> None:
    client, nurse = uuid4(), bench.as_("nurse")
    for _ in range(3):
        nurse.get(f"/clients/{client}/events")
        bench.advance(minutes=2)
    bench.as_("nurse", subject="locum-at-maple").get(f"/clients/{client}/events")
    bench.advance(hours=24)
    bench.as_("nurse").get(f"/clients/{client}/events")
    herself = visitor(bench, "client", client_id=client)

    page = herself.get(f"/clients/{client}/who-saw-my-record").get_data(as_text=True)

    assert page.count("<tr") == 1 + 3
    assert page.count("the last of 3 times that day") == 1
    assert len(herself_reads(bench, client)) == 5


def herself_reads(bench: Bench, client: UUID) -> list[dict[str, Any]]:
    """One by one, for machines."""
    answer = bench.as_("client", client_id=client).get(f"/clients/{client}/accounting").get_json()
    return [one for one in answer["accesses"] if one["roles"] == "nurse"]
