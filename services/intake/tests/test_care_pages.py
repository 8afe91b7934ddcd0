"""Pages about one client, as people of the clinic and the client themselves meet them."""

import re
from collections.abc import Callable

from shared.events.intake import CaseloadJoined, CaseloadLeft
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .people import Somebody, accepted
from .reading_care import ASKED, WHY, audited, on_to, shown, themselves

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


def test_a_client_who_lives_elsewhere_reads_times_by_their_own_clock_which_is_named(
    bench: Bench, register: Callable[..., Somebody]
) -> None:
    ines = register(given_name="Ines", time_zone="America/Los_Angeles", therapist="therapist-at-maple")
    path = f"/clients/{ines.id}/care"

    assert "Sam Rivera since 2 Nov 2026, 07:00 (Los Angeles time)" in shown(themselves(ines).get(path))
    at_the_clinic = shown(visitor(bench, "front_desk").get(path))
    assert "Sam Rivera since 2 Nov 2026, 10:00" in at_the_clinic
    assert "Los Angeles" not in at_the_clinic


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
