"""The validated instruments, as versioned data, and the only code that scores a client's answers.

What this package promises:

- **Unknown is not zero.** An absent or `None` answer is unknown. `score` then refuses and names the
  unanswered items; it never fills in, pro-rates or guesses.
- **Risk does not wait for a complete form.** `risk_answers` reads what has been answered so far, so an answer
  that calls for the C-SSRS is seen even when `score` must refuse.
- **A score can be explained years later.** It carries its instrument's id, version and content hash, and a
  version whose hash has been published is never edited.
- **Change is only claimed where it can be.** Two readings whose look-back periods overlap give `None`
  ("unknown"), not "no response"; so does a question that the instrument has no rule for.
- **Clinical values come from the data files,** each with its source and with whether it was verified.
- **Depth has no good or bad.** Measures of how deep an experience went (MEQ, EDI, EBI and their like) carry
  the direction `"neither"`, and the loader refuses severity bands and change rules for them. Depth of
  experience is not a target, so there is nothing here from which a screen could colour it.

A new instrument is one new file in `data/`. The package is pure: no web, no database, no clock, and nothing
else of `shared`.
"""

from shared.measures.change import Change, NotLater, Reading, change
from shared.measures.fhir import (
    InvalidResponse,
    Response,
    canonical,
    questionnaire,
    read_response,
    write_response,
)
from shared.measures.instrument import (
    Band,
    ChangeRules,
    Direction,
    Instrument,
    Item,
    Licence,
    Option,
    Risk,
    Subscale,
    Threshold,
)
from shared.measures.library import (
    InvalidInstrument,
    UnknownInstrument,
    instruments,
    load_instrument,
    read_instrument,
)
from shared.measures.scoring import (
    Incomplete,
    OutOfRange,
    RiskAnswer,
    Score,
    UnknownItem,
    Unscorable,
    risk_answers,
    score,
)

__all__ = [
    "Band",
    "Change",
    "ChangeRules",
    "Direction",
    "Incomplete",
    "Instrument",
    "InvalidInstrument",
    "InvalidResponse",
    "Item",
    "Licence",
    "NotLater",
    "Option",
    "OutOfRange",
    "Reading",
    "Response",
    "Risk",
    "RiskAnswer",
    "Score",
    "Subscale",
    "Threshold",
    "UnknownInstrument",
    "UnknownItem",
    "Unscorable",
    "canonical",
    "change",
    "instruments",
    "load_instrument",
    "questionnaire",
    "read_instrument",
    "read_response",
    "risk_answers",
    "score",
    "write_response",
]
