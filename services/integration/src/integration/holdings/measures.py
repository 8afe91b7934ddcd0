"""Measures over time. In others' exports are neither single answers nor what is about the use of substances."""

from integration.domain.asking import Occasion, RequestStatus
from integration.domain.part2 import SUBSTANCE_USE
from integration.models import MeasureRequest, Reading
from integration.words import OCCASIONS, REQUESTS
from shared.measures import instruments
from shared.store.holdings import Holding, code


def _answers(answers: dict[str, int | None], reading: Reading) -> dict[str, str | int]:
    return reading.form.in_words(answers) if reading.form else {}


def _shown(score: int, reading: Reading) -> object:
    return reading.shown


def _baseline_shown(score: int, reading: Reading) -> object:
    return reading.baseline_shown


def _called(band: str, reading: Reading) -> str:
    return reading.called.title if reading.called else code(band, reading)


def _named(instrument: str, request: MeasureRequest) -> str:
    return next((one.title for one in instruments() if one.id == instrument), instrument)


def _occasion(occasion: Occasion, request: MeasureRequest) -> str:
    return OCCASIONS[occasion]


def _stands(status: RequestStatus, request: MeasureRequest) -> str:
    return REQUESTS[status]


def _title(instrument: str, reading: Reading) -> str:
    return reading.form.title if reading.form else instrument


HOLDINGS = [
    Holding(
        MeasureRequest.client_id,
        "when you were asked questions",
        may="measure.read",
        theirs_alone=MeasureRequest.instrument.in_(SUBSTANCE_USE),
        in_order_of=MeasureRequest.due_at,
        words={
            "instrument": "Questions",
            "due_at": "From",
            "occasion": "Why then",
            "status": "State",
            "nudges": "Reminders",
            "asked_by": "Asked by",
        },
        said_as={"instrument": _named, "occasion": _occasion, "status": _stands},
    ),
    Holding(
        Reading.client_id,
        "measures",
        may="measure.read",
        theirs_alone=Reading.instrument.in_(SUBSTANCE_USE),
        # One door has them, and is opened to fewer: `measure.read_answers`.
        shown_to_them_alone=("answers",),
        words={
            "instrument": "Questions",
            "answered_at": "Answered",
            "score": "Score",
            "band": "Which is called",
            "answers": "Answers",
            "typed_in_by": "Typed in by",
            "is_baseline": "From before the treatment",
            "baseline": "Score before the treatment",
            "baseline_answered_at": "Answered before the treatment",
            "change_percent": "Change, %",
            "response": "Response, by the rule of these questions",
            "remission": "Remission, by the rule of these questions",
            "reliable": "More of a change than chance",
            "overlapping": "It asks about some of the same days as before the treatment",
        },
        said_as={
            "instrument": _title,
            "score": _shown,
            "baseline": _baseline_shown,
            "band": _called,
            "answers": _answers,
        },
        for_machines=("version", "instrument_hash"),
    ),
]
