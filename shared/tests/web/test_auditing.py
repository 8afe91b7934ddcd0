"""What was done with whose data can be searched by those who answer for the clinic, and read by the one it is about."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.events.intake import CaseloadJoined, CaseloadLeft, GlassBroken
from shared.testing.bench import Bench
from shared.testing.visitor import visitor


def audit(bench: Bench, **asked: str) -> list[dict[str, Any]]:
    answer = bench.as_("clinic_admin").get("/audit", query_string=asked)
    assert answer.status_code == 200, answer.get_json()
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return [line for line in items if line["action"] != "audit.search"]


def history(bench: Bench, client: UUID, role: str = "therapist", clinic: str = "maple") -> int:
    return bench.as_(role, clinic=clinic).get(f"/clients/{client}/events").status_code


def tell(bench: Bench, kind: type[Any], client: UUID, **changes: Any) -> None:
    bench.hear(kind.from_data(client, kind.sample_data() | changes))


def test_who_reads_something_of_a_client_stands_in_the_audit_with_their_grounds_and_address(bench: Bench) -> None:
    client = uuid4()
    history(bench, client, "nurse")

    [line] = audit(bench, client=str(client))

    assert (line["actor"], line["roles"]) == ("nurse-at-maple", "nurse")
    assert (line["action"], line["outcome"], line["grounds"]) == ("history.read", "done", "role")
    assert line["came_from"] == "127.0.0.1"
    assert line["clients"] == [str(client)]


def test_a_therapist_reaches_the_clients_of_their_caseload_while_they_are_on_it(bench: Bench) -> None:
    client = uuid4()
    assert history(bench, client) == 403

    tell(bench, CaseloadJoined, client)
    assert history(bench, client) == 200
    tell(bench, CaseloadLeft, client)

    assert history(bench, client) == 403
    about_them = [(line["action"], line["outcome"], line["grounds"]) for line in audit(bench, client=str(client))]
    denied = ("history.read", "denied", None)
    assert about_them == [denied, ("history.read", "done", "caseload"), denied]


def test_another_clinics_therapist_of_the_same_name_is_not_meant_by_a_caseload(bench: Bench) -> None:
    client = uuid4()
    tell(bench, CaseloadJoined, client, staff="therapist-at-cedar")

    assert history(bench, client, clinic="cedar") == 403


def test_an_opened_record_closes_by_itself_after_its_hour(bench: Bench) -> None:
    client, access = uuid4(), uuid4()
    opened = {"broken_at": bench.clock().isoformat(), "closes_at": (bench.clock() + timedelta(hours=1)).isoformat()}
    tell(bench, GlassBroken, client, access=str(access), **opened)

    assert history(bench, client) == 200
    assert audit(bench, client=str(client))[0]["grounds"] == f"opened:{access}"
    bench.clock.at += timedelta(minutes=59, seconds=59)
    assert history(bench, client) == 200
    bench.clock.at += timedelta(seconds=1)
    assert history(bench, client) == 403


def test_an_opened_record_is_open_to_whoever_opened_it_alone(bench: Bench) -> None:
    client = uuid4()
    closes_at = (bench.clock() + timedelta(hours=1)).isoformat()
    tell(bench, GlassBroken, client, staff="somebody-else", closes_at=closes_at)

    assert history(bench, client) == 403


def test_a_client_reads_who_saw_their_record_and_nobody_elses(bench: Bench) -> None:
    client, other = uuid4(), uuid4()
    history(bench, client, "nurse")
    rosa = bench.as_("client", client_id=client)

    own = rosa.get(f"/clients/{client}/accounting").get_json()

    assert [(line["actor"], line["action"]) for line in own["accesses"]] == [("nurse-at-maple", "history.read")]
    assert not {"came_from", "request_id"} & set(own["accesses"][0])  # From where is the staff's own.
    assert rosa.get(f"/clients/{other}/accounting").status_code == 404


def test_the_neighbours_audit_is_nobodys_to_see(bench: Bench) -> None:
    client = uuid4()
    history(bench, client, "nurse", clinic="cedar")

    assert audit(bench) == []
    assert len(audit(bench, client=str(client))) == 0


@pytest.mark.parametrize(
    "asked",
    [{"client": "x"}, {"since": "yesterday"}, {"until": "9999-12-31"}, {"limit": "0"}, {"clinet": str(uuid4())}],
)
def test_what_cannot_be_looked_for_is_said(bench: Bench, asked: dict[str, str]) -> None:
    answer = bench.as_("clinic_admin").get("/audit", query_string=asked)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "query_malformed")
    assert [error["path"] for error in answer.get_json()["errors"]] == [f"?{name}" for name in asked]


def test_the_audit_is_searched_by_the_clinics_days(bench: Bench) -> None:
    history(bench, uuid4(), "nurse")  # 10:00 in New York, on a Monday.
    bench.clock.at += timedelta(hours=14)  # Midnight there: Tuesday.
    history(bench, uuid4(), "nurse")

    assert len(audit(bench, since="2026-11-02", until="2026-11-02")) == 1
    assert len(audit(bench, since="2026-11-03", until="2026-11-03")) == 1


def test_a_list_that_would_show_somebody_elses_client_fails_instead(bench: Bench) -> None:
    mine, other = uuid4(), uuid4()
    tell(bench, CaseloadJoined, mine)

    answer = bench.as_("therapist").get("/careless", query_string={"clients": [str(mine), str(other)]})

    assert answer.status_code == 403
    assert str(other) not in answer.get_data(as_text=True)
    assert bench.as_("therapist").get("/careless", query_string={"clients": [str(mine)]}).status_code == 200


def test_the_pages_show_the_same_to_people(bench: Bench) -> None:
    client = uuid4()
    history(bench, client, "nurse")

    searched = visitor(bench, "clinic_admin").get("/audit/search", query_string={"client": str(client)})
    own = visitor(bench, "client", client_id=client).get(f"/clients/{client}/who-saw-my-record")
    record = visitor(bench, "client", client_id=client).get(f"/clients/{client}/whole-record")

    assert searched.status_code == own.status_code == record.status_code == 200
    assert "read what was told about a client" in searched.get_data(as_text=True)
    assert "Jo Lindqvist" in own.get_data(as_text=True)
    assert visitor(bench, "nurse").get("/audit/search").status_code == 403
    assert visitor(bench, "client", client_id=uuid4()).get(f"/clients/{client}/whole-record").status_code == 404


@pytest.mark.parametrize("asked", [{"client": "rosa"}, {"clinet": str(uuid4())}, {"since": "yesterday"}])
def test_a_search_that_cannot_be_made_is_mended_on_the_page(bench: Bench, asked: dict[str, str]) -> None:
    answer = visitor(bench, "clinic_admin").get("/audit/search", query_string=asked)

    assert answer.status_code == 422
    assert "This cannot be looked for" in answer.get_data(as_text=True)


def test_the_audit_is_searched_by_what_people_call_things_and_paged(bench: Bench) -> None:
    for _ in range(30):
        history(bench, uuid4(), "nurse")
    admin = visitor(bench, "clinic_admin")

    found = admin.get("/audit/search?action=history.read&actor=nurse-at-maple&lines_page=2").get_data(as_text=True)
    nothing = admin.get("/audit/search?action=vitals.record").get_data(as_text=True)

    assert "Page 2 of 2" in found
    assert '<option value="nurse-at-maple" selected>Jo Lindqvist</option>' in found
    assert "Nothing like that was done here" in nothing


def test_no_audit_line_holds_what_was_said(bench: Bench) -> None:
    bench.as_("therapist").post("/notes", {"words": "Rosa told me of her father."})

    with bench.owner.connect() as connection:
        whole = connection.scalars(text("select to_jsonb(a)::text from audit a")).all()
    assert whole
    assert not [line for line in whole if "father" in line]


def test_what_is_sent_twice_is_no_second_deed(bench: Bench) -> None:
    ana, program = visitor(bench, "therapist"), bench.as_("therapist")
    for _ in range(2):
        assert ana.post("/notes/new", number="1", words="hello").status_code == 303
        headers = {"Idempotency-Key": "one"}
        assert program.post("/notes", {"words": "hello"}, headers=headers).status_code == 201

    lines = audit(bench, action="note.write")

    assert sorted(line["outcome"] for line in lines) == ["done", "done", "repeated", "repeated"]
    shown = visitor(bench, "clinic_admin").get("/audit/search?outcome=repeated").get_data(as_text=True)
    assert "Sent again, done once" in shown
