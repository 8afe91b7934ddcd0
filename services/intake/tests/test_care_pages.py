"""Pages about one client, as people of the clinic and the client themselves meet them."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.policy import POLICY
from shared.events.intake import CaseloadJoined, CaseloadLeft, ClientErased, ConsentGranted, GlassBroken
from shared.store.reach import Condition
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .people import Somebody, accepted

WHY = "She called from the emergency room, and her therapist is away."
ASKED = {"reason": "She asked for it by letter, of 2 November.", "confirm": "Rosa"}


@pytest.fixture
def tomas(register: Callable[..., Somebody]) -> Somebody:
    """A client of Maple whom nobody looks after yet."""
    return register(given_name="Tomás", family_name="Ilves", email="tomas@example.org")


def themselves(client: Somebody) -> Visitor:
    return visitor(client.bench, "client", clinic=client.clinic, client_id=client.id, name="Rosa")


def shown(answer: TestResponse, status: int = 200) -> str:
    """The words of a page, without its markup."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    page = answer.get_data(as_text=True).partition("<body")[2]
    return re.sub(r" ([.,:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def on_to(answer: TestResponse, client: Somebody, page: str = "") -> None:
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/intake/clients/{client.id}/care{page}")


def audited(bench: Bench) -> tuple[Any, ...]:
    """The newest line of the audit: who, what, with what outcome, about whom."""
    with bench.owner.connect() as connection:
        line = connection.execute(
            text("select actor, action, outcome, clients from audit order by position desc limit 1")
        ).one()
    return tuple(line)


# Whom somebody reaches.


def test_a_list_holds_those_whom_its_reader_reaches(bench: Bench, rosa: Somebody, tomas: Somebody) -> None:
    at_the_desk = shown(visitor(bench, "front_desk").get("/clients"))
    assert "Rosa" in at_the_desk
    assert "Tomás" in at_the_desk
    assert audited(bench) == ("front_desk-at-maple", "client.read", "done", sorted([rosa.id, tomas.id]))

    of_a_therapist = shown(visitor(bench, "therapist").get("/clients"))
    assert "Rosa" in of_a_therapist
    assert "Tomás" not in of_a_therapist

    for role in ("network_admin", "front_desk"):
        of_nobody = shown(visitor(bench, role, clinic="maple" if role == "network_admin" else "cedar").get("/clients"))
        assert "Rosa" not in of_nobody


def test_somebody_is_found_by_their_address_which_stands_in_no_address(
    bench: Bench, rosa: Somebody, tomas: Somebody
) -> None:
    desk = visitor(bench, "front_desk")

    on_to(desk.post("/clients/found", email=" ROSA@example.org "), rosa)

    assert "Nobody whom you reach" in shown(desk.post("/clients/found", email="nobody@example.org"))
    assert "Nobody whom you reach" in shown(
        visitor(bench, "therapist").post("/clients/found", email="tomas@example.org")
    )


# Caseloads.


def test_the_desk_puts_somebody_on_a_caseload_and_takes_them_off(bench: Bench, tomas: Somebody) -> None:
    desk, path = visitor(bench, "front_desk"), f"/clients/{tomas.id}/care"
    assert "Nobody yet" in shown(desk.get(path))

    on_to(desk.post(f"{path}/joining", staff=" therapist-at-maple "), tomas)

    (told,) = bench.published(CaseloadJoined)
    assert (told.subject, told.data["staff"]) == (tomas.id, "therapist-at-maple")
    assert audited(bench) == ("front_desk-at-maple", "caseload.change", "done", [tomas.id])
    assert "Who looks after Tomás" in shown(visitor(bench, "therapist").get(path))

    on_to(desk.post(f"{path}/leaving", staff="therapist-at-maple"), tomas)

    assert len(bench.published(CaseloadLeft)) == 1
    assert "not on your caseload" in shown(visitor(bench, "therapist").get(path), 403)
    assert "There is no such member of the staff" in shown(desk.post(f"{path}/leaving", staff="nobody"), 404)


def test_whoever_may_not_change_a_caseload_sees_no_form_and_sends_none(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care"
    for reader in (visitor(bench, "therapist"), visitor(bench, "nurse"), themselves(rosa)):
        page = shown(reader.get(path))
        assert "Sam Rivera since 2 Nov 2026, 10:00" in page
        assert "Take off" not in page
        assert "Put on their caseload" not in page
        assert "None of your roles" in shown(reader.post(f"{path}/joining", staff="somebody"), 403)
    assert len(bench.published(CaseloadJoined)) == 1


def test_whom_the_clinic_does_not_name_is_shown_as_that(bench: Bench, rosa: Somebody) -> None:
    desk, path = visitor(bench, "front_desk"), f"/clients/{rosa.id}/care"
    assert "name nobody" not in shown(desk.get(path))

    accepted(rosa.staff("front_desk").post(f"/clients/{rosa.id}/caseload", {"staff": "Sam Rivera"}))

    assert "name nobody who signs in as “Sam Rivera”" in shown(desk.get(path))
    assert "name nobody" not in shown(themselves(rosa).get(path))


def test_only_whom_the_clinic_names_is_chosen_on_the_page(bench: Bench, tomas: Somebody) -> None:
    desk, path = visitor(bench, "front_desk"), f"/clients/{tomas.id}/care"
    offered = [option["value"] for option in Page(desk.get(path)).all("option")]
    assert offered == ["", "therapist-at-maple", "nurse-at-maple", "prescriber-at-maple"]

    assert "Please choose one of these." in shown(desk.post(f"{path}/joining", staff="somebody else"), 422)
    assert bench.published(CaseloadJoined) == []


def test_the_form_of_a_deed_is_not_the_deed_in_the_audit(bench: Bench, rosa: Somebody) -> None:
    visitor(bench, "network_admin").get(f"/clients/{rosa.id}/care/opening")
    assert audited(bench) == ("network_admin-at-maple", "record.open", "shown", [rosa.id])

    visitor(bench, "clinic_admin").get(f"/clients/{rosa.id}/care/erasure")
    assert audited(bench) == ("clinic_admin-at-maple", "erasure.read", "done", [rosa.id])


def test_a_form_without_a_name_comes_back_and_that_its_page_was_seen_is_in_the_audit(
    bench: Bench, tomas: Somebody
) -> None:
    page = shown(visitor(bench, "front_desk").post(f"/clients/{tomas.id}/care/joining", staff=" "), 422)

    assert "Please fill this in." in page
    assert bench.published(CaseloadJoined) == []
    assert audited(bench) == ("front_desk-at-maple", "caseload.change", "refused", [tomas.id])


def test_each_reader_is_led_to_what_they_may_read(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care"
    expected = {
        "front_desk": set(),
        "therapist": {"agreements"},
        "clinic_admin": {"agreements", "openings", "erasure"},
        "medical_director": {"openings", "erasure"},
    }
    for role, pages in expected.items():
        reader = visitor(bench, role)
        led_to = set(re.findall(rf'href="/intake{path}/(\w+)"', reader.get(path).get_data(as_text=True)))
        assert led_to == pages, role
        for page in led_to:
            assert reader.get(f"{path}/{page}").status_code == 200
    own = themselves(rosa).get(path).get_data(as_text=True)
    assert set(re.findall(r'href="/intake/clients/[^/]+/(\S+)"', own)) == {
        "care",
        "care/agreements",
        "care/openings",
        "who-saw-my-record",
        "whole-record",
    }


def test_the_staff_read_how_to_reach_a_client_and_whoever_sees_how_they_are_is_led_there(rosa: Somebody) -> None:
    for role, sees in (("front_desk", False), ("nurse", False), ("therapist", True), ("prescriber", True)):
        page = visitor(rosa.bench, role).get(f"/clients/{rosa.id}/care").get_data(as_text=True)
        assert "mailto:rosa@" in page, role
        assert (f'href="/integration/people/{rosa.id}"' in page) is sees, role
    assert "How to reach them" not in themselves(rosa).get(f"/clients/{rosa.id}/care").get_data(as_text=True)


# A record that is opened.


def test_whoever_does_not_reach_a_client_is_led_to_the_form_that_opens_the_record(
    bench: Bench, tomas: Somebody
) -> None:
    form = f"/clients/{tomas.id}/care/opening"
    for role in ("therapist", "network_admin"):
        refused = visitor(bench, role).get(f"/clients/{tomas.id}/care")
        assert refused.status_code == 403
        assert f'href="/intake{form}"' in refused.get_data(as_text=True)
        assert audited(bench) == (f"{role}-at-maple", "caseload.read", "denied", [tomas.id])
    of_a_role = visitor(bench, "front_desk").get(f"{form}s")
    assert of_a_role.status_code == 403
    assert f'href="/intake{form}"' not in of_a_role.get_data(as_text=True)

    page = shown(visitor(bench, "therapist").get(form))
    assert "The clinic is told at once." in page
    assert "The client can see the same." in page
    assert "Tomás" not in page


def test_whoever_can_be_told_that_they_do_not_reach_somebody_may_open_a_record() -> None:
    bounded = {Condition.CASELOAD, Condition.OPENED}
    told = {role for rule in POLICY.values() for role, condition in rule.items() if condition in bounded}

    assert told <= set(POLICY["record.open"])


def test_a_record_opens_with_a_reason_which_the_clinic_and_the_client_read(bench: Bench, tomas: Somebody) -> None:
    therapist, path = visitor(bench, "therapist"), f"/clients/{tomas.id}/care"

    on_to(therapist.post(f"{path}/opening", reason=WHY), tomas)

    assert audited(bench) == ("therapist-at-maple", "record.open", "done", [tomas.id])
    (told,) = bench.published(GlassBroken)
    assert (told.subject, told.data["staff"]) == (tomas.id, "therapist-at-maple")
    assert "You have opened this record with a reason. It is open to you until 2 Nov 2026, 11:00" in shown(
        therapist.get(path)
    )
    for reader in (visitor(bench, "clinic_admin"), visitor(bench, "medical_director"), themselves(tomas)):
        page = shown(reader.get(f"{path}/openings"))
        assert "Sam Rivera" in page
        assert WHY in page
        assert "Open until" in page
    assert "None of your roles" in shown(therapist.get(f"{path}/openings"), 403)
    bench.advance(hours=1)
    assert "not on your caseload" in shown(visitor(bench, "therapist").get(path), 403)
    assert "It closed" in shown(visitor(bench, "clinic_admin").get(f"{path}/openings"))


@pytest.mark.parametrize("reason", ["", "look", "x" * 2001])
def test_a_reason_that_nobody_could_judge_opens_nothing(bench: Bench, tomas: Somebody, reason: str) -> None:
    answer = visitor(bench, "therapist").post(f"/clients/{tomas.id}/care/opening", reason=reason)

    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert reason in shown(answer, 422)
    assert bench.published(GlassBroken) == []


def test_whoever_has_nothing_to_open_is_told_so_before_they_write(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care/opening"

    assert "This client is on your caseload" in shown(visitor(bench, "therapist").get(path))
    for role in ("prescriber", "nurse", "medical_director"):
        page = shown(visitor(bench, role).get(path))
        assert "Your role sees every client" in page
        assert "Why you must see it" not in page
        assert "There is nothing to open" in shown(visitor(bench, role).post(path, reason=WHY), 409)
    assert bench.published(GlassBroken) == []


def test_the_form_does_not_tell_whether_there_is_such_a_client(bench: Bench, tomas: Somebody, nell: Somebody) -> None:
    therapist = visitor(bench, "therapist")
    pages = {
        shown(therapist.get(f"/clients/{somebody}/care/opening")).replace(str(somebody), "them")
        for somebody in (tomas.id, nell.id, uuid4())
    }

    assert len(pages) == 1


# Agreements.


def test_a_client_agrees_by_name_and_takes_it_back(bench: Bench, rosa: Somebody) -> None:
    own, path = themselves(rosa), f"/clients/{rosa.id}/care/agreements"
    assert "Nothing is in force." in shown(own.get(path))

    on_to(own.post(path, kind="treatment", text_version="2026-01", signed_name="Rosa Marin"), rosa, "/agreements")

    (told,) = bench.published(ConsentGranted)
    assert (told.subject, told.data["kind"]) == (rosa.id, "treatment")
    assert audited(bench) == ("client-at-maple", "consent.grant", "done", [rosa.id])
    page = own.get(path)
    assert "In force since 2 Nov 2026, 10:00." in shown(page)
    [withdrawal] = re.findall(r'action="/intake(\S+/withdrawal)"', page.get_data(as_text=True))
    assert "The treatment In force since" in shown(visitor(bench, "therapist").get(path))
    assert "None of your roles" in shown(visitor(bench, "therapist").post(withdrawal), 403)

    on_to(own.post(withdrawal), rosa, "/agreements")

    assert "from 2 Nov 2026, 10:00 to 2 Nov 2026, 10:00" in shown(own.get(path))


def test_what_the_law_wants_is_asked_in_the_clients_language_and_kept_with_the_words_that_were_read(
    rosa: Somebody,
) -> None:
    own, path = themselves(rosa), f"/clients/{rosa.id}/care/agreements"
    own.client.set_cookie("__Host-afterglow-language", "es", secure=True)
    assert '<p lang="es">Mi terapeuta puede llevar notas' in own.get(path).get_data(as_text=True)

    on_to(
        own.post(path, kind="psychotherapy_notes", text_version="2026-01-es", signed_name="Rosa"), rosa, "/agreements"
    )

    [kept] = accepted(rosa.themselves().get(f"/clients/{rosa.id}/consents"), 200)["items"]
    texts = accepted(rosa.themselves().get("/clinics/maple/consent-texts"), 200)["items"]
    [read] = [one["text"] for one in texts if (one["kind"], one["version"]) == ("psychotherapy_notes", "2026-01-es")]
    assert kept["text_sha256"] == hashlib.sha256(read.encode()).hexdigest()
    assert "Mi terapeuta puede llevar notas" in read
    # Whoever has agreed to it in one language is not asked again in another.
    own.client.set_cookie("__Host-afterglow-language", "en", secure=True)
    page = shown(own.get(path))
    assert "The words, version 2026-01-es Mi terapeuta" in page
    assert "My therapist may keep notes" not in page


def test_a_signature_that_is_drawn_stands_with_the_agreement_and_in_the_clients_record(rosa: Somebody) -> None:
    own, path = themselves(rosa), f"/clients/{rosa.id}/care/agreements"
    signed = {"kind": "treatment", "text_version": "2026-01", "signed_name": "Rosa Marin"}
    assert 'name="signed_name_drawn" value=""' in own.get(path).get_data(as_text=True)

    on_to(own.post(path, **signed, signed_name_drawn="M10 10L60 40"), rosa, "/agreements")

    for page in (own.get(path), own.get(f"/clients/{rosa.id}/whole-record")):
        drawn = page.get_data(as_text=True)
        assert 'd="M10 10L60 40"' in drawn
        assert 'aria-label="Rosa Marin"' in drawn
    record = accepted(rosa.themselves().get(f"/clients/{rosa.id}/record"), 200)
    assert '"signed_name_drawn": "M10 10L60 40"' in json.dumps(record)


@pytest.mark.parametrize("drawn", ["M1 1<script>", "L1 1", "M1 1000", "M１ １", "M1 1" + "L10 10" * 4000, "M1 1\n"])
def test_what_is_no_drawing_is_no_signature_and_the_rest_is_kept(rosa: Somebody, drawn: str) -> None:
    own, path = themselves(rosa), f"/clients/{rosa.id}/care/agreements"
    signed = {"kind": "treatment", "text_version": "2026-01", "signed_name": "Rosa Marin"}

    page = own.post(path, **signed, signed_name_drawn=drawn)

    assert page.status_code == 422
    assert 'value="Rosa Marin"' in page.get_data(as_text=True)


def test_psychotherapy_notes_and_what_is_told_of_drugs_are_allowed_on_their_own(rosa: Somebody) -> None:
    own, path = themselves(rosa), f"/clients/{rosa.id}/care/agreements"

    for kind in ("psychotherapy_notes", "part2"):
        on_to(own.post(path, kind=kind, text_version="2026-01", signed_name="Rosa Marin"), rosa, "/agreements")

    page = shown(own.get(path))
    assert "Reading a therapist’s own notes In force since" in page
    assert "Telling what is about alcohol and drugs In force since" in page
    assert "42 CFR Part 2" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signed_name": " "}, "Please fill this in."),
        ({"text_version": "1999"}, "The clinic has no text of version 1999"),
        ({"kind": "everything"}, "Please choose one of these."),
        ({"kind": "data_sharing"}, "Say with which partner"),
    ],
)
def test_what_cannot_be_agreed_to_changes_nothing(
    bench: Bench, rosa: Somebody, changes: dict[str, str], words: str
) -> None:
    form = {"kind": "treatment", "text_version": "2026-01", "signed_name": "Rosa Marin"} | changes

    page = shown(themselves(rosa).post(f"/clients/{rosa.id}/care/agreements", **form), 422)

    assert words in page
    assert bench.published(ConsentGranted) == []


def test_a_client_who_lives_elsewhere_reads_times_by_their_own_clock_which_is_named(
    bench: Bench, register: Callable[..., Somebody]
) -> None:
    ines = register(given_name="Ines", time_zone="America/Los_Angeles", therapist="therapist-at-maple")
    path = f"/clients/{ines.id}/care"

    assert "Sam Rivera since 2 Nov 2026, 07:00 (Los Angeles time)" in shown(themselves(ines).get(path))
    at_the_clinic = shown(visitor(bench, "front_desk").get(path))
    assert "Sam Rivera since 2 Nov 2026, 10:00" in at_the_clinic
    assert "Los Angeles" not in at_the_clinic


# Erasure.


def test_one_asks_another_confirms_and_the_page_says_where_it_stands(bench: Bench, rosa: Somebody) -> None:
    admin, director = visitor(bench, "clinic_admin"), visitor(bench, "medical_director")
    path = f"/clients/{rosa.id}/care/erasure"
    assert "Nobody has asked for this." in shown(admin.get(path))
    assert "Nobody can undo it." in shown(admin.get(path))
    assert "a client since 2 Nov 2026, 10:00" in shown(admin.get(path))
    assert "A clinic admin asks for it; you may confirm it then." in shown(director.get(path))
    printing = f'href="/intake/clients/{rosa.id}/whole-record"'
    assert printing in admin.get(path).get_data(as_text=True)
    assert printing not in director.get(path).get_data(as_text=True)

    on_to(admin.post(path, **ASKED), rosa, "/erasure")
    assert audited(bench) == ("clinic_admin-at-maple", "erasure.request", "done", [rosa.id])

    waiting = shown(admin.get(path))
    assert "You asked yourself." in waiting
    assert "Erase them for good" not in waiting
    to_confirm = shown(director.get(path))
    assert ASKED["reason"] in to_confirm
    assert "Erase them for good" in to_confirm

    on_to(director.post(f"{path}/confirmation", confirm="rosa"), rosa, "/erasure")

    (told,) = bench.published(ClientErased)
    assert told.subject == rosa.id
    assert "This client was erased On 2 Nov 2026, 10:00" in shown(director.get(path))
    assert "There is no such client here." in shown(director.get(f"/clients/{rosa.id}/care"), 404)


def test_nobody_erases_alone(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"
    admin.post(path, **ASKED)

    assert "it takes two" in shown(admin.post(f"{path}/confirmation", confirm="Rosa"), 409)

    assert bench.published(ClientErased) == []
    assert "Who looks after Rosa" in shown(admin.get(f"/clients/{rosa.id}/care"))


def test_whoever_types_another_name_is_asked_to_look_again_and_loses_nothing(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"

    page = shown(admin.post(path, **ASKED | {"confirm": "Nell"}), 422)

    assert "Type the name as it is shown" in page
    assert ASKED["reason"] in page
    assert "Nobody has asked for this." in shown(admin.get(path))
    admin.post(path, **ASKED)
    assert "Type the name as it is shown" in shown(
        visitor(bench, "medical_director").post(f"{path}/confirmation", confirm="Nell"), 422
    )
    assert bench.published(ClientErased) == []


def test_a_request_is_put_aside_by_whoever_asked_or_by_another(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"
    for reader in (admin, visitor(bench, "medical_director")):
        admin.post(path, **ASKED)

        on_to(reader.post(f"{path}/withdrawal"), rosa, "/erasure")

        assert "Nobody has asked for this." in shown(reader.get(path))


def test_only_who_answers_for_the_clinic_sees_these_pages(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care/erasure"
    for role in ("front_desk", "therapist", "prescriber", "nurse"):
        assert "None of your roles" in shown(visitor(bench, role).get(path), 403)
        assert "None of your roles" in shown(visitor(bench, role).post(path, **ASKED), 403)
    assert "None of your roles" in shown(visitor(bench, "medical_director").post(path, **ASKED), 403)
    assert "There is no such client" in shown(visitor(bench, "clinic_admin", clinic="cedar").get(path), 404)


# What holds for all of them.


def test_no_form_is_taken_that_another_sign_in_was_shown(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care"
    for role, form, fields in (
        ("front_desk", "/joining", {"staff": "somebody"}),
        ("front_desk", "/leaving", {"staff": "therapist-at-maple"}),
        ("network_admin", "/opening", {"reason": WHY}),
        ("clinic_admin", "/erasure", ASKED),
        ("clinic_admin", "/erasure/withdrawal", {}),
        ("medical_director", "/erasure/confirmation", {"confirm": "Rosa"}),
    ):
        answer = visitor(bench, role).post(f"{path}{form}", **fields, csrf="of-somebody-else")
        assert "load the page again" in shown(answer, 403), form
    assert [event.type for event in bench.published() if event.subject == rosa.id][-1] == CaseloadJoined.type


def test_no_page_has_script_or_style_of_its_own_and_none_is_without_a_label(
    bench: Bench, rosa: Somebody, tomas: Somebody
) -> None:
    accepted(rosa.consent("treatment"))
    accepted(bench.as_("network_admin").post(f"/clients/{rosa.id}/opening", {"reason": WHY}))
    admin = visitor(bench, "clinic_admin")
    pages = [admin.get("/clients"), visitor(bench, "therapist").get(f"/clients/{tomas.id}/care/opening")]
    pages += [admin.get(f"/clients/{rosa.id}/care{page}") for page in ("", "/openings", "/agreements", "/erasure")]
    pages += [themselves(rosa).get(f"/clients/{rosa.id}/care{page}") for page in ("", "/openings", "/agreements")]
    for page in pages:
        shown(page)
        html = page.get_data(as_text=True)
        Page(page).require_nothing_inline()
        assert html.count("<h1>") == 1
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        named = set(re.findall(r'<(?:input|textarea|select) id="([^"]+)"', html))
        assert named == set(re.findall(r'<label for="([^"]+)"', html))
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
