"""The rules for the words of the space between visits, in every language.

It invites, and does not order; it praises nobody and blames nobody; it interprets nothing and promises nothing. What a
client feels is a moment, and no symptom.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from shared.languages.catalogue import sentences_of
from shared.measures import instruments

NOWHERE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "a person does not fail": r"fail(s|ed|ing|ure|ures)?",
        "nobody is abnormal": r"abnormal(ly|ity)?",
        "nobody complies": r"(non-?)?complian(ce|t)|adheren(ce|t)",
        "nobody is counted": r"streaks?|in a row",
        "nothing is promised": r"cures?|cured|miracles?|guaranteed?",
        "nothing is mystical": r"sacred|divine|magic(al)?|awakening|enlighten(ed|ment)|ego death",
        "nobody is praised": r"(well|great|good) (done|job|work)|congratulations|proud of you|awesome|amazing",
        "nobody is blamed": r"you (forgot|missed|failed|didn['’]t|did not)|your fault",
        "nothing is interpreted": r"this (means|shows) that you|it means that you",
        "nothing is always harmless": r"(always|perfectly) (normal|harmless|safe|fine|benign)|nothing to worry",
    },
    "es": {
        "a person does not fail": r"fracas\w*|fall(o|os|aste|ado|ar)",
        "nobody is abnormal": r"anormal(es)?|anomal\w+",
        "nobody complies": r"cumplimiento|adherencia|incumpl\w+",
        "nobody is counted": r"rachas?",
        "nothing is promised": r"cura|curas|curar\w*|curación|milagros?|garantiza\w*",
        "nothing is mystical": r"sagrad[oa]s?|divin[oa]s?|mágic[oa]s?|despertar espiritual|iluminación|muerte del ego",
        "nobody is praised": r"bien hecho|felicidades|felicitaciones|enhorabuena|buen trabajo|orgullos[oa]s? de ti",
        "nobody is blamed": r"te olvidaste|olvidaste|no cumpliste|tu culpa",
        "nothing is interpreted": r"esto significa que (tú|eres|estás)|esto demuestra",
        "nothing is always harmless": r"siempre (es )?(normal|inofensiv[oa]|segur[oa])|nada de qué preocuparse",
    },
}
"""What nobody says in the space between visits: neither to a client nor to those who look after them."""

NOT_TO_A_CLIENT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "what is felt is no symptom": r"symptoms?|disorders?|diagnos(is|es|ed)|patients?",
        "nobody is graded": r"scores?|severe|severity|impaired",
        "it invites": r"you (must|have to|should|need to)",
    },
    "es": {
        "what is felt is no symptom": r"síntomas?|trastornos?|diagnóstic\w+|pacientes?",
        "nobody is graded": r"puntaj\w+|puntuaci\w+|grave(s|dad)?|sever[oa]s?",
        "it invites": r"(debes|(?<!no )tienes que|deberías)",
    },
}
"""What a client's own pages do not say beside that."""


@cache
def _called() -> tuple[str, ...]:
    """What the instruments are called, in every language: nobody else's words."""
    english = [one.title for one in instruments()]
    translated = [said for one in english if isinstance(said := sentences_of("es", "shared").get(one), str)]
    return tuple(sorted({*english, *translated}, key=len, reverse=True))


def broken(said: str, rules: Mapping[str, str]) -> Iterator[str]:
    """The rules that a sentence breaks. What an instrument is called is its own."""
    for name in _called():
        said = said.replace(name, "…")
    for rule, pattern in rules.items():
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", said, re.IGNORECASE):
            yield f"{rule}: {said}"
