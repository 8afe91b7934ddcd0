"""A client is erased, by two people, and nothing brings them back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.holdings import HOLDINGS
from shared.events.intake import ClientErased, InquiryErased, InquiryReceived
from shared.testing.bench import Bench
from shared.testing.inventory import places_of, rows_about

from .people import Somebody, accepted, problem

REQUEST = {"reason": "She asked for it by letter, of 2 November.", "confirm": "Rosa"}
OPENING = {"reason": "She called from the emergency room."}


@pytest.fixture
def rosa(bench: Bench, register: Callable[..., Somebody]) -> Somebody:
    """A client of Maple with a row in every table that intake has about clients."""
    inquiry = {"name": "Rosa M.", "email": "rosa@example.org", "message": "A long winter."}
    asked = accepted(bench.as_nobody().post("/clinics/maple/inquiries", inquiry))["id"]
    rosa = register(inquiry_id=asked, email="rosa@example.org", phone="+1 212 555 0123", therapist="therapist-at-maple")
    rosa.cleared()
    accepted(rosa.consent("treatment", signed_name_drawn="M10 10L60 40"))
    accepted(bench.as_("network_admin").post(f"/clients/{rosa.id}/opening", OPENING))
    bench.app.test_client().post("/intake/clinics/maple/sign-in", data={"email": "rosa@example.org"})
    bench.advance(seconds=1)
    return rosa


@pytest.fixture
def tomas(register: Callable[..., Somebody]) -> Somebody:
    tomas = register(given_name="Tomás", email="tomas@example.org", therapist="therapist-at-maple")
    tomas.cleared()
    return tomas


def write_to(bench: Bench, **said: Any) -> str:
    """Reach out to Maple; returns the inquiry."""
    letter = {"name": "Ivo Marin", "email": "ivo@example.org", "message": "Please call."} | said
    return str(accepted(bench.as_nobody().post("/clinics/maple/inquiries", letter))["id"])


def request(client: Somebody, **changes: Any) -> TestResponse:
    return client.staff("clinic_admin").post(f"/clients/{client.id}/erasure", REQUEST | changes)


def confirm(client: Somebody, name: str = "Rosa", role: str = "medical_director") -> TestResponse:
    return client.staff(role).post(f"/clients/{client.id}/erasure/confirmation", {"confirm": name})


def erased(client: Somebody) -> dict[str, Any]:
    accepted(request(client))
    answer: dict[str, Any] = accepted(confirm(client), 200)
    return answer


def counted(bench: Bench, client: Somebody) -> dict[str, int]:
    return rows_about(client.id, places_of(HOLDINGS), bench.owner)


def test_one_asks_another_confirms_and_all_of_it_is_gone(bench: Bench, rosa: Somebody, tomas: Somebody) -> None:
    accepted(request(rosa))
    held, others = counted(bench, rosa), counted(bench, tomas)
    assert set(held) == set(places_of(HOLDINGS))

    answer = accepted(confirm(rosa), 200)

    assert answer["client_id"] == str(rosa.id)
    assert answer["rows"] == {holding.table: held[holding.table] for holding in HOLDINGS}
    assert not any(counted(bench, rosa).values())
    assert counted(bench, tomas) == others
    problem(rosa.staff("front_desk").get(f"/clients/{rosa.id}"), 404, "not_found")
    problem(rosa.themselves().get(f"/clients/{rosa.id}/consents"), 404, "not_found")
    assert accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"] == []


def test_it_is_the_last_that_is_told_and_what_was_told_keeps_its_places(bench: Bench, rosa: Somebody) -> None:
    before = [event for event in bench.published() if event.subject == rosa.id]

    erased(rosa)

    told = [event for event in bench.published() if event.subject == rosa.id]
    assert [event.id for event in told[:-1]] == [event.id for event in before]
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert all(event.erased and event.data == {} for event in told[:-1])
    assert told[-1].type == ClientErased.type
    (inquiry,) = [event for event in bench.published() if event.type == InquiryReceived.type]
    assert (inquiry.erased, inquiry.data) == (True, {})
    assert told[-1].data["inquiries"] == [str(inquiry.subject)]


def test_how_she_reached_out_before_goes_with_her_and_whoever_shares_her_mailbox_stays(
    bench: Bench, rosa: Somebody
) -> None:
    hers = {
        write_to(bench, name="Rosa Marin", email="Rosa@Example.org"),
        write_to(bench, name="rosa", email="else@example.org", phone="+1 212 555 0123"),
    }
    write_to(bench, name="Ivo Marin", email="rosa@example.org")
    write_to(bench, name="Rosa Abara", email="rosa.abara@example.org")

    erased(rosa)

    left = accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"]
    assert {inquiry["name"] for inquiry in left} == {"Ivo Marin", "Rosa Abara"}
    (told,) = bench.published(ClientErased)
    assert hers < set(told.data["inquiries"])
    words = {event.subject: event.data for event in bench.published(InquiryReceived)}
    assert [bool(data) for subject, data in words.items() if str(subject) in told.data["inquiries"]] == [False] * 3
    assert sum(bool(data) for data in words.values()) == 2


def test_how_somebody_reached_out_who_became_no_client_is_erased_by_an_admin(bench: Bench) -> None:
    inquiry = write_to(bench)
    write_to(bench, name="Nell")
    keys = text("select count(*) from data_key where subject = :inquiry")

    answer = accepted(bench.as_("clinic_admin").post(f"/inquiries/{inquiry}/erasure", {"confirm": " ivo marin"}), 200)

    assert answer["id"] == inquiry
    left = accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"]
    assert [item["name"] for item in left] == ["Nell"]
    received, erased_ = [event for event in bench.published() if str(event.subject) == inquiry]
    assert (received.erased, received.data) == (True, {})
    assert (erased_.type, erased_.sequence) == (InquiryErased.type, 2)
    with bench.owner.connect() as connection:
        assert connection.scalar(keys, {"inquiry": inquiry}) == 0
        query = text("select actor, subject from audit where action = 'inquiry.erase'")
        assert connection.execute(query).all() == [("clinic_admin-at-maple", inquiry)]
    again = bench.as_("clinic_admin").post(f"/inquiries/{inquiry}/erasure", {"confirm": "Ivo Marin"})
    problem(again, 404, "not_found")


def test_an_inquiry_is_not_erased_by_another_name_at_another_clinic_or_once_it_is_a_clients(
    bench: Bench, rosa: Somebody
) -> None:
    def erase(inquiry: str, name: str, **where: Any) -> TestResponse:
        return bench.as_("clinic_admin", **where).post(f"/inquiries/{inquiry}/erasure", {"confirm": name})

    inquiry = write_to(bench)
    [hers] = [item for item in accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"] if item["client_id"]]

    problem(erase(inquiry, "Rosa"), 422, "name_differs")
    problem(erase(inquiry, "Ivo Marin", clinic="cedar"), 404, "not_found")
    problem(erase(hers["id"], hers["name"]), 409, "inquiry_of_client")

    assert len(accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"]) == 2
    assert bench.published(InquiryErased) == []


def test_the_key_of_what_may_be_left_in_a_backup_is_gone(bench: Bench, rosa: Somebody) -> None:
    query = text("select count(*) from data_key where clinic = 'maple'")
    with bench.owner.connect() as connection:
        before = connection.scalar(query)

    erased(rosa)

    with bench.owner.connect() as connection:
        assert connection.scalar(query) == before - 2  # Hers, and her inquiry's.


def test_the_audit_says_who_asked_who_confirmed_and_what_went(bench: Bench, rosa: Somebody) -> None:
    answer = erased(rosa)

    with bench.owner.connect() as connection:
        query = text("select actor, action, clients, detail from audit where action like any (array['%eras%'])")
        lines = {line.action: line for line in connection.execute(query)}
    assert lines["erasure.request"].actor == "clinic_admin-at-maple"
    proof = lines["client.erase"]
    assert (proof.actor, proof.clients) == ("medical_director-at-maple", [rosa.id])
    assert proof.detail == answer["rows"] | {"requested_by": "clinic_admin-at-maple"}
    assert lines["erasure.confirm"].clients == [rosa.id]


def test_nobody_erases_alone(bench: Bench, rosa: Somebody) -> None:
    accepted(request(rosa))

    problem(confirm(rosa, role="clinic_admin"), 409, "second_person_needed")

    accepted(rosa.staff("front_desk").get(f"/clients/{rosa.id}"), 200)
    assert bench.published(ClientErased) == []


def test_without_a_request_there_is_nothing_to_confirm(bench: Bench, rosa: Somebody) -> None:
    problem(confirm(rosa), 404, "not_found")
    problem(rosa.staff("medical_director").get(f"/clients/{rosa.id}/erasure"), 404, "not_found")


def test_whoever_types_another_name_means_somebody_else(rosa: Somebody) -> None:
    assert problem(request(rosa, confirm="Nell"), 422, "name_differs")["errors"][0]["path"] == "/confirm"
    accepted(request(rosa, confirm=" rosa "))
    problem(confirm(rosa, "Nell"), 422, "name_differs")


def test_a_request_is_read_and_put_aside_and_the_client_stays(rosa: Somebody) -> None:
    asked = accepted(request(rosa))
    director = rosa.staff("medical_director")
    assert accepted(director.get(f"/clients/{rosa.id}/erasure"), 200) == asked
    assert (asked["reason"], asked["requested_by"]) == (REQUEST["reason"], "clinic_admin-at-maple")
    problem(request(rosa), 409, "erasure_already_requested")

    accepted(director.post(f"/clients/{rosa.id}/erasure/withdrawal"), 200)

    problem(confirm(rosa), 404, "not_found")
    accepted(rosa.staff("front_desk").get(f"/clients/{rosa.id}"), 200)


def test_only_who_answers_for_the_clinic_asks_and_confirms(rosa: Somebody) -> None:
    for role in ("front_desk", "therapist", "prescriber", "nurse", "network_admin", "medical_director"):
        problem(rosa.staff(role).post(f"/clients/{rosa.id}/erasure", REQUEST), 403, "role_may_not")
    accepted(request(rosa))
    for role in ("front_desk", "therapist", "prescriber", "nurse", "network_admin"):
        problem(confirm(rosa, role=role), 403, "role_may_not")


def test_another_clinic_erases_nobody_here(bench: Bench, rosa: Somebody) -> None:
    accepted(request(rosa))
    before = counted(bench, rosa)

    path = f"/clients/{rosa.id}/erasure"
    problem(bench.as_("clinic_admin", clinic="cedar").post(path, REQUEST), 404, "not_found")
    elsewhere = bench.as_("medical_director", clinic="cedar")
    problem(elsewhere.post(f"{path}/confirmation", {"confirm": "Rosa"}), 404, "not_found")
    problem(elsewhere.post(f"{path}/withdrawal"), 404, "not_found")

    assert counted(bench, rosa) == before


def test_erased_twice_there_is_nobody_the_second_time(bench: Bench, rosa: Somebody) -> None:
    erased(rosa)

    problem(confirm(rosa), 404, "not_found")
    problem(request(rosa), 404, "not_found")
    assert len(bench.published(ClientErased)) == 1


def test_two_who_confirm_together_erase_once(bench: Bench, rosa: Somebody) -> None:
    accepted(request(rosa))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: confirm(rosa).status_code, range(4)))

    assert sorted(answers) == [200, 404, 404, 404]
    assert len(bench.published(ClientErased)) == 1


def test_whoever_corrects_or_adds_in_the_same_moment_comes_before_or_finds_nobody(bench: Bench, rosa: Somebody) -> None:
    accepted(request(rosa))

    def correct(number: int) -> int:
        headers = {"If-Match": f'"{number}"'}
        change = {"display_name": "Rosa", "family_name": f"Marin {number}"}
        return rosa.staff("front_desk").patch(f"/clients/{rosa.id}", change, headers=headers).status_code

    def agree(number: int) -> int:
        return rosa.consent("messaging", signed_name=f"R {number}").status_code

    with ThreadPoolExecutor(5) as pool:
        corrected = pool.map(correct, range(1, 5))
        agreed = pool.map(agree, range(3))
        gone = pool.submit(confirm, rosa)

    assert gone.result().status_code == 200
    assert set(corrected) <= {200, 412, 404}
    assert set(agreed) <= {201, 409, 404}
    assert not any(counted(bench, rosa).values())
    told = [event for event in bench.published() if event.subject == rosa.id]
    assert told[-1].type == ClientErased.type
    assert all(event.erased for event in told[:-1])


def test_neither_time_nor_a_repeated_request_nor_a_link_brings_anybody_back(bench: Bench, rosa: Somebody) -> None:
    headers = {"If-Match": '"1"', "Idempotency-Key": "k"}
    consent = {"kind": "messaging", "text_version": "2026-01", "signed_name": "Rosa Marin"}
    accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents", consent, headers=headers))

    erased(rosa)
    bench.advance(days=200)

    answer = rosa.themselves().post(f"/clients/{rosa.id}/consents", consent, headers=headers)
    problem(answer, 404, "not_found")
    desk = bench.as_("front_desk")
    problem(desk.patch(f"/clients/{rosa.id}", {"family_name": "M"}, headers=headers), 404, "not_found")
    assert not any(counted(bench, rosa).values())
    assert bench.published()[-1].type == ClientErased.type


def test_a_sign_in_that_was_open_has_ended(bench: Bench, rosa: Somebody) -> None:
    with bench.owner.begin() as connection:
        connection.execute(
            text(
                "select sign_in_begin(decode(repeat('00', 32), 'hex'), :subject, 'x', '{}', :id, 'maple', now(),"
                " now() + interval '1 hour', interval '1 hour', null, null, null, null, null)"
            ),
            {"subject": f"client-{rosa.id}", "id": rosa.id},
        )

    erased(rosa)

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from sign_in")) == 0
