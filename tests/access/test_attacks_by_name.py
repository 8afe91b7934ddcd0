"""Saying that one is somewhere else, or somebody else: headers, tokens, cookies, links, and keys of requests."""

import dataclasses
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import SignInAsked
from shared.links import link_path, link_proof

from .attacker import ATTACKER, REQUEST_ID, assert_nothing_of_maple, bearer, told
from .town import CEDAR, MAPLE, Town, Who


@pytest.mark.parametrize("meant", ["maple", "*", "%", "", " maple", "MAPLE", "cedar,maple", "maple'--", "../maple"])
def test_a_header_that_names_another_clinic_opens_nothing(town: Town, meant: str) -> None:
    answer = bearer(town).get("/audit", headers={"Afterglow-Clinic": meant})

    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_at_this_clinic")
    assert_nothing_of_maple(answer)


@pytest.mark.parametrize("both", [(CEDAR, MAPLE), (MAPLE, CEDAR)])
def test_two_headers_open_nothing_of_the_other(town: Town, both: tuple[str, str]) -> None:
    headers = [("Authorization", f"Bearer {town.token(ATTACKER)}"), *(("Afterglow-Clinic", each) for each in both)]

    answer = town.bench.app.test_client().get(f"/{town.service.name}/audit", headers=headers)

    assert answer.status_code in (200, 403)
    assert_nothing_of_maple(answer)


def test_roles_at_both_clinics_are_used_at_one_at_a_time_and_never_added_up(town: Town) -> None:
    both = Who("ana", ((CEDAR, ("clinic_admin",)), (MAPLE, ("nurse",))), CEDAR)

    unsaid = bearer(town, both).get("/audit")
    at_cedar = bearer(town, both).get("/audit", headers={"Afterglow-Clinic": CEDAR})
    at_maple = bearer(town, both).get("/audit", headers={"Afterglow-Clinic": MAPLE})

    assert unsaid.get_json()["code"] == "clinic_not_named"
    assert at_cedar.status_code == 200
    assert_nothing_of_maple(at_cedar)
    assert at_maple.get_json()["code"] == "role_may_not"


def test_a_client_of_two_clinics_is_one_client_at_each(town: Town) -> None:
    """The number that they have at Cedar opens nothing at Maple, and that of Maple's client is not theirs at Cedar."""
    own, theirs = town.cedar.known.id, town.maple.known.id
    both = Who("client-x", ((CEDAR, ("client",)), (MAPLE, ("client",))), CEDAR, own)
    doors = {"intake": "consents", "sessions": "visits", "integration": "moments", "notify": "messages"}

    def ask(clinic: str, whose: UUID) -> TestResponse:
        path = f"/clients/{whose}/{doors[town.service.name]}"
        return bearer(town, both).get(path, headers={"Afterglow-Clinic": clinic})

    assert ask(CEDAR, own).get_json()["items"]
    for clinic, whose in ((CEDAR, theirs), (MAPLE, theirs), (MAPLE, own)):
        answer = ask(clinic, whose)
        assert answer.status_code == 404 or answer.get_json() == {"items": []}


@pytest.mark.parametrize("who", [ATTACKER, dataclasses.replace(ATTACKER, at=MAPLE)])
def test_a_cookie_of_one_clinic_opens_no_page_of_the_other(town: Town, who: Who) -> None:
    """Neither where the address names it, nor where a sign-in is at a clinic at which it has no role."""
    for endpoint in filter(town.is_page, town.entrances):
        names = town.names(endpoint, MAPLE, town.maple, town.maple.known)
        if who.at == MAPLE or "clinic" in names:
            answer = town.call(endpoint, town.path(endpoint, names), who, REQUEST_ID)
            assert answer.status_code == 403, endpoint
            assert "This sign-in has no role at that clinic" in answer.get_data(as_text=True)


# How each service does something once, for whoever sends the same key again.
ONCE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "intake": ("front_desk", "/clients", {"given_name": "Nell", "family_name": "A", "time_zone": "America/New_York"}),
    "sessions": (
        "front_desk",
        "/visits/{visit_id}/escort",
        {"name": "Ana", "phone": "+12125550147", "confirmed": True},
    ),
    "integration": ("nurse", "/clients/{client_id}/measures", {"response": {"resourceType": "Nothing"}}),
    "notify": (
        "clinic_admin",
        "/subscriptions",
        {"partner": "northside", "url": "http://127.0.0.1:9/n", "types": ["clearance.decided"], "scopes": ["summary"]},
    ),
}


def once(town: Town, clinic: str, subject: str, key: str, *, role: str | None = None) -> TestResponse:
    """The same deed at a clinic, under that key, by somebody who has the role for it at both clinics."""
    usual, path, body = ONCE[town.service.name]
    who, roles = town.houses[clinic].known, (role or usual,)
    caller = bearer(town, Who(subject, ((CEDAR, roles), (MAPLE, roles)), CEDAR))
    filled = path.format_map(who.ids | {"client_id": str(who.id)})
    return caller.post(filled, body, headers={"Idempotency-Key": key, "Afterglow-Clinic": clinic})


def test_the_same_key_at_both_clinics_is_two_keys(town: Town) -> None:
    key = str(uuid4())

    at_maple, at_cedar = once(town, MAPLE, "ana", key), once(town, CEDAR, "ana", key)

    assert at_cedar.status_code == at_maple.status_code
    assert "Idempotent-Replay" not in at_cedar.headers
    assert at_cedar.get_data() != at_maple.get_data()
    assert_nothing_of_maple(at_cedar)


def test_the_same_key_of_another_person_is_another_key(town: Town) -> None:
    key = str(uuid4())

    first, second = once(town, CEDAR, "bea", key), once(town, CEDAR, "cal", key)

    assert second.status_code == first.status_code
    assert "Idempotent-Replay" not in second.headers


def test_a_stored_answer_is_not_given_to_whom_it_is_denied_by_now(town: Town) -> None:
    key = str(uuid4())
    once(town, MAPLE, "ana", key)

    answer = once(town, MAPLE, "ana", key, role="escort")

    assert (answer.status_code, answer.get_json()["code"]) == (403, "role_may_not")


@pytest.mark.parametrize("town", ["intake"], indirect=True)
def test_a_clients_link_signs_in_at_its_own_clinic_alone(town: Town) -> None:
    browser = town.bench.app.test_client()
    for clinic in (MAPLE, CEDAR):
        browser.post(f"/intake/clinics/{clinic}/sign-in", data={"email": town.maple.known.email})
    town.bench.advance(seconds=0)
    [asked] = town.bench.published(SignInAsked)  # Cedar knows nobody of that address, and says what it always says.
    own, moved = (link_path(clinic, UUID(asked.data["link"])) for clinic in (MAPLE, CEDAR))
    proof = link_proof("s" * 43, own)

    right, elsewhere = browser.get(f"{own}.{proof}"), browser.post(f"{moved}.{proof}")
    forged, invented = (
        browser.post(f"{path}.{link_proof('s' * 43, path)}") for path in (moved, link_path(CEDAR, uuid4()))
    )

    assert right.status_code == 200
    assert elsewhere.status_code == forged.status_code == invented.status_code == 409
    for answer in (elsewhere, forged, invented):
        assert "This link is no longer good" in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers
        assert_nothing_of_maple(answer)


@pytest.mark.parametrize("town", ["sessions"], indirect=True)
def test_an_escorts_link_answers_at_its_own_clinic_alone(town: Town) -> None:
    desk, visit = bearer(town, Who.of("front_desk", MAPLE)), town.maple.other.ids["visit_id"]
    made = desk.post(f"/visits/{visit}/escort-link", {"name": "Ana", "phone": "+12125550147"}).get_json()
    path, browser = urlsplit(made["url"]).path, town.bench.app.test_client()

    elsewhere = path.replace("/maple/", "/cedar/")
    invented = f"{elsewhere[:-8]}AAAAAAAA"

    assert browser.get(path).status_code == 200
    tokens = [each.rpartition("/")[2] for each in (elsewhere, invented)]
    headers = {"X-Request-Id": REQUEST_ID}
    answers = [browser.get(each, headers=headers) for each in (elsewhere, invented)]
    assert told(answers[0], tokens[0]) == told(answers[1], tokens[1])
    assert_nothing_of_maple(answers[0])
