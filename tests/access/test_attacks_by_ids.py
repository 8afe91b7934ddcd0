"""Ids of the other clinic: in paths, behind one's own, in filters and limits, in bodies, in batches, in downloads."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from shared.web.policy import Role

from .attacker import ATTACKER, REQUEST_ID, addresses, assert_nothing_of_maple, bearer, never_was, told, told_of_both
from .town import CEDAR, EVERY_CLINIC_HAS, MAPLE, Town, Who

OUTER = ("client_id", "visit_id", "subscription_id")
GROWS = "accounting.read"  # It lists that it was asked for, each time one line more.


def may_who(town: Town, endpoint: str) -> set[str]:
    return {str(role) for role in town.policy[town.entrances[endpoint].may]}


def test_in_the_path_of_any_door_or_page_they_tell_nothing(town: Town) -> None:
    for endpoint, names in addresses(town):
        if town.entrances[endpoint].may == GROWS:
            answer = town.call(endpoint, town.path(endpoint, names), ATTACKER, REQUEST_ID)
        else:
            answer = told_of_both(town, endpoint, names, never_was(names))
        assert_nothing_of_maple(answer, *names.values())


def test_behind_ones_own_in_the_path_they_tell_nothing(town: Town) -> None:
    """`/clients/{mine}/moments/{theirs}`."""
    own = town.cedar.known
    for endpoint, names in addresses(town):
        mine = town.names(endpoint, CEDAR, town.cedar, own)
        outer = {name: mine[name] for name in mine if name in OUTER}
        inner = set(names) - set(outer) - EVERY_CLINIC_HAS - {"staff"}
        if not outer or not inner:
            continue
        roles = may_who(town, endpoint)
        who = ATTACKER
        # Where nobody reaches the whole clinic, it is tried by somebody who reaches the client that comes first.
        if roles <= {Role.CLIENT, Role.THERAPIST}:
            who = Who.of(Role.CLIENT, CEDAR, own.id) if Role.CLIENT in roles else Who.of(Role.THERAPIST, CEDAR)
        answer = told_of_both(town, endpoint, names | outer, never_was(names, **outer), who)
        assert answer.status_code in (404, 422), endpoint
        assert_nothing_of_maple(answer, *names.values())


def test_of_another_client_of_ones_own_clinic_they_tell_a_client_nothing(town: Town) -> None:
    """`/clients/{somebody else}/…`, and `/clients/{me}/moments/{somebody else's}`."""
    me, other = town.cedar.known, town.cedar.other
    who = Who.of(Role.CLIENT, CEDAR, me.id)
    for endpoint, _ in addresses(town):
        if Role.CLIENT not in may_who(town, endpoint):
            continue
        theirs = town.names(endpoint, CEDAR, town.cedar, other)
        assert told_of_both(town, endpoint, theirs, never_was(theirs), who).status_code == 404, endpoint
        if set(theirs) - {"client_id"} - EVERY_CLINIC_HAS:
            mine = {"client_id": str(me.id)}
            assert told_of_both(town, endpoint, theirs | mine, never_was(theirs, **mine), who).status_code in (404, 422)


@pytest.mark.parametrize(
    "query",
    [
        "clinic=maple",
        "clinic_id=maple",
        "client={client}",
        "client={client}&limit=1000",
        "limit=1000",
        "limit=1000&cursor=0&after=0",
        "actor=nurse-at-maple",
        "from=2020-01-01T00:00:00%2B00:00&to=2030-01-01T00:00:00%2B00:00",
        "open=true",
        "outcome=denied",
    ],
)
def test_in_a_filter_or_with_another_limit_they_show_nothing(town: Town, query: str) -> None:
    client = str(town.maple.known.id)
    for endpoint, entrance in town.entrances.items():
        if entrance.method == "GET":
            own = town.path(endpoint, town.names(endpoint, CEDAR, town.cedar, town.cedar.known))
            answer = town.call(endpoint, f"{own}?{query.format(client=client)}", ATTACKER, REQUEST_ID)
            # A form of a search shows again what was typed into it.
            assert_nothing_of_maple(answer, client, "nurse-at-maple", "clinic=maple", "clinic_id=maple")


LATER = {"kind": "integration", "starts_at": "2026-11-20T18:00:00+00:00"}
BODIES: dict[str, dict[str, tuple[str, str, dict[str, Any]]]] = {
    "intake": {
        "an inquiry": (
            "front_desk",
            "/clients",
            {"given_name": "M", "family_name": "M", "time_zone": "America/New_York", "inquiry_id": "{inquiry_id}"},
        ),
    },
    "sessions": {
        "a series": (
            "prescriber",
            "/clients/{own}/visits",
            LATER | {"resources": ["room-grove"], "series_id": "{series_id}"},
        ),
        "a room among a batch": (
            "prescriber",
            "/clients/{own}/visits",
            LATER | {"resources": ["room-grove", "{room}"]},
        ),
        "an order": (
            "nurse",
            "/visits/{own_visit}/doses",
            {"order_id": "{order_id}", "route": "IM", "dose_mg": "35", "lot": "L"},
        ),
        "a reading": (
            "prescriber",
            "/visits/{own_visit}/hold-decision",
            {"decision": "proceed", "reason": "Repeat.", "reading_id": "{entry_id}"},
        ),
    },
    "integration": {
        "a moment": ("client", "/clients/{own}/commitments", {"action": "Walk.", "insight_id": "{moment_id}"}),
    },
}


@pytest.mark.parametrize(
    ("town", "attack"), [(service, name) for service, named in BODIES.items() for name in named], indirect=["town"]
)
def test_in_a_body_they_tell_nothing(town: Town, attack: str) -> None:
    role, path, body = BODIES[town.service.name][attack]
    own = town.cedar.known
    caller = bearer(town, Who.of(role, CEDAR, own.id if role == "client" else None))
    path = path.format(own=own.id, own_visit=own.ids.get("visit_id"))
    theirs = town.maple.known.ids | {"room": "room-garden"}
    nowhere = never_was(theirs)

    real, made_up = (caller.post(path, _filled(body, ids)) for ids in (theirs, nowhere))

    assert told(real, *theirs.values()) == told(made_up, *nowhere.values())
    assert real.status_code in (404, 409, 422)
    assert_nothing_of_maple(real, *theirs.values())


def _filled(said: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(said, dict):
        return {name: _filled(value, ids) for name, value in said.items()}
    if isinstance(said, list):
        return [_filled(each, ids) for each in said]
    return said.format(**ids) if isinstance(said, str) else said


@pytest.mark.parametrize("download", ["record", "accounting", "whole-record", "who-saw-my-record"])
def test_what_can_be_taken_away_of_the_other_clinics_client_has_nothing_in_it(town: Town, download: str) -> None:
    theirs, own = town.maple.known, town.cedar.known
    rule = f"/clients/<uuid:client_id>/{download}"
    [endpoint] = [name for name, entrance in town.entrances.items() if entrance.rule == rule]
    # Whoever administers alone reads nothing of integration; a nurse who does so too has something to take away.
    admin = Who("clinic_admin-at-cedar", ((CEDAR, ("clinic_admin", "nurse")),), CEDAR)

    # What the attackers did with the other clinic's id is kept by their own; of nobody there is nothing.
    of_theirs, of_own, of_nobody = (
        town.call(endpoint, town.path(endpoint, {"client_id": str(client)}), admin, REQUEST_ID)
        for client in (theirs.id, own.id, uuid4())
    )

    assert_nothing_of_maple(of_theirs, str(theirs.id))
    assert of_own.status_code == 200
    assert len(of_own.get_data()) > len(of_nobody.get_data())


def test_the_audit_of_one_clinic_has_no_line_of_the_other(town: Town) -> None:
    client = town.maple.known.id
    at_home = bearer(town, Who.of("clinic_admin", MAPLE)).get("/audit?limit=1000").get_json()["items"]
    for query in ("limit=1000", f"client={client}&actor=nurse-at-maple", f"client={uuid4()}"):
        answer = bearer(town).get(f"/audit?{query}")
        # That the attacker asked for that id is in the audit of their own clinic.
        assert_nothing_of_maple(answer, *town.maple.known.ids.values(), str(client))
    assert at_home
