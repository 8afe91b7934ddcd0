"""With which words instruments can be asked at a clinic: those that ship, and those that it has loaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from integration.models import MeasureText
from shared.measures import Instrument, find_instrument, instruments, read_wording
from shared.store import Transaction

SHIPPED_IN = "en"
"""The language of the texts that ship."""


@dataclass(frozen=True)
class Offered:
    """The newest version of an instrument, with its words in each language in which it can be asked at the clinic.

    `loaded` are the texts of the clinic's own that are in force.
    """

    instrument: Instrument
    worded: dict[str, Instrument]
    loaded: Sequence[MeasureText]

    def in_language(self, language: str) -> tuple[str, Instrument] | None:
        """The words for whoever reads that language: in it, else in English, else in any; None where there are none."""
        wanted = (language, language.partition("-")[0], SHIPPED_IN, *sorted(self.worded))
        return next(((one, self.worded[one]) for one in wanted if one in self.worded), None)


def offered(tx: Transaction) -> list[Offered]:
    """Every instrument by id, in its newest version; one question, however many there are."""
    texts = texts_in_force(tx)
    newest: dict[str, Instrument] = {}
    for instrument in instruments():
        newest.setdefault(instrument.id, instrument)
    return [_offered(instrument, texts) for instrument in newest.values()]


def offered_one(instrument_id: str, tx: Transaction) -> Offered | None:
    """One of them; None where no such instrument is known."""
    instrument = find_instrument(instrument_id)
    return None if instrument is None else _offered(instrument, texts_in_force(tx, instrument_id))


def texts_in_force(tx: Transaction, instrument_id: str | None = None) -> Sequence[MeasureText]:
    """The clinic's own texts that were not withdrawn; of one instrument, or of all."""
    query = select(MeasureText).where(MeasureText.withdrawn_at.is_(None))
    if instrument_id is not None:
        query = query.where(MeasureText.instrument == instrument_id)
    return tx.all(query.order_by(MeasureText.instrument, MeasureText.language))


def _offered(instrument: Instrument, texts: Sequence[MeasureText]) -> Offered:
    own = [text for text in texts if (text.instrument, text.version) == (instrument.id, str(instrument.version))]
    if instrument.can_be_asked:
        return Offered(instrument, {SHIPPED_IN: instrument}, own)
    return Offered(instrument, {text.language: instrument.worded(read_wording(text.wording)) for text in own}, own)
