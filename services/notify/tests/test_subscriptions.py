import dataclasses
from typing import Any
from uuid import UUID

import pytest

from notify import settings
from notify.settings import NotifySettings
from shared.testing.bench import Bench

BODY = {
    "partner": "harbor-primary-care",
    "url": "https://harbor.example.org/hooks",
    "types": ["clearance.decided", "sessions.session.completed", "intake.clearance.decided"],
    "scopes": ["clinical", "summary"],
}


def subscribe(bench: Bench, **changes: Any) -> Any:
    return bench.as_("clinic_admin").post("/subscriptions", BODY | changes)


def test_the_secret_of_a_subscription_is_shown_once(bench: Bench) -> None:
    made = subscribe(bench)

    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    assert made.json["types"] == ["intake.clearance.decided", "sessions.session.completed"]
    assert made.json["status"] == "active"
    [listed] = bench.as_("clinic_admin").get("/subscriptions").get_json()["items"]
    assert listed == {name: value for name, value in made.json.items() if name != "secret"}


@pytest.mark.parametrize(
    "url",
    [
        "http://harbor.example.org/hooks",
        "https://127.0.0.1/hooks",
        "https://169.254.169.254/latest",
        "https://10.0.0.4/hooks",
        "https://someone:secret@harbor.example.org/",
        "ftp://harbor.example.org/",
        "https://harbor.example.org:22/",
    ],
)
def test_partners_are_only_told_at_public_addresses(bench: Bench, own_settings: NotifySettings, url: str) -> None:
    settings.use(dataclasses.replace(own_settings, webhook_allow=()))

    answer = subscribe(bench, url=url)

    assert (answer.status_code, answer.json["code"]) == (422, "url_not_allowed")
    assert answer.json["errors"][0]["path"] == "/url"
    assert bench.as_("clinic_admin").get("/subscriptions").get_json()["items"] == []


@pytest.mark.parametrize("name", ["integration.entry.shared", "red_flag.raised", "inquiry.received", "no.such"])
def test_what_is_never_offered_cannot_be_subscribed(bench: Bench, name: str) -> None:
    answer = subscribe(bench, types=["clearance.decided", name])

    assert (answer.status_code, answer.json["code"]) == (422, "type_not_offered")
    assert [error["path"] for error in answer.json["errors"]] == ["/types/1"]


@pytest.mark.parametrize(
    "change",
    [
        {"types": []},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["part2"]},
        {"partner": "Harbor Primary Care"},
        {"colour": "teal"},
    ],
)
def test_a_malformed_subscription_is_refused(bench: Bench, change: dict[str, Any]) -> None:
    assert subscribe(bench, **change).status_code == 422


@pytest.mark.parametrize("partner", ["360-health", "7", "h" * 63])
def test_a_partner_subscribes_under_any_name_that_a_client_can_consent_to(bench: Bench, partner: str) -> None:
    answer = subscribe(bench, partner=partner)

    assert (answer.status_code, answer.json["partner"]) == (201, partner)


@pytest.mark.parametrize("partner", ["", "-harbor", "h" * 64, "harbor\n", "Harbor"])
def test_what_a_partner_may_be_called_is_said_in_full(bench: Bench, partner: str) -> None:
    answer = subscribe(bench, partner=partner)

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {
            "path": "/partner",
            "message": "Use 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or a digit.",
        }
    ]


@pytest.mark.parametrize("role", ["front_desk", "therapist", "prescriber", "nurse", "medical_director"])
def test_only_the_clinics_admin_decides_what_partners_are_told(bench: Bench, role: str) -> None:
    made = subscribe(bench).get_json()

    somebody = bench.as_(role)

    assert somebody.post("/subscriptions", BODY).status_code == 403
    assert somebody.get("/subscriptions").status_code == 403
    assert somebody.get(f"/subscriptions/{made['id']}/deliveries").status_code == 403
    assert somebody.post(f"/subscriptions/{made['id']}/closing").status_code == 403


def test_another_clinics_subscription_is_not_found(bench: Bench) -> None:
    made = subscribe(bench).get_json()

    other = bench.as_("clinic_admin", clinic="cedar")

    nowhere = UUID("01936d3e-5f00-7000-8000-0000000000ff")
    assert other.get("/subscriptions").get_json()["items"] == []
    assert other.get(f"/subscriptions/{made['id']}/deliveries").status_code == 404
    assert other.post(f"/subscriptions/{made['id']}/closing").status_code == 404
    assert other.post(f"/subscriptions/{made['id']}/deliveries/{nowhere}/retry").status_code == 404
    assert other.post(f"/subscriptions/{made['id']}/deliveries/{nowhere}/skip").status_code == 404


def test_the_same_idempotency_key_makes_one_subscription(bench: Bench) -> None:
    admin = bench.as_("clinic_admin")

    first = admin.post("/subscriptions", BODY, headers={"Idempotency-Key": "once"})
    again = admin.post("/subscriptions", BODY, headers={"Idempotency-Key": "once"})

    assert first.json == again.json
    assert len(admin.get("/subscriptions").get_json()["items"]) == 1


def test_closing_twice_changes_nothing_more(bench: Bench) -> None:
    made = subscribe(bench).get_json()
    admin = bench.as_("clinic_admin")

    answers = [admin.post(f"/subscriptions/{made['id']}/closing") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.get_json()["status"] for answer in answers] == ["closed", "closed"]


def test_every_door_is_in_the_openapi_document(bench: Bench) -> None:
    document = bench.as_nobody().get("/openapi.json").get_json()

    assert document["openapi"] == "3.1.0"
    operations = {
        (method, path.removeprefix("/notify"))
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "patch")
    }
    assert operations >= {
        ("get", "/clients/{client_id}/messages"),
        ("get", "/clients/{client_id}/events"),
        ("post", "/subscriptions"),
        ("get", "/subscriptions"),
        ("post", "/subscriptions/{subscription_id}/closing"),
        ("get", "/subscriptions/{subscription_id}/deliveries"),
        ("post", "/subscriptions/{subscription_id}/deliveries/{delivery_id}/retry"),
        ("post", "/subscriptions/{subscription_id}/deliveries/{delivery_id}/skip"),
    }
    for item in document["paths"].values():
        for method, operation in item.items():
            assert method == "parameters" or operation["summary"]
