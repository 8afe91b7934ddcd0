"""What intake holds about a client. A row goes before what it points to."""

from typing import Any

from intake.access.models import SignInLink
from intake.domain.baseline import BaselineMeasure
from intake.forms import form_of
from intake.models import Clearance, Client, Consent, ErasureRequest, Inquiry, KnownPerson, Opening, Screening
from shared.clinics import IN_WORDS
from shared.measures import load_instrument
from shared.pictures.signature import signature
from shared.store.holdings import Holding, code

_NUMBER = "It says nothing of you, and would tell a clinic where else you are seen."


def _answers(answers: dict[str, bool | None], screening: Screening) -> dict[str, str]:
    words = {True: "yes", False: "no", None: "not answered"}
    return {question.text: words[answers.get(question.id)] for question in form_of(screening.form_version).questions}


def _measures(_: Any, screening: Screening) -> list[dict[str, Any]]:
    return [_measure(measure) for measure in screening.measures]


def _measure(measure: BaselineMeasure) -> dict[str, Any]:
    instrument = load_instrument(measure.instrument, int(measure.version))
    band = next((band for band in instrument.bands if band.code == measure.band), None)
    return {
        "Questions": instrument.title,
        "Answered on": measure.answered_at,
        "Score": None if measure.score is None else instrument.shown(measure.score),
        "Which is called": band and band.title,
        "Answers": instrument.in_words(measure.answers),
    }


def _flags(_: Any, screening: Screening) -> list[str]:
    return [flag.reason for flag in screening.flags]


def _findings(findings: list[dict[str, str]], _: Clearance) -> list[str]:
    return [f"{code(finding['code'], None)}: {finding['finding']}" for finding in findings]


HOLDINGS = [
    Holding(
        Consent.client_id,
        "what you agreed to",
        may="consent.read",
        words={
            "kind": "About",
            "text_version": "Version of the text",
            "partner": "Partner",
            "signed_name": "Signed as",
            "signed_name_drawn": "Drawn as",
            "granted_at": "Agreed to",
            "withdrawn_at": "Taken back",
        },
        said_as={
            "kind": lambda kind, _: IN_WORDS[kind],
            "signed_name_drawn": lambda path, consent: signature(path, consent.signed_name),
        },
        for_machines=("text_sha256",),
    ),
    # Answers, flags and findings may tell of the use of substances (42 CFR Part 2).
    Holding(
        Clearance.client_id,
        "decisions of prescribers",
        may="screening.read",
        shown_to_them_alone=("reviewed_flags",),
        words={
            "outcome": "Decision",
            "valid_until": "Good until, and on that day",
            "conditions": "On these conditions",
            "reason": "Reason",
            "routes_cleared": "The medicine may be given as",
            "weight_kg": "Weight, kg",
            "reviewed_flags": "What was asked, and found",
            "decided_by": "Decided by",
            "decided_at": "Decided on",
            "replaced_at": "Another decision took its place",
            "rules_version": "By version of the clinic’s rules",
        },
        said_as={"reviewed_flags": _findings},
    ),
    Holding(
        Screening.client_id,
        "what you answered before anybody decided",
        may="screening.read",
        shown_to_them_alone=("answers", "flags_raised", "level"),
        words={
            "submitted_at": "Handed in",
            "submitted_by": "By",
            "form_version": "Version of the form",
            "answers": "Your answers",
            "measures_given": "How you were",
            "flags_raised": "What a clinician is to look at",
            "level": "How strongly",
        },
        for_machines=("client_answered",),
        said_as={
            "submitted_by": lambda subject, screening: "yourself" if screening.client_answered else subject,
            "answers": _answers,
            "measures_given": _measures,
            "flags_raised": _flags,
        },
    ),
    Holding(
        Opening.client_id,
        "who opened your record without looking after you, and why",
        may="opening.read",
        words={"staff": "Who", "reason": "Why", "opened_at": "From", "closes_at": "To"},
    ),
    Holding(
        ErasureRequest.client_id,
        "that somebody asked for you to be erased",
        may="erasure.read",
        words={"requested_by": "Who", "requested_at": "When", "reason": "Why"},
    ),
    Holding(
        SignInLink.client_id,
        "links that you signed in by",
        may="client.read",
        secret=("sealed_address",),
        words={"asked_at": "Asked for", "used_at": "Used", "valid_until": "Good until"},
    ),
    Holding(KnownPerson.client_id, "by which number the network knows you", withheld=_NUMBER),
    Holding(
        Client.id,
        "who you are, and how you are reached",
        may="client.read",
        secret=("email_index", "person_id"),
        words={
            "display_name": "What you want to be called",
            "given_name": "Given name",
            "family_name": "Family name",
            "birth_date": "Born on",
            "email": "E-mail",
            "phone": "Telephone",
            "language": "Language",
            "time_zone": "Time zone",
            "registered_at": "Client since",
        },
        for_machines=("version",),
    ),
    Holding(
        Inquiry.client_id,
        "how you reached out",
        may="inquiry.read",
        words={
            "received_at": "When",
            "name": "Name",
            "email": "E-mail",
            "phone": "Telephone",
            "message": "What you wrote",
            "adult": "18 or older",
            "in_crisis": "In a crisis",
            "time_zone": "Time zone",
            "source": "By",
        },
        said_as={"source": code},
        for_machines=("submission",),
    ),
]
