"""Notes of conversations: in the record, never changed, and corrected by a later one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.events.intake import CaseloadJoined, CaseloadLeft, ClientErased
from shared.testing.inventory import tables_with
from shared.testing.visitor import Visitor, visitor
from shared.web.policy import Role

from .conftest import Story, refused
from .reading_pages import on_to, words

CARE_TEAM = {Role.THERAPIST, Role.PRESCRIBER, Role.NURSE}


@pytest.fixture
def therapist(rosa: Story) -> Visitor:
    return visitor(rosa.bench, "therapist")


def test_the_care_team_reads_it_under_the_name_of_its_author(rosa: Story) -> None:
    assert rosa.session_note("Slept better.").status_code == 201
    for role in CARE_TEAM:
        [note] = rosa.see("session-notes", role)
        assert (note["words"], note["author"]) == ("Slept better.", "therapist-at-maple")


@pytest.mark.parametrize("role", sorted(set(Role) - CARE_TEAM))
def test_nobody_else_does_at_a_door_or_page(rosa: Story, role: Role) -> None:
    rosa.session_note()
    caller = rosa.bench.as_(role, client_id=rosa.client if role == Role.CLIENT else None)
    refused(caller.get(f"/clients/{rosa.client}/session-notes"), "role_may_not", 403)
    refused(caller.post(f"/clients/{rosa.client}/session-notes", {"words": "x"}), "role_may_not", 403)
    who = visitor(rosa.bench, role, client_id=rosa.client if role == Role.CLIENT else None)
    assert who.get(f"/people/{rosa.client}/notes").status_code == 403
    assert who.get(f"/people/{rosa.client}/psychotherapy-notes").status_code == 403


@pytest.mark.parametrize("role", ["prescriber", "nurse"])
def test_only_a_therapist_writes_one(rosa: Story, role: str) -> None:
    refused(rosa.bench.as_(role).post(f"/clients/{rosa.client}/session-notes", {"words": "x"}), "role_may_not", 403)
    assert "A new note" not in words(visitor(rosa.bench, role).get(f"/people/{rosa.client}/notes"))


def test_a_later_one_corrects_it_and_both_stay(rosa: Story) -> None:
    first = rosa.session_note("Slept five hours.").get_json()["id"]
    rosa.bench.advance(minutes=1)
    second = rosa.session_note("Slept seven hours.", corrects_id=first).get_json()["id"]

    notes = rosa.see("session-notes", "nurse")

    assert [(note["words"], note["corrects_id"]) for note in notes] == [
        ("Slept seven hours.", first),
        ("Slept five hours.", None),
    ]
    refused(rosa.session_note("Slept.", corrects_id=first), "already_corrected")
    assert rosa.session_note("Slept eight hours.", corrects_id=second).status_code == 201


def test_it_may_be_about_a_visit_of_hers_and_of_nobody_elses(rosa: Story) -> None:
    rosa.visited(kind="integration").booked(
        rosa.bench.clock() + timedelta(hours=1), "integration", visit=(ahead := uuid4())
    )
    other = Story(rosa.bench).registered().visited()

    for visit in (rosa.visit, ahead):
        assert rosa.session_note(visit_id=str(visit)).status_code == 201
    assert rosa.session_note(visit_id=str(other.visit)).status_code == 404
    assert rosa.session_note(corrects_id=other.session_note().get_json()["id"]).status_code == 404


def test_whoever_looks_after_her_no_more_writes_and_reads_none(rosa: Story) -> None:
    rosa.session_note()
    rosa.tell(CaseloadLeft)
    refused(rosa.session_note(), "not_on_your_caseload", 403)


def test_it_is_in_the_record_that_she_takes_out_and_erased_with_her(rosa: Story) -> None:
    rosa.session_note("She speaks of the lighthouse.")
    record = rosa.bench.as_("client", client_id=rosa.client).get(f"/clients/{rosa.client}/record")
    assert "lighthouse" in record.get_data(as_text=True)
    assert not [one for one in rosa.bench.published() if "lighthouse" in one.to_bytes().decode()]
    rosa.tell(ClientErased)
    assert "session_note" not in tables_with(str(rosa.client), rosa.bench.owner)


# The pages.


def test_a_therapist_writes_a_note_about_a_visit_and_corrects_it(rosa: Story, therapist: Visitor) -> None:
    rosa.visited(kind="integration")
    page = f"/people/{rosa.client}/notes"
    said = words(therapist.get(page))
    assert "The care team reads it, and so may the client." in said
    assert "Integration visit, " in said

    on_to(therapist.post(page, words="Slept five hours.", visit_id=str(rosa.visit)), f"{page}?done=1")
    note = rosa.see("session-notes", "nurse")[0]
    assert note["visit_id"] == str(rosa.visit)

    assert "The note of Sam Rivera stays" in words(therapist.get(f"{page}?corrects={note['id']}"))
    on_to(therapist.post(page, words="Slept seven.", corrects=note["id"]), f"{page}?done=1")
    said = words(therapist.get(page))
    assert "corrects an earlier note" in said
    assert "corrected by a later note" in said
    said = words(therapist.post(page, words="Slept six.", corrects=note["id"]), 422)
    assert "This note was corrected before." in said
    assert "Slept six." in said


def test_what_is_no_visit_and_no_note_is_refused_in_its_place(rosa: Story, therapist: Visitor) -> None:
    page = f"/people/{rosa.client}/notes"
    assert "The note is not kept yet" in words(therapist.post(page, words=" "), 422)
    assert therapist.post(page, words="x", visit_id="yesterday").status_code == 422
    assert therapist.post(page, words="x", corrects=str(uuid4())).status_code == 404


def test_notes_that_are_kept_apart_have_a_page_that_says_who_reads_them(rosa: Story, therapist: Visitor) -> None:
    rosa.tell(CaseloadJoined, staff="therapist-two")
    page = f"/people/{rosa.client}/psychotherapy-notes"

    on_to(therapist.post(page, words="The tide, as of her father."), f"{page}?done=1")

    said = words(therapist.get(page))
    assert "The tide, as of her father." in said
    assert "Nobody else ever does: not the desk, the admin, the director or a partner, and not the client." in said
    assert "The client has not allowed anybody else to read them." in said
    for role, subject in (("therapist", "therapist-two"), ("prescriber", None), ("nurse", None)):
        assert "tide" not in words(visitor(rosa.bench, role, subject=subject).get(page))
    assert "tide" not in words(therapist.get(f"/people/{rosa.client}/notes"))
    assert "tide" not in words(therapist.get(f"/people/{rosa.client}"))
    assert therapist.post(page, words=" ").status_code == 422
