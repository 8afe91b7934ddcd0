"""Two made-up clinics, as data: Maple in New York and Cedar in Los Angeles. The embedded platform starts with them."""

import json
from importlib.resources import files
from typing import Any

from shared.clinics import Clinic

NAMES = ("maple", "cedar")


def sample_documents() -> list[dict[str, Any]]:
    """The clinics as JSON documents, as an operator would hand them in."""
    return [json.loads(files("shared.samples").joinpath(f"{n}.json").read_text(encoding="utf-8")) for n in NAMES]


def sample_clinics() -> list[Clinic]:
    """The clinics, validated."""
    return [Clinic.load(document) for document in sample_documents()]
