"""The public pages, as a person meets them: without script, in a bad hour, on a telephone."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from shared.clinics import Clinic
from shared.events.intake import InquiryReceived
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .people import accepted

PAGES = ("/", "/clinics/maple", "/clinics/maple/received", "/clinics/maple/help", "/clinics/nowhere")
ROSA = {"name": "Rosa Marin", "email": "rosa@example.org", "adult": "yes", "message": "Hello."}


def open_(bench: Bench, path: str, status: int = 200) -> Page:
    answer = bench.as_nobody().get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return Page(answer)


def send(bench: Bench, clinic: str = "maple", **fields: str) -> TestResponse:
    return bench.app.test_client().post(f"/intake/clinics/{clinic}", data=fields)


def test_the_landing_page_says_what_afterglow_is_and_lists_the_clinics(bench: Bench) -> None:
    page = open_(bench, "/")

    assert "Ketamine-Assisted Psychotherapy" in page.text
    links = [link["href"] for link in page.all("a")]
    assert "/intake/clinics/maple" in links
    assert "/intake/clinics/cedar" in links
    assert "Maple Street Wellness" in page.text


def test_the_landing_page_leads_developers_to_all_four_services(bench: Bench) -> None:
    links = {link["href"] for link in open_(bench, "/").all("a")}

    assert links >= {f"/{service}/openapi.json" for service in ("intake", "sessions", "integration", "notify")}


def test_the_landing_page_leads_developers_to_the_events_and_partners_to_what_they_need(bench: Bench) -> None:
    links = {link["href"] for link in open_(bench, "/").all("a")}

    assert links >= {"/notify/events/", "/notify/partners/", "/notify/asyncapi.json"}


def test_the_landing_page_is_found_without_its_last_stroke(bench: Bench) -> None:
    answer = bench.app.test_client().get("/intake")

    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/intake/")


def test_whom_to_call_stands_before_the_form(bench: Bench, maple: Clinic) -> None:
    page = open_(bench, "/clinics/maple")

    assert page.text.index(maple.crisis_line) < page.text.index("What may we call you?")
    assert "tel:988" in [link["href"] for link in page.all("a")]


def test_a_filled_in_form_reaches_the_front_desk_as_the_json_door_would(bench: Bench) -> None:
    answer = send(bench, **ROSA, phone=" ", in_crisis="unsaid")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/intake/clinics/maple/received")
    (told,) = bench.published(InquiryReceived)
    heard = {"contact_name": "Rosa Marin", "email": "rosa@example.org", "source": "web", "in_crisis": None}
    assert told.data == heard
    (seen,) = accepted(bench.as_("front_desk").get("/inquiries"), 200)["items"]
    assert (seen["adult"], seen["in_crisis"], seen["phone"], seen["message"]) == (True, None, None, "Hello.")
    assert "Thank you" in open_(bench, "/clinics/maple/received").text


def test_whoever_writes_from_a_crisis_is_told_not_to_wait(bench: Bench, maple: Clinic) -> None:
    answer = send(bench, **ROSA, in_crisis="yes")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/intake/clinics/maple/help")
    page = open_(bench, "/clinics/maple/help")
    assert "do not wait for us" in page.text
    assert maple.crisis_line in page.text
    assert len(bench.published(InquiryReceived)) == 1


def test_whoever_writes_too_often_keeps_what_they_wrote_and_reads_whom_to_call_first(
    bench: Bench, maple: Clinic
) -> None:
    for _ in range(20):
        send(bench, **ROSA)

    answer = send(bench, **ROSA | {"message": "A long letter."}, in_crisis="yes")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    page = Page(answer)
    assert page.text.index(maple.crisis_line) < page.text.index("Too many messages came from your network")
    assert "A long letter." in page.text
    assert page.named("email")["value"] == "rosa@example.org"
    assert len(bench.published(InquiryReceived)) == 20


def test_nothing_is_ticked_beforehand(bench: Bench) -> None:
    radios = [field for field in open_(bench, "/clinics/maple").all("input") if field.get("type") == "radio"]

    assert len(radios) == 6
    assert not [radio for radio in radios if "checked" in radio]


def test_what_was_typed_comes_back_with_what_to_mend(bench: Bench) -> None:
    answer = send(
        bench, name="", email="rosa at <example>", message="A long letter & more.", adult="no", in_crisis="no"
    )

    assert answer.status_code == 422
    page = Page(answer)
    assert page.named("email")["value"] == "rosa at <example>"
    assert "A long letter & more." in page.text
    assert [radio["name"] for radio in page.all("input") if "checked" in radio] == ["adult", "in_crisis"]
    for name in ("name", "email"):
        assert page.named(name)["aria-invalid"] == "true"
        complaint = page.named(name)["aria-describedby"]
        assert complaint in {attributes.get("id") for _, attributes in page.tags}
    assert {link["href"] for link in page.all("a")} >= {"#name", "#email"}
    assert page.named("number")["value"]
    assert bench.published() == []


def test_what_to_mend_is_said_in_the_readers_language(bench: Bench) -> None:
    answer = bench.app.test_client().post("/intake/clinics/maple", headers={"Accept-Language": "es"})

    text = Page(answer).text
    assert "Tu mensaje todavía no se envió" in text
    assert "Your message" not in text


def test_what_was_typed_is_shown_and_never_run(bench: Bench) -> None:
    answer = send(bench, name='"><script>alert(1)</script>', email="no")

    Page(answer).require_nothing_inline()
    assert b"<script>" not in answer.get_data()
    assert Page(answer).named("name")["value"] == '"><script>alert(1)</script>'


def test_the_same_page_sent_twice_at_once_is_one_inquiry(bench: Bench) -> None:
    number = open_(bench, "/clinics/maple").named("number")["value"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(bench, **ROSA, number=number), range(6)))

    assert {answer.status_code for answer in answers} == {303}
    assert len(bench.published(InquiryReceived)) == 1


def test_whoever_goes_back_and_corrects_something_is_heard_again(bench: Bench) -> None:
    number = open_(bench, "/clinics/maple").named("number")["value"]

    for email in ("rosa@exmaple.org", "rosa@example.org"):
        send(bench, **ROSA | {"email": email}, number=number)

    assert [told.data["email"] for told in bench.published()] == ["rosa@exmaple.org", "rosa@example.org"]


def test_two_pages_are_two_inquiries_and_a_page_without_its_number_is_taken_too(bench: Bench) -> None:
    for number in (open_(bench, "/clinics/maple").named("number")["value"] for _ in range(2)):
        send(bench, **ROSA, number=number)
    send(bench, **ROSA, number="tampered")

    assert len(bench.published(InquiryReceived)) == 3


def test_a_client_is_led_on_from_help_to_where_they_can_tell_their_clinic(bench: Bench) -> None:
    rosa = visitor(bench, "client", client_id=uuid4())
    tells = 'class="button" href="/integration/help"'

    assert tells in rosa.get("/clinics/maple/help").get_data(as_text=True)
    assert tells not in rosa.get("/clinics/cedar/help").get_data(as_text=True)
    assert tells not in visitor(bench, "nurse").get("/clinics/maple/help").get_data(as_text=True)
    assert tells not in bench.as_nobody().get("/clinics/maple/help").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/clinics/birch", "/clinics/birch/received", "/clinics/B%00", "/clinics/B/help"])
def test_a_clinic_that_is_not_here_has_a_page_that_says_so(bench: Bench, path: str) -> None:
    page = open_(bench, path, 404)

    assert "no such clinic" in page.text
    assert send(bench, "birch", **ROSA).status_code == 404


def test_no_page_lets_anything_foreign_in_or_itself_be_framed(bench: Bench) -> None:
    for path in PAGES:
        headers = bench.as_nobody().get(path).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
            "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


def test_every_page_reads_well_without_eyes_and_without_a_mouse(bench: Bench) -> None:
    for path in PAGES:
        page = Page(bench.as_nobody().get(path))
        assert page.all("html")[0]["lang"] == "en"
        assert len(page.all("h1")) == 1
        assert page.all("a")[0]["href"] == "#content"
        page.require_nothing_inline()
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        labelled = {label.get("for") for label in page.all("label")}
        for field in (*page.all("input"), *page.all("textarea")):
            assert field["type" if "type" in field else "name"] in ("hidden", "radio") or field["id"] in labelled
        for section in page.all("section"):
            assert section.get("aria-labelledby") in (None, *ids)


def test_every_page_links_to_stylesheets_which_are_served_here(bench: Bench) -> None:
    sheets = [link for link in open_(bench, "/clinics/maple").all("link") if link["rel"] == "stylesheet"]

    assert sheets
    for sheet in sheets:
        with bench.app.test_client().get(sheet["href"]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "text/css")
            assert b"url(" not in answer.get_data()
            assert b"@import" not in answer.get_data()


def test_what_is_typed_is_kept_as_a_draft_of_that_clinic_and_no_draft_is_of_two(bench: Bench) -> None:
    drafts = [open_(bench, f"/clinics/{clinic}").all("form")[0]["data-draft"] for clinic in ("maple", "cedar")]

    assert drafts == ["inquiry-maple", "inquiry-cedar"]
