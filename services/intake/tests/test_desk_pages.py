"""Inquiries that wait, and how somebody becomes a client, as the front desk meets it."""

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import CaseloadJoined, ClientRegistered, InquiryErased
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .people import accepted

WAITING = "/inquiries/waiting"
BEN = {
    "name": "Ben Karl Osei",
    "email": "ben@example.org",
    "phone": "+1 212 555 0142",
    "message": "I would like to talk.",
}
REGISTERED = {
    "given_name": "Ben",
    "family_name": "Osei",
    "email": "ben@example.org",
    "time_zone": "America/Chicago",
    "language": "es",
}


@pytest.fixture
def desk(bench: Bench) -> Visitor:
    return visitor(bench, "front_desk")


def wrote(bench: Bench, **more: Any) -> str:
    inquiry: dict[str, str] = accepted(bench.as_nobody().post("/clinics/maple/inquiries", BEN | more))
    return inquiry["id"]


def shown(answer: TestResponse, status: int = 200) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    words = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0])
    return re.sub(r" ([,.:])", r"\1", " ".join(unescape(words).split()))


def test_who_is_in_a_crisis_comes_first_and_whom_to_reach_how_is_beside_it(bench: Bench, desk: Visitor) -> None:
    wrote(bench, in_crisis=False, adult=True)
    wrote(bench, name="Jonas Weber", email="jonas@example.org", phone=None, in_crisis=True)

    answer = desk.get(WAITING)

    page = shown(answer)
    assert page.index("Jonas Weber") < page.index("Ben Karl Osei")
    assert page.count("In a crisis when they wrote") == 1
    assert page.count("Did not say whether they are 18") == 1
    assert "I would like to talk." in page
    links = {link["href"] for link in Page(answer).all("a")}
    assert links >= {"tel:+12125550142", "mailto:ben@example.org", "mailto:jonas@example.org"}


def test_who_did_not_say_whether_they_are_in_a_crisis_is_not_shown_as_if_they_had_said_no(
    bench: Bench, desk: Visitor
) -> None:
    wrote(bench)

    assert "Did not say whether they are in a crisis" in shown(desk.get(WAITING))


def part(of: Visitor) -> str:
    """What stands on the day board of whoever may read inquiries."""
    answer = of.get("/inquiries/part")
    assert "<main" not in answer.get_data(as_text=True)
    assert {link["href"] for link in Page(answer).all("a")} == {"/intake/inquiries/waiting"}
    return " ".join(Page(answer).text.split())


def test_the_board_is_told_how_many_wait_and_first_that_somebody_is_in_a_crisis(bench: Bench, desk: Visitor) -> None:
    assert part(desk) == "No inquiry waits"
    client = wrote(bench, in_crisis=True)
    desk.post(f"/inquiries/{client}/client", **REGISTERED)
    wrote(bench, in_crisis=False)
    wrote(bench)
    assert part(desk) == "2 inquiries wait"

    wrote(bench, in_crisis=True)

    page = part(desk)
    assert page.startswith("1 person who wrote says that they are in a crisis Call them now")
    assert page.endswith("3 inquiries wait")
    assert 'class="crisis"' in desk.get("/inquiries/part").get_data(as_text=True)
    assert "Ben" not in page


def test_whoever_may_not_read_inquiries_is_not_told_that_anybody_waits(bench: Bench) -> None:
    wrote(bench)

    assert "None of your roles" in shown(visitor(bench, "nurse").get("/inquiries/part"), 403)
    assert "No inquiry waits" in part(visitor(bench, "front_desk", clinic="cedar"))


def test_nobody_waits_where_nobody_has_written(desk: Visitor) -> None:
    assert "Nobody waits" in shown(desk.get(WAITING))


def test_no_more_are_read_than_are_shown_and_it_is_said_that_more_wait(
    bench: Bench, desk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk_pages.AT_ONCE", 2)
    client = wrote(bench, name="Client Already", in_crisis=True)
    desk.post(f"/inquiries/{client}/client", **REGISTERED)
    for name in ("Ada", "Ben", "Cleo"):
        wrote(bench, name=name, in_crisis=name == "Cleo")
        bench.advance(minutes=1)

    page = shown(desk.get(WAITING))

    assert page.index("Cleo") < page.index("Ada")
    assert "Ben" not in page
    assert "Client Already" not in page
    assert "More people wait than are shown here." in page


def test_an_inquiry_becomes_a_client_with_what_they_said_filled_in(bench: Bench, desk: Visitor) -> None:
    inquiry = wrote(bench, time_zone="America/Chicago")
    path = f"/inquiries/{inquiry}/client"
    form = Page(desk.get(path))
    assert form.named("given_name")["value"] == "Ben Karl"
    assert form.named("family_name")["value"] == "Osei"
    assert form.named("email")["value"] == "ben@example.org"
    assert next(option["value"] for option in form.all("option") if "selected" in option) == "America/Chicago"

    answer = desk.post(path, **REGISTERED, therapist="therapist-at-maple")

    (told,) = bench.published(ClientRegistered)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/intake/clients/{told.subject}/care")
    assert (told.data["display_name"], told.data["time_zone"], told.data["language"]) == (
        "Ben",
        "America/Chicago",
        "es",
    )
    (joined,) = bench.published(CaseloadJoined)
    assert (joined.subject, joined.data["staff"]) == (told.subject, "therapist-at-maple")
    assert "Ben Karl Osei" not in shown(desk.get(WAITING))


def test_an_inquiry_becomes_a_client_once(bench: Bench, desk: Visitor) -> None:
    path = f"/inquiries/{wrote(bench)}/client"
    desk.post(path, **REGISTERED)

    assert "They are a client already" in shown(desk.get(path))
    assert "has become a client already" in shown(desk.post(path, **REGISTERED), 422)
    assert len(bench.published(ClientRegistered)) == 1


def test_somebody_becomes_a_client_who_has_not_written(bench: Bench, desk: Visitor) -> None:
    assert "/intake/clients/new" in {link["href"] for link in Page(desk.get("/clients")).all("a")}
    assert Page(desk.get("/clients/new")).named("time_zone")["name"] == "time_zone"

    desk.post("/clients/new", **REGISTERED)

    (told,) = bench.published(ClientRegistered)
    assert told.data["inquiry"] is None
    assert bench.published(CaseloadJoined) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"given_name": " "}, "Given name – Please fill this in."),
        ({"email": "ben"}, "E-mail address – This does not look like an e-mail address."),
        ({"phone": "ask his wife"}, "Telephone number – "),
        ({"birth_date": "2031-01-01"}, "Birth date, where it is known – Nobody is born in the future."),
        ({"time_zone": "Mars/North"}, "Time zone in which they live – "),
        ({"language": ""}, "Language – Please fill this in."),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(
    bench: Bench, desk: Visitor, said: dict[str, str], words: str
) -> None:
    answer = desk.post("/clients/new", **REGISTERED | said)

    page = shown(answer, 422)
    assert words in page
    assert "Nobody has become a client yet" in page
    assert Page(answer).named("family_name")["value"] == "Osei"
    assert bench.published(ClientRegistered) == []


def test_a_number_that_can_be_none_is_refused_in_the_readers_language(desk: Visitor) -> None:
    desk.client.set_cookie("__Host-afterglow-language", "es", secure=True)
    page = shown(desk.post("/clients/new", **REGISTERED | {"phone": "ask his wife"}), 422)
    assert "no puede ser un número de teléfono" in page


def test_an_admin_erases_an_inquiry_by_its_name(bench: Bench) -> None:
    inquiry, admin = wrote(bench), visitor(bench, "clinic_admin")
    path = f"/inquiries/waiting/{inquiry}/erasure"

    assert "Type the name as it is shown" in shown(admin.post(path, confirm="Somebody"), 422)
    assert bench.published(InquiryErased) == []
    answer = admin.post(path, confirm="ben karl osei")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/intake{WAITING}")
    assert len(bench.published(InquiryErased)) == 1
    assert "Nobody waits" in shown(admin.get(WAITING))


def test_the_desk_erases_nothing_and_others_see_no_inquiry(bench: Bench, desk: Visitor) -> None:
    inquiry = wrote(bench)

    assert "Erase" not in shown(desk.get(WAITING))
    assert "None of your roles" in shown(desk.post(f"/inquiries/waiting/{inquiry}/erasure", confirm="x"), 403)
    for role in ("therapist", "prescriber", "nurse"):
        reader = visitor(bench, role)
        for path in (WAITING, f"/inquiries/{inquiry}/client", "/clients/new"):
            assert "None of your roles" in shown(reader.get(path), 403)
    assert bench.published(InquiryErased) == []


def test_another_clinic_sees_and_takes_nothing(bench: Bench) -> None:
    inquiry, elsewhere = wrote(bench), visitor(bench, "clinic_admin", clinic="cedar")

    assert "Ben" not in shown(elsewhere.get(WAITING))
    assert "There is no such" in shown(elsewhere.get(f"/inquiries/{inquiry}/client"), 404)
    assert "There is no such" in shown(elsewhere.post(f"/inquiries/{inquiry}/client", **REGISTERED), 404)
    erasing = elsewhere.post(f"/inquiries/waiting/{inquiry}/erasure", confirm=BEN["name"])
    assert "There is no such" in shown(erasing, 404)
    assert bench.published(ClientRegistered) == []


def test_the_pages_bring_nothing_of_their_own_and_run_nothing_that_was_typed(bench: Bench, desk: Visitor) -> None:
    inquiry = wrote(bench, message="<script>alert(1)</script>")

    for path in (WAITING, f"/inquiries/{inquiry}/client"):
        answer = desk.get(path)
        Page(answer).require_nothing_inline()
        assert "<script>alert(1)</script>" in shown(answer)


@pytest.mark.parametrize(
    ("zone", "language", "first"),
    [
        ("America/New_York", "en", "United States, New York"),
        ("America/New_York", "es", "Estados Unidos, Nueva York"),
        ("Asia/Kolkata", "en", "India, Kolkata"),
        ("UTC", "en", "UTC"),
    ],
)
def test_the_zone_in_which_somebody_lives_is_chosen_by_country_and_city(
    bench: Bench, desk: Visitor, zone: str, language: str, first: str
) -> None:
    desk.client.set_cookie("__Host-afterglow-language", language, secure=True)
    answer = desk.get(f"/inquiries/{wrote(bench, time_zone=zone)}/client").get_data(as_text=True)

    assert f'<option value="{zone}" selected>{first}</option>' in answer
    assert answer.count(f">{first}</option>") == 1
