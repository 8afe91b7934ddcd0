"""The prescribers' queue and the page of a decision, as people of the clinic meet them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import ClearanceDecided
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .people import Somebody, accepted, phq9

QUEUE = "/queue"


@pytest.fixture
def prescriber(bench: Bench) -> Visitor:
    return visitor(bench, "prescriber")


def shown(answer: TestResponse, status: int = 200) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    words = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0])
    return re.sub(r" ([,.:])", r"\1", " ".join(unescape(words).split()))


def decide(
    reader: Visitor, screening: dict[str, Any], findings: dict[str, str] | None = None, **said: Any
) -> TestResponse:
    """What the form sends: a finding for each flag, in the order in which they are shown."""
    found = {flag["code"]: "Asked in person." for flag in screening["flags"]} if findings is None else findings
    fields = {"outcome": "cleared", "routes": "IM", "weight_kg": "70", "valid_days": ""} | said
    return reader.post(
        f"/screenings/{screening['id']}/review", code=list(found), finding=list(found.values()), **fields
    )


def calm(client: Somebody) -> dict[str, Any]:
    """A PHQ-9 with no answer that tells of danger."""
    return phq9(2, 2, 2, 2, 2, 2, 2, 2, 0, at=client.bench.clock() - timedelta(days=3))


def test_the_queue_holds_whoever_waits_the_longest_first_and_nobody_who_was_decided_on(
    bench: Bench, register: Callable[..., Somebody], rosa: Somebody, prescriber: Visitor
) -> None:
    rosa.cleared()
    for name in ("Ada", "Ben"):
        register(given_name=name).hand_in()
        bench.advance(hours=20)
    prescriber = visitor(bench, "prescriber")

    page = shown(prescriber.get(QUEUE))

    assert page.index("Ada") < page.index("Ben")
    assert "Rosa" not in page
    assert page.count("Longer than a day") == 1
    assert "no rule depends on it" in page


def test_the_queue_says_in_words_what_asks_most_strongly_for_a_clinician(rosa: Somebody, prescriber: Visitor) -> None:
    rosa.hand_in(calm(rosa), bladder=True, aneurysm_or_avm=True)

    page = shown(prescriber.get(QUEUE))

    assert "Stop until somebody has looked" in page
    assert "Blood vessels: Tells of an aneurysm" in page
    assert "stop_until_clinician" not in page
    assert "aneurysm_or_avm" not in page


def test_red_is_for_whoever_may_be_in_danger(rosa: Somebody, prescriber: Visitor) -> None:
    rosa.hand_in(calm(rosa), aneurysm_or_avm=True, thoughts_of_ending_life=True)

    assert "May be in danger Thoughts of suicide" in shown(prescriber.get(QUEUE))


def test_an_empty_queue_says_what_will_be_there(prescriber: Visitor) -> None:
    assert "Nobody waits" in shown(prescriber.get(QUEUE))


def test_what_was_not_answered_is_shown_as_that_and_never_as_a_no(rosa: Somebody, prescriber: Visitor) -> None:
    screening = rosa.hand_in(pregnancy=None, bipolar=True)

    page = shown(prescriber.get(f"/screenings/{screening['id']}/review"))

    assert "May Rosa be cleared?" in page
    assert "Asked Are you pregnant, or could you be? Answered Not answered" in page
    assert "Asked Have you ever been told that you have bipolar disorder? Answered Yes" in page
    assert page.index("Are you pregnant") < page.index("bipolar disorder?")
    assert "18 of 27: Moderately severe" in page


def test_a_prescriber_decides_and_is_told_what_was_decided(bench: Bench, rosa: Somebody, prescriber: Visitor) -> None:
    screening = rosa.hand_in(pregnancy=None)

    answer = decide(prescriber, screening, valid_days="30")

    (told,) = bench.published(ClearanceDecided)
    assert (told.subject, told.data["outcome"], told.data["valid_until"]) == (rosa.id, "cleared", "2026-12-02")
    assert answer.status_code == 303
    assert "Rosa" not in answer.headers["Location"]
    back = answer.headers["Location"].removeprefix("/intake")
    assert "Rosa: Cleared, until 2 Dec 2026." in shown(prescriber.get(back))
    assert "Rosa" not in shown(visitor(bench, "nurse").get(back))
    again = shown(prescriber.get(f"/screenings/{screening['id']}/review"))
    assert "What stands now Cleared, by Dr. Lena Weiss" in again
    assert "Asked in person." in again


def test_nobody_decides_over_what_another_has_decided_without_having_seen_it(
    bench: Bench, rosa: Somebody, prescriber: Visitor
) -> None:
    screening = rosa.hand_in(pregnancy=None)
    path = f"/screenings/{screening['id']}/review"
    opened = Page(prescriber.get(path)).named("stands")["value"]
    said = {"outcome": "declined", "reason": "Not now.", "routes": [], "weight_kg": ""}
    assert decide(visitor(bench, "prescriber"), screening, {}, **said, stands=opened).status_code == 303

    answer = decide(prescriber, screening, stands=opened)

    page = shown(answer, 422)
    assert "Somebody has decided on this client since you opened this page." in page
    assert "What stands now Declined" in page
    assert "Not now." in page
    assert len(bench.published(ClearanceDecided)) == 1
    # Whatever else is to be mended: it is said before they can decide from there.
    assert "Somebody has decided" in shown(decide(prescriber, screening, stands=opened, weight_kg="many"), 422)
    assert decide(prescriber, screening, stands=Page(answer).named("stands")["value"]).status_code == 303
    assert len(bench.published(ClearanceDecided)) == 2


def test_what_was_decided_on_an_earlier_screening_is_shown_while_it_stands(
    bench: Bench, rosa: Somebody, prescriber: Visitor
) -> None:
    accepted(rosa.decide(rosa.hand_in(pregnancy=None)))
    bench.advance(minutes=5)
    newer = rosa.hand_in()

    answer = prescriber.get(f"/screenings/{newer['id']}/review")

    assert "What stands now It was decided on another screening." in shown(answer)
    shown(decide(prescriber, newer), 422)
    assert decide(prescriber, newer, stands=Page(answer).named("stands")["value"]).status_code == 303


def test_whoever_defers_needs_no_finding_and_says_why(bench: Bench, rosa: Somebody, prescriber: Visitor) -> None:
    screening = rosa.hand_in(aneurysm_or_avm=True)

    answer = decide(prescriber, screening, {}, outcome="deferred", reason="An MRI first.", routes=[], weight_kg="")

    assert answer.status_code == 303
    (told,) = bench.published(ClearanceDecided)
    assert told.data["outcome"] == "deferred"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"outcome": ""}, "Your decision – Please fill this in."),
        ({"outcome": "deferred"}, "Reason – Whoever defers or declines says why. Give a reason."),
        ({"outcome": "cleared_with_conditions"}, "Conditions – Name the conditions"),
        ({"valid_days": "91"}, "The clinic’s rules let a clearance cover 90 days at most."),
        ({"valid_days": "soon"}, "How many days after today it covers – Please give a whole number."),
        ({"weight_kg": ""}, "Body weight – Doses are judged by body weight."),
        ({"weight_kg": "700"}, "Body weight – Please give a number from 20 to 400."),
        ({"routes": []}, "A clearance names at least one route"),
    ],
)
def test_what_cannot_be_decided_comes_back_with_what_was_typed(
    bench: Bench, rosa: Somebody, prescriber: Visitor, said: dict[str, Any], words: str
) -> None:
    screening = rosa.hand_in(calm(rosa), pregnancy=None)

    page = shown(decide(prescriber, screening, {"pregnancy_unknown": "Test <negative>."}, **said), 422)

    assert words in page
    assert "Nothing was decided yet" in page
    assert "Test <negative>." in page
    assert bench.published(ClearanceDecided) == []


def test_each_flag_without_a_finding_is_named_where_it_stands(
    bench: Bench, rosa: Somebody, prescriber: Visitor
) -> None:
    screening = rosa.hand_in(calm(rosa), pregnancy=None, bladder=True)

    answer = decide(prescriber, screening, {"pregnancy_unknown": "", "bladder_yes": "Urine is clear."})

    page = shown(answer, 422)
    assert page.count("Say what you found; without it nobody can be cleared.") == 1
    assert "pregnancy_unknown" not in page
    assert 'id="pregnancy_unknown-finding-error"' in answer.get_data(as_text=True)
    assert bench.published(ClearanceDecided) == []


def test_an_older_screening_leads_to_the_newest_and_is_not_decided_on(
    bench: Bench, rosa: Somebody, prescriber: Visitor
) -> None:
    older = rosa.hand_in(pregnancy=None)
    bench.advance(minutes=5)
    newer = rosa.hand_in()

    answer = prescriber.get(f"/screenings/{older['id']}/review")
    assert f"/intake/screenings/{newer['id']}/review" in answer.get_data(as_text=True)
    assert "Your decision" not in shown(answer)
    assert "handed in a newer screening" in shown(decide(prescriber, older), 422)
    assert bench.published(ClearanceDecided) == []


def test_only_a_prescriber_has_a_form_and_only_their_form_is_taken(bench: Bench, rosa: Somebody) -> None:
    screening = rosa.hand_in(pregnancy=None)
    for role in ("nurse", "therapist", "medical_director"):
        reader = visitor(bench, role)
        page = shown(reader.get(f"/screenings/{screening['id']}/review"))
        assert "Your decision" not in page
        assert "What you found" not in page
        assert "A prescriber decides on it." in page
        assert "None of your roles" in shown(decide(reader, screening), 403)
    for role in ("front_desk", "clinic_admin"):
        assert "None of your roles" in shown(visitor(bench, role).get(f"/screenings/{screening['id']}/review"), 403)
        assert "None of your roles" in shown(visitor(bench, role).get(QUEUE), 403)
    assert bench.published(ClearanceDecided) == []


def test_what_is_withheld_is_said_and_not_shown(bench: Bench, rosa: Somebody, prescriber: Visitor) -> None:
    screening = rosa.hand_in(calm(rosa), substance_use=True)
    accepted(rosa.decide(screening))
    path = f"/screenings/{screening['id']}/review"

    of_a_prescriber = shown(prescriber.get(path))
    assert "is it hard for you to go without" in of_a_prescriber
    assert "Asked in person." in of_a_prescriber
    page = shown(visitor(bench, "medical_director").get(path))
    assert "What this client told of alcohol and drugs is not for you" in page
    for told in ("go without", "Alcohol and drugs", "Asked in person."):
        assert told not in page


def test_another_clinic_sees_nothing_of_it(bench: Bench, rosa: Somebody) -> None:
    screening = rosa.hand_in(pregnancy=None)
    elsewhere = visitor(bench, "prescriber", clinic="cedar")

    assert "Rosa" not in shown(elsewhere.get(QUEUE))
    assert "There is no such" in shown(elsewhere.get(f"/screenings/{screening['id']}/review"), 404)
    assert "There is no such" in shown(decide(elsewhere, screening), 404)
    assert bench.published(ClearanceDecided) == []


def test_the_pages_bring_nothing_of_their_own_and_run_nothing_that_was_typed(
    bench: Bench, register: Callable[..., Somebody], prescriber: Visitor
) -> None:
    mallory = register(display_name="<script>alert(1)</script>")
    screening = mallory.hand_in(pregnancy=None)

    for answer in (prescriber.get(QUEUE), prescriber.get(f"/screenings/{screening['id']}/review")):
        Page(answer).require_nothing_inline()
        assert "<script>alert(1)</script>" in shown(answer)


def test_a_screening_is_read_in_the_readers_language_and_a_measures_items_stay_as_they_are_validated(
    rosa: Somebody, prescriber: Visitor
) -> None:
    unfinished = phq9(2, 2, 2, 2, 2, 2, 2, 2, None, at=rosa.bench.clock() - timedelta(days=3))
    screening = rosa.hand_in(unfinished, pregnancy=None, bipolar=True)
    prescriber.client.set_cookie("__Host-afterglow-language", "es", secure=True)

    answer = prescriber.get(f"/screenings/{screening['id']}/review")

    page = shown(answer)
    assert "Sin respuesta. Lo que no se sabe nunca se toma como un no: pregunta." in page
    assert "¿Te han dicho alguna vez que tienes trastorno bipolar?" in page
    title = "PHQ-9: cuestionario de salud del paciente, depresión"
    assert f"{title}: preguntas sin responder: 9. No hay puntuación." in page
    assert '<span lang="en">Little interest or pleasure in doing things</span>' in answer.get_data(as_text=True)
    assert "Cada respuesta" in page
    assert "Thoughts that you would be better off dead, or of hurting yourself in some way Sin responder" in page
    assert "Embarazo y lactancia: Sin respuesta." in shown(prescriber.get(QUEUE))
