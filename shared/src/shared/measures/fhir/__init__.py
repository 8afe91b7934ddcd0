"""Instruments and answers as FHIR R4 `Questionnaire` and `QuestionnaireResponse`."""

from shared.measures.fhir.forms import Unworded, questionnaire
from shared.measures.fhir.names import canonical
from shared.measures.fhir.responses import InvalidResponse, Response, read_response, write_response

__all__ = [
    "InvalidResponse",
    "Response",
    "Unworded",
    "canonical",
    "questionnaire",
    "read_response",
    "write_response",
]
