"""Which languages there are, and what a package says in each: gettext's files, read as they are."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import ModuleType

from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Each language by its code (BCP 47), as those who speak it call it. The first is what the code is written in."""


def language_of(said: str | None) -> str | None:
    """Which of our languages somebody means who says `es-MX`; None where it is none of ours, or nothing was said."""
    code = (said or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else None


Sentences = Mapping[str, str | tuple[str, ...]]
"""English to the other language; of a sentence that counts, one form for one and one for all other numbers."""


def sentences_of(language: str, *packages: ModuleType | str) -> Sentences:
    """What these packages say in that language; what is not translated is missing, and stays English."""
    found: dict[str, str | tuple[str, ...]] = {}
    for package in packages:
        found |= _read(package if isinstance(package, str) else package.__name__, language)
    return found


@cache
def _read(package: str, language: str) -> Sentences:
    file = resources.files(package) / "translations" / f"{language}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    said: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        match message.id, message.string:
            case str(words), str(other) if words and other and not message.fuzzy:
                said[words] = other
            case (one, _), forms if not message.fuzzy and forms and all(forms):
                said[one] = tuple(str(form) for form in forms)
            case _:
                pass  # The header, and what nobody has translated yet.
    return said
