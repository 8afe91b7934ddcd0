"""In which language, and by which clock, people read. English sentences are the keys of all others.

`Reader` is one person's way of reading. A sentence with facts in it that is made before it is known who will read it,
as a refusal is, is a `phrase`. Translations lie beside the code that says something: `{package}/translations/es.po`.
"""

from shared.languages.catalogue import LANGUAGES, language_of, sentences_of
from shared.languages.phrases import Phrase, pattern_of, phrase, recalled, several
from shared.languages.reader import Reader

__all__ = [
    "LANGUAGES",
    "Phrase",
    "Reader",
    "language_of",
    "pattern_of",
    "phrase",
    "recalled",
    "sentences_of",
    "several",
]
