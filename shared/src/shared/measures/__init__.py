"""The validated instruments, as versioned data, and the only code that scores a client's answers.

What this package promises:

- **Unknown is not zero.** An absent or `None` answer is unknown. `score` then refuses and names the
  unanswered items; it never fills in, pro-rates or guesses. What an instrument's own rule skips is not missing.
- **Risk does not wait for a complete form.** `risk_answers` reads what has been answered so far, so an answer
  that calls for the C-SSRS, or for somebody at once, is seen even when `score` must refuse.
  `hear_risk_in_form` and `hear_risk_in_response` hear it even in what `read_response` refuses.
- **A score can be explained years later.** It carries its instrument's id, version and content hash, and a
  version whose hash has been published is never edited.
- **Totals are whole numbers.** `Score.total` is the sum of the answers, whatever people read; `Instrument.shown`
  turns it into that: the 0-100 of a WHO-5, the mean of an EDI. A triage has no total: its level is the band.
- **Change is only claimed where it can be.** Two readings whose look-back periods overlap give `None`
  ("unknown"), not "no response"; so does a question that the instrument has no rule for.
- **Clinical values come from the data files,** each with its source and with whether it was verified.
- **A finding is no diagnosis.** `Score.criteria` and bands are for a clinician to look into, and say so.
- **Depth has no good or bad.** Measures of how deep an experience went (MEQ, EDI, EBI and their like) carry
  the direction `"neither"`, and the loader refuses severity bands and change rules for them. Depth of
  experience is not a target, so there is nothing here from which a screen could colour it.
- **No text ships without permission.** Of an instrument whose words are somebody's, the file has the structure
  alone: it scores, and cannot be asked (`Instrument.can_be_asked`) until a clinic loads a `Wording` by a
  permission that it names (`Instrument.worded`). Some may be answered on paper alone, and stay there.

A new instrument is one new file in `data/`. The package is pure: no web, no database, no clock, and nothing
else of `shared`.
"""

from shared.measures.answers import (
    AnsweredThoughSkipped,
    Incomplete,
    OutOfRange,
    RiskAnswer,
    UnknownItem,
    Unscorable,
    risk_answers,
    unanswered,
)
from shared.measures.change import Change, Incomparable, NotLater, Reading, change
from shared.measures.fhir import (
    InvalidResponse,
    Response,
    Unworded,
    canonical,
    questionnaire,
    read_response,
    write_response,
)
from shared.measures.hearing import hear_risk_in_form, hear_risk_in_response
from shared.measures.instrument import AnsweredBy, Band, Direction, Instrument, Licence, NotWordable, Subscale
from shared.measures.item import Condition, Item, Option, Risk
from shared.measures.library import (
    InvalidInstrument,
    UnknownInstrument,
    find_instrument,
    instruments,
    load_instrument,
    read_instrument,
)
from shared.measures.rules import (
    ChangeRules,
    Criterion,
    ItemsAtLeast,
    Level,
    Note,
    Scale,
    SubscaleShare,
    Threshold,
)
from shared.measures.scoring import Score, score
from shared.measures.wording import InvalidWording, Wording, read_wording

__all__ = [
    "AnsweredBy",
    "AnsweredThoughSkipped",
    "Band",
    "Change",
    "ChangeRules",
    "Condition",
    "Criterion",
    "Direction",
    "Incomparable",
    "Incomplete",
    "Instrument",
    "InvalidInstrument",
    "InvalidResponse",
    "InvalidWording",
    "Item",
    "ItemsAtLeast",
    "Level",
    "Licence",
    "NotLater",
    "NotWordable",
    "Note",
    "Option",
    "OutOfRange",
    "Reading",
    "Response",
    "Risk",
    "RiskAnswer",
    "Scale",
    "Score",
    "Subscale",
    "SubscaleShare",
    "Threshold",
    "UnknownInstrument",
    "UnknownItem",
    "Unscorable",
    "Unworded",
    "Wording",
    "canonical",
    "change",
    "find_instrument",
    "hear_risk_in_form",
    "hear_risk_in_response",
    "instruments",
    "load_instrument",
    "questionnaire",
    "read_instrument",
    "read_response",
    "read_wording",
    "risk_answers",
    "score",
    "unanswered",
    "write_response",
]
