"""What forms and codes are called between systems."""

import re
from typing import Any

from shared.measures.instrument import Instrument
from shared.measures.item import Option

LOINC = "http://loinc.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
STEM = "stem"

_OTHER_SPACE = re.compile(r"[^\S \r\n\t]")


def canonical(instrument: Instrument) -> str:
    """The name by which a response says which form it answers: `urn:afterglow:questionnaire:phq-9|1`."""
    return f"{url(instrument)}|{instrument.version}"


def url(instrument: Instrument) -> str:
    """The canonical without its version."""
    return f"urn:afterglow:questionnaire:{instrument.id}"


def loinc_url(panel: str) -> str:
    """LOINC's own name for the form of a panel."""
    return f"{LOINC}/q/{panel}"


def plain(text: str) -> str:
    """A text as FHIR takes it: its strings know no white space but the plainest, and no no-break space."""
    return _OTHER_SPACE.sub(" ", text)


def coding(option: Option) -> dict[str, Any]:
    """An answer as a Coding, with its words where there are any."""
    words = {"display": plain(option.display)} if option.display else {}
    return {"system": option.system, "code": option.code, **words}
