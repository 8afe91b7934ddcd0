"""How whoever asks now reads: the language that they chose, their own, their browser's; and by whose clock."""

from types import ModuleType
from zoneinfo import ZoneInfo

from flask import current_app, g, request

from shared.languages import LANGUAGES, Reader, sentences_of
from shared.web.context import KEY

LANGUAGE_COOKIE = "__Host-afterglow-language"
LOOK_COOKIE = "__Host-afterglow-look"
LOOKS = ("device", "light", "dark")

_PACKAGES = "afterglow.says"


def speaks(packages: list[ModuleType | str]) -> None:
    """Say for this application which packages' translations it has."""
    current_app.extensions[_PACKAGES] = packages


def reader() -> Reader:
    """Whoever reads the present answer. Their clock is the clinic's, where one is known."""
    if "sentences" not in g:
        code = language()
        known = current_app.extensions.get(KEY)
        packages = ["shared", *current_app.extensions.get(_PACKAGES, [])]
        g.sentences = code, sentences_of(code, *packages, *([] if known is None else [known.service.package]))
    code, sentences = g.sentences
    clinic = g.get("clinic_facts")
    return Reader(code, ZoneInfo("UTC") if clinic is None else clinic.zone, sentences)


def language() -> str:
    """The code of the language in which to answer."""
    signed_in = g.get("sign_in")
    chosen = (request.cookies.get(LANGUAGE_COOKIE), signed_in and signed_in.language)
    for code in chosen:
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(list(LANGUAGES)) or next(iter(LANGUAGES))


def look_chosen() -> str:
    """Light, dark, or as the device is."""
    said = request.cookies.get(LOOK_COOKIE)
    return said if said in LOOKS else LOOKS[0]
