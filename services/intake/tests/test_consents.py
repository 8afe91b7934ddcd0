"""A client agrees, each time to one thing, and takes it back alone."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.domain.consents import AUTHORISATIONS
from shared.clinics import Clinic, ConsentKind
from shared.events.intake import ConsentGranted, ConsentWithdrawn
from shared.testing.bench import Bench

from .people import Somebody, accepted, problem

HARBOR = "harbor-primary-care"


def test_anybody_may_read_what_a_clinics_clients_are_asked_to_agree_to(bench: Bench, maple: Clinic) -> None:
    texts = accepted(bench.as_nobody().get("/clinics/maple/consent-texts"), 200)["items"]

    asked = [*maple.consent_texts, *AUTHORISATIONS]
    assert texts == [
        {"kind": t.kind, "version": t.version, "text": t.text, "language": getattr(t, "language", None)} for t in asked
    ]


def test_a_consent_is_to_one_version_of_one_text_and_keeps_the_hash_of_its_words(rosa: Somebody, maple: Clinic) -> None:
    consent = accepted(rosa.consent("treatment"))

    words = maple.consent_text(ConsentKind.TREATMENT, "2026-01").text
    assert consent["text_sha256"] == hashlib.sha256(words.encode()).hexdigest()
    assert (consent["kind"], consent["text_version"], consent["withdrawn_at"]) == ("treatment", "2026-01", None)
    (told,) = rosa.bench.published(ConsentGranted)
    assert told.data == {
        "consent": consent["id"],
        "kind": "treatment",
        "text_version": "2026-01",
        "partner": None,
        "granted_at": consent["granted_at"],
    }
    assert "Marin" not in told.to_bytes().decode()


def test_sharing_names_the_partner_with_whom_and_nothing_else_does(rosa: Somebody) -> None:
    problem(rosa.consent("data_sharing"), 422, "partner_missing")
    problem(rosa.consent("treatment", partner=HARBOR), 422, "partner_not_expected")
    problem(rosa.consent("data_sharing", partner="Harbor Primary Care"), 422, "invalid")

    assert accepted(rosa.consent("data_sharing", partner=HARBOR))["partner"] == HARBOR
    assert accepted(rosa.consent("data_sharing", partner="elm-pharmacy"))["partner"] == "elm-pharmacy"


@pytest.mark.parametrize("partner", ["360-health", "7", "h" * 63])
def test_a_client_can_share_with_every_partner_that_may_subscribe(rosa: Somebody, partner: str) -> None:
    assert accepted(rosa.consent("data_sharing", partner=partner))["partner"] == partner


@pytest.mark.parametrize("partner", ["", "-harbor", "h" * 64, "harbor\n", "Harbor"])
def test_what_a_partner_may_be_called_is_said_in_full(rosa: Somebody, partner: str) -> None:
    refused = problem(rosa.consent("data_sharing", partner=partner), 422, "invalid")

    (error,) = refused["errors"]
    assert error["path"] == "/partner"
    assert error["message"] == (
        "Use 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or a digit."
    )


def test_the_consent_that_partners_are_shown_is_one_that_can_be_given(rosa: Somebody, repository: Path) -> None:
    document = (repository / "docs/partners.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"/consents .*?-d '(.+?)'", document, re.DOTALL)

    consent = accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents", json.loads(shown)))

    assert (consent["kind"], consent["partner"]) == ("data_sharing", HARBOR)


def test_nobody_can_agree_to_a_text_that_there_is_not(rosa: Somebody) -> None:
    problem(rosa.consent("treatment", text_version="2019-01"), 422, "consent_text_unknown")
    problem(rosa.consent("treatment", text_version="2026-01\0"), 422, "invalid")

    problem(rosa.consent("immortality"), 422, "invalid")
    assert rosa.bench.published(ConsentGranted) == []


def test_agreeing_twice_at_once_is_one_consent(rosa: Somebody) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rosa.consent("messaging"), range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    refusal = next(answer for answer in answers if answer.status_code == 409)
    problem(refusal, 409, "consent_already_in_force")
    assert len(rosa.bench.published(ConsentGranted)) == 1


def test_each_consent_is_taken_back_alone(rosa: Somebody) -> None:
    treatment = accepted(rosa.consent("treatment"))
    rosa.bench.clock.at += timedelta(minutes=1)
    sharing = accepted(rosa.consent("data_sharing", partner=HARBOR))
    rosa.bench.clock.at = rosa.bench.clock.at.replace(hour=22, minute=15)
    path = f"/clients/{rosa.id}/consents"

    taken_back = accepted(rosa.themselves().post(f"{path}/{sharing['id']}/withdrawal", {}))

    assert taken_back["withdrawn_at"] == "2026-11-02T22:15:00+00:00"
    (told,) = rosa.bench.published(ConsentWithdrawn)
    assert told.data == {
        "consent": sharing["id"],
        "kind": "data_sharing",
        "partner": HARBOR,
        "withdrawn_at": "2026-11-02T22:15:00+00:00",
    }
    items = accepted(rosa.staff("therapist").get(path), 200)["items"]
    assert [(item["id"], item["withdrawn_at"] is None) for item in items] == [
        (treatment["id"], True),
        (sharing["id"], False),
    ]


def test_a_consent_is_taken_back_once_and_may_be_given_again(rosa: Somebody) -> None:
    consent = accepted(rosa.consent("messaging"))
    path = f"/clients/{rosa.id}/consents/{consent['id']}/withdrawal"
    accepted(rosa.themselves().post(path))

    problem(rosa.themselves().post(path), 409, "consent_not_in_force")

    again = accepted(rosa.consent("messaging"))
    assert again["id"] != consent["id"]


def test_taking_a_consent_back_ends_it_under_every_version_of_its_text(rosa: Somebody) -> None:
    with rosa.bench.owner.begin() as connection:
        newer = '{"kind": "treatment", "version": "2026-02", "text": "Clearer words."}'
        statement = "update clinic set facts = jsonb_insert(facts, '{consent_texts,0}', cast(:newer as jsonb))"
        connection.execute(text(statement), {"newer": newer})
    old = accepted(rosa.consent("treatment"))
    new = accepted(rosa.consent("treatment", text_version="2026-02"))

    accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents/{old['id']}/withdrawal"))

    assert {event.data["consent"] for event in rosa.bench.published(ConsentWithdrawn)} == {old["id"], new["id"]}


def test_nobody_consents_or_takes_back_in_a_clients_name(rosa: Somebody) -> None:
    consent = accepted(rosa.consent("treatment"))
    body = {"kind": "messaging", "text_version": "2026-01", "signed_name": "Rosa Marin"}
    for role in ("front_desk", "therapist", "prescriber", "nurse", "clinic_admin", "medical_director"):
        problem(rosa.staff(role).post(f"/clients/{rosa.id}/consents", body), 403, "role_may_not")
        path = f"/clients/{rosa.id}/consents/{consent['id']}/withdrawal"
        problem(rosa.staff(role).post(path), 403, "role_may_not")


def test_a_consent_of_somebody_else_is_not_found(rosa: Somebody, register) -> None:
    tomas = register(given_name="Tomas", family_name="Okoro")
    consent = accepted(rosa.consent("treatment"))

    problem(tomas.themselves().post(f"/clients/{tomas.id}/consents/{consent['id']}/withdrawal"), 404, "not_found")
    problem(tomas.themselves().post(f"/clients/{rosa.id}/consents/{consent['id']}/withdrawal"), 404, "not_found")
    assert rosa.bench.published(ConsentWithdrawn) == []
