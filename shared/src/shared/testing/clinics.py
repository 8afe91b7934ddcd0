"""Two sample clinics, Maple in New York and Cedar in Los Angeles, as the tests and the embedded platform know them."""

import json
from importlib.resources import files

from shared.clinics import Clinic


def sample_clinic(name: str) -> Clinic:
    """`maple` or `cedar`."""
    return Clinic.load(json.loads(files("shared.samples").joinpath(f"{name}.json").read_text(encoding="utf-8")))
