"""Who reaches what through the doors, and what leaves through them."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from sessions.app import service
from sessions.models import Base
from shared.events.intake import ClientErased
from shared.events.integration import RedFlagRaised
from shared.events.sessions import AppointmentBooked
from shared.testing.bench import Bench
from shared.testing.inventory import CARRIERS
from shared.web.factory import COMMON

from .conftest import PADSS, TEAM, Story, refused

# Each door with somebody who may use it and a sound body. {client}, {visit}, {series} and {line} are Rosa's.
DOORS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("post", "/clients/{client}/series", "therapist", {"protocol": "induction", "route": "IM"}),
    ("get", "/clients/{client}/series/{series}", "therapist", None),
    ("post", "/clients/{client}/visits", "therapist", {"kind": "medicine", "resources": TEAM}),
    ("get", "/staff/therapist-at-maple/busy-times", "front_desk", None),
    ("get", "/visits/{visit}", "front_desk", None),
    ("get", "/visits/{visit}/readiness", "front_desk", None),
    ("get", "/visits/{visit}/record", "therapist", None),
    ("post", "/visits/{visit}/cancellation", "therapist", {"reason": "ill"}),
    ("post", "/visits/{visit}/escort", "nurse", {"name": "Ana", "phone": "+12125550147", "confirmed": True}),
    ("post", "/visits/{visit}/escort-link", "nurse", {"name": "Ana", "phone": "+12125550147"}),
    ("post", "/visits/{visit}/check-in", "nurse", {}),
    ("post", "/visits/{visit}/completion", "therapist", {}),
    ("post", "/visits/{visit}/vitals", "nurse", {"systolic": 120, "diastolic": 70}),
    (
        "post",
        "/visits/{visit}/vitals/{line}/correction",
        "nurse",
        {"systolic": 120, "diastolic": 70, "reason": "Misread."},
    ),
    ("post", "/visits/{visit}/hold-decision", "prescriber", {"decision": "proceed", "reason": "fine"}),
    ("post", "/visits/{visit}/order", "prescriber", {"route": "IM", "dose_mg": "35"}),
    (
        "post",
        "/visits/{visit}/doses",
        "nurse",
        {"order_id": str(uuid4()), "route": "IM", "dose_mg": "35", "lot": "KX-2207"},
    ),
    (
        "post",
        "/visits/{visit}/doses/{line}/correction",
        "nurse",
        {"dose_mg": "30", "lot": "KX-2207", "reason": "5 mg stayed in the syringe."},
    ),
    ("post", "/visits/{visit}/discharge", "nurse", {"padss": PADSS, "escort_present": True, "signed_name": "Jo"}),
]


@pytest.fixture
def everything(rosa: Story) -> Story:
    """Rosa, with a row in every table."""
    rosa.may_be_booked()
    path = f"/clients/{rosa.client}/series"
    series = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()["id"]
    rosa.visit = rosa.book(series_id=series).get_json()["id"]
    rosa.tell(RedFlagRaised)
    rosa.do("front_desk", "escort-link", name="Ana", phone="+12125550147")
    rosa.do("front_desk", "escort", name="Ana", phone="+12125550147", confirmed=True)
    return rosa


def rows(story: Story, table: str, column: str = "id") -> Any:
    with story.bench.owner.connect() as connection:
        return connection.scalar(text(f"select {column} from {table} limit 1"))


def test_another_clinics_staff_find_nothing_through_any_door(everything: Story) -> None:
    places = {
        "client": everything.client,
        "visit": everything.visit,
        "series": rows(everything, "series"),
        "line": rows(everything, "entry"),
    }
    told = len(everything.bench.published())
    for method, path, role, body in DOORS:
        if body is not None and path.endswith("/visits"):
            body = body | {"starts_at": everything.bench.clock().isoformat(), "resources": ["room-cedar"]}
        caller = everything.bench.as_(role, clinic="cedar")
        at = path.format(**places)
        answer = caller.get(at) if method == "get" else caller.post(at, body)
        # A therapist learns of nobody who is not theirs, not even whether there is such a client.
        not_theirs = role == "therapist" and path.startswith("/clients/")
        refused(answer, *(("not_on_your_caseload", 403) if not_theirs else ("not_found", 404)))
    assert len(everything.bench.published()) == told


def test_every_door_is_tried_here(bench: Bench) -> None:
    paths = (path.replace("therapist-at-maple", "{staff_id}") for _, path, _, _ in DOORS)
    tried = {re.sub(r"{\w+}", "{}", path) for path in paths} | {"/visits", "/clients/{}/visits"}
    document = bench.as_nobody().get("/openapi.json").get_json()
    own = {
        path
        for path, item in document["paths"].items()
        if not any(one.get("x-action") in COMMON for one in item.values() if isinstance(one, dict))
    }
    assert {re.sub(r"{\w+}", "{}", path.removeprefix("/sessions")) for path in own} == tried


def test_the_openapi_document_describes_every_door(bench: Bench) -> None:
    document = bench.as_nobody().get("/openapi.json").get_json()
    operations = [one for path in document["paths"].values() for name, one in path.items() if name in ("get", "post")]
    assert {one["operationId"] for one in operations} >= {"plan", "book", "readiness", "dose", "discharge"}
    assert all(one.get("summary") for one in operations)
    assert all(one["security"] == [{"bearer": []}] for one in operations)


def test_no_door_opens_without_sign_in_and_none_of_a_visits_doors_opens_to_a_client(rosa: Story) -> None:
    nobody, client = rosa.bench.as_nobody(), rosa.bench.as_("client", client_id=rosa.client)
    for method, path, _, body in DOORS:
        at = path.format(client=rosa.client, visit=uuid4(), series=uuid4(), line=uuid4())
        assert (nobody.get(at) if method == "get" else nobody.post(at, body)).status_code == 401, path
        # A client may read their own series; there is none yet.
        expected = 404 if path == "/clients/{client}/series/{series}" else 403
        assert (client.get(at) if method == "get" else client.post(at, body)).status_code == expected, path


def test_each_role_does_its_own_work_only(everything: Story) -> None:
    foreign: list[tuple[str, str, dict[str, Any]]] = [
        ("front_desk", "vitals", {"systolic": 120, "diastolic": 70}),
        ("therapist", "doses", {"order_id": str(uuid4()), "route": "IM", "dose_mg": "35", "lot": "KX-2207"}),
        ("nurse", "order", {"route": "IM", "dose_mg": "35"}),
        ("nurse", "hold-decision", {"decision": "proceed", "reason": "fine"}),
        ("therapist", "discharge", {"padss": PADSS, "escort_present": True, "signed_name": "Jo"}),
        ("nurse", "completion", {}),
        ("clinic_admin", "cancellation", {"reason": "x"}),
    ]
    for role, what, body in foreign:
        refused(everything.do(role, what, **body), "role_may_not", 403)


def test_a_client_sees_their_own_visits_and_nobody_elses(everything: Story) -> None:
    path = f"/clients/{everything.client}/visits"
    own = everything.bench.as_("client", client_id=everything.client).get(path)
    assert [visit["id"] for visit in own.get_json()["items"]] == [everything.visit]
    refused(everything.bench.as_("client", client_id=uuid4()).get(path), "not_found", 404)


def test_every_table_has_rows_and_shows_none_when_no_clinic_or_another_one_is_set(everything: Story) -> None:
    earlier = Story(everything.bench).lives(days=2)
    earlier.tell(ClientErased)  # So that a dose is laid aside.
    with everything.bench.owner.connect() as connection:
        own = set(connection.scalars(text("select tablename from pg_tables where schemaname = 'public'"))) - CARRIERS
        assert own == set(Base.metadata.tables)
        for table in own:
            assert connection.scalar(text(f"select count(*) from {table}")), table
    for clinic in ("", "*", "cedar"):
        with everything.bench.store.engine.connect() as connection:
            connection.execute(text("select set_config('afterglow.clinic', :clinic, true)"), {"clinic": clinic})
            for table in sorted(own):
                assert connection.scalar(text(f"select count(*) from {table}")) == 0, (clinic, table)


def test_the_same_idempotency_key_books_once_and_answers_the_same(rosa: Story) -> None:
    rosa.may_be_booked()
    body = {"kind": "medicine", "starts_at": rosa.bench.clock().isoformat(), "resources": TEAM}
    path, key = f"/clients/{rosa.client}/visits", {"Idempotency-Key": "desk-1"}
    first = rosa.bench.as_("therapist").post(path, body, headers=key)
    again = rosa.bench.as_("therapist").post(path, body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert first.headers["ETag"] == again.headers["ETag"]
    assert len(rosa.bench.published(AppointmentBooked)) == 1


def test_the_days_list_shows_what_touches_it_and_refuses_what_is_no_instant(everything: Story) -> None:
    desk = everything.bench.as_("front_desk")
    assert [visit["id"] for visit in desk.get("/visits").get_json()["items"]] == [everything.visit]
    later = {"from": "2026-11-02T18:00:00+00:00", "to": "2026-11-03T00:00:00-05:00"}
    assert desk.get("/visits", query_string=later).get_json()["items"] == []
    for wrong in ("tomorrow", "2026-11-02T18:00:00", "9999-12-31T23:00:00+00:00", "0001-01-01T00:00:00+14:00"):
        refused(desk.get("/visits", query_string={"from": wrong}), "query_malformed", 422)


def test_a_year_that_was_mistyped_is_named(rosa: Story) -> None:
    for year in ("2036", "9998"):
        refused(rosa.may_be_booked().book(starts_at=f"{year}-11-03T10:00:00-05:00"), "too_far_ahead", 422)


def test_the_journey_is_told_in_order_and_no_name_reason_or_lot_leaves(rosa: Story) -> None:
    rosa.may_be_booked().with_intention()
    path = f"/clients/{rosa.client}/series"
    series = rosa.bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()["id"]
    rosa.visit = rosa.book(series_id=series).get_json()["id"]
    rosa.do("front_desk", "escort", name="Ana Marin", phone="+12125550147", confirmed=True)
    rosa.do("nurse", "check-in")
    rosa.ordered()
    rosa.measured(168, 102)
    rosa.do("prescriber", "hold-decision", decision="proceed", reason="Rested; repeat 138/86.")
    rosa.dose("35", lot="LOT-SECRET")
    rosa.bench.advance(minutes=90)
    rosa.measured(126, 80)
    rosa.discharge(signed_name="Jo Lindqvist")

    told = rosa.bench.published()
    names = [envelope.type.removeprefix("afterglow.sessions.").removesuffix(".v1") for envelope in told]
    assert names == [
        "series.planned", "appointment.booked", "escort.confirmed", "session.checked_in", "session.held",
        "session.dosed", "session.discharged", "session.completed",
    ]  # fmt: skip
    assert [envelope.sequence for envelope in told] == list(range(1, 9))
    assert {envelope.subject for envelope in told} == {rosa.client}
    assert {envelope.data["visit"] for envelope in told[1:]} == {rosa.visit}
    assert told[-1].data["series"] == series
    assert told[-1].data["completed_at"] == told[-2].data["at"] == rosa.bench.clock().isoformat()
    everything_said = json.dumps([envelope.data for envelope in told])
    for word in ("Ana", "+1212", "Rested", "LOT-SECRET", "Lindqvist", "Rosa"):
        assert word not in everything_said


def test_the_sessions_service_hears_intake_and_integration_and_nobody_else() -> None:
    assert service.handlers.publishers == ["intake", "integration"]
