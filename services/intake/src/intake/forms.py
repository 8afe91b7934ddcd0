"""The versions of the screening form that ship, each a file in `data/`."""

import json
from functools import cache
from importlib.resources import files

from intake.domain.screening import ScreeningForm
from shared.errors import Invalid
from shared.languages import phrase


def newest_form() -> ScreeningForm:
    """The version that is asked now."""
    return _forms()[-1]


def form_of(version: str) -> ScreeningForm:
    """That version, also an old one, so that old answers stay readable. Raises Invalid."""
    for form in _forms():
        if form.version == version:
            return form
    sentence = phrase(
        "There is no version {version} of the form; the newest is {newest}.",
        version=version,
        newest=newest_form().version,
    )
    raise Invalid.at("/form_version", "form_version_unknown", sentence)


@cache
def _forms() -> tuple[ScreeningForm, ...]:
    found = (entry for entry in (files("intake") / "data").iterdir() if entry.name.startswith("screening-form-"))
    forms = [ScreeningForm.load(json.loads(entry.read_text(encoding="utf-8"))) for entry in found]
    return tuple(sorted(forms, key=lambda form: int(form.version)))
