"""What a client agrees to, and takes back, on a page."""

import hashlib
import json
import re

import pytest

from shared.events.intake import ConsentGranted
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .people import Somebody, accepted
from .reading_care import audited, on_to, shown, themselves


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
