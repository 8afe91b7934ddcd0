"""Sentences that intake keeps in English, and says to whoever reads them later."""

import pytest

from intake.access.whence import whence_of
from intake.domain.baseline import ABSENT, RISK, UNFINISHED
from intake.domain.screening import CHANGED
from intake.words import reason_of
from shared.languages import Reader, sentences_of


@pytest.fixture
def spanish() -> Reader:
    return Reader("es", sentences=sentences_of("es", "intake", "shared"))


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (CHANGED.format(finding="Tells of seizures."), "Respondió que no ahora"),
        (ABSENT.format(title="GAD-7: Generalized Anxiety Disorder, 7 items"), "GAD-7: trastorno de ansiedad"),
        (UNFINISHED.format(title="PHQ-9", numbers="3, 9"), "PHQ-9: preguntas sin responder: 3, 9."),
        (
            RISK.format(title="PHQ-9", number=9, at_least=1, calls_for="administer the C-SSRS"),
            "PHQ-9: la respuesta a la pregunta 9 es 1 o más: aplicar la C-SSRS.",
        ),
        ("Tells of seizures.", "Habla de convulsiones."),
        ("What {nobody} has ever written.", "What {nobody} has ever written."),
    ],
)
def test_why_something_is_flagged_is_read_in_the_readers_language(spanish: Reader, kept: str, said: str) -> None:
    assert spanish.say(reason_of(kept)).startswith(said)
    assert Reader().say(reason_of(kept)) == kept


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("Firefox on Windows, from 192.0.2.7", "Firefox en Windows, desde 192.0.2.7"),
        ("Another program, from 192.0.2.7", "Otro programa, desde 192.0.2.7"),
        ("Firefox on Windows, from ", "Firefox en Windows, desde "),
    ],
)
def test_from_where_somebody_signed_in_is_read_in_their_language(spanish: Reader, kept: str, said: str) -> None:
    assert spanish.say(whence_of(kept)) == said
