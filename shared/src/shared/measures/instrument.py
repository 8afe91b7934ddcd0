"""What an instrument is: frozen data, from one file, that scoring, forms and change rules all work from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from shared.measures.item import Item
from shared.measures.rules import ChangeRules, Criterion, Level, Note, Scale
from shared.measures.wording import InvalidWording, Wording

Direction = Literal["lower_is_better", "higher_is_better", "neither"]
"""Which way a total should move. `"neither"` is for depth of experience, which has no good or bad."""

Text = Literal["may_ship", "clinic_loads", "paper_only"]
"""Where the words come from.

`"may_ship"`: from the file. `"clinic_loads"`: the file has the structure alone, and a clinic loads the words by its
own permission. `"paper_only"`: the licence bars electronic forms of one's own, so the words stay on paper, and staff
type in the numbers that were measured there.
"""

AnsweredBy = Literal["client", "clinician"]
"""Whose judgement the answers are, whoever types them in."""


class NotWordable(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """No text can be loaded for this instrument: it ships with its own, or its licence leaves it on paper."""

    def __init__(self, instrument_id: str, text: Text) -> None:
        why = "has its own text" if text == "may_ship" else "may be answered on paper alone"
        super().__init__(f"{instrument_id} {why}: none can be loaded.")
        self.instrument_id = instrument_id


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether the item texts may be shipped, and the notices that must be shown with them."""

    text: Text
    notices: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Subscale:
    """A named part of the total: the sum of its items."""

    code: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A severity band, both ends included. It describes a total; it is not a diagnosis.

    Of a triage, which has no total, it is a level: `low` and `high` are both its rank, 0 for the lowest.
    """

    code: str
    title: str
    low: int
    high: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument; `content_hash` is the SHA-256 of everything that its file says.

    `substance_use`: what it asks is a record of the use of substances (42 CFR Part 2), also that it was asked.
    `look_back_days` is how far back the questions ask (None: the moment itself, or since some event). `bands` is empty
    where none are published; otherwise they cover every total from `lowest` to `highest` without a gap. `scale` is None
    where people read the total as it is. `levels` are those of a triage, lowest first, and empty for all others;
    `loinc_level` is LOINC's code for them. `numbering` tells how the items are numbered here, for whoever loads the
    text or types in what was marked on paper. `wording` is what was loaded; None for a text that ships, or that is not
    there.
    """

    id: str
    version: int
    content_hash: str
    title: str
    loinc_panel: str | None
    loinc_total: str | None
    loinc_level: str | None
    direction: Direction
    answered_by: AnsweredBy
    substance_use: bool
    look_back_days: int | None
    licence: Licence
    stem: str
    numbering: str | None
    missing_items: Literal["none_allowed"]
    items: tuple[Item, ...]
    subscales: tuple[Subscale, ...]
    scale: Scale | None
    levels: tuple[Level, ...]
    bands: tuple[Band, ...]
    criteria: tuple[Criterion, ...]
    notes: tuple[Note, ...]
    change_rules: ChangeRules
    wording: Wording | None = field(default=None, hash=False)

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that make up the total, or decide the level of a triage."""
        return tuple(item for item in self.items if item.scored)

    @property
    def by_link_id(self) -> Mapping[str, Item]:
        """Every item, scored or not, in the order in which it is asked."""
        return {item.link_id: item for item in self.items}

    @property
    def has_total(self) -> bool:
        """False of a triage, whose answers lead to a level and are never added up."""
        return not self.levels

    @property
    def lowest(self) -> int:
        """The smallest total that there can be; of a triage, the lowest rank."""
        return sum(item.minimum for item in self.scored_items) if self.has_total else 0

    @property
    def highest(self) -> int:
        """The largest total that there can be; of a triage, the highest rank."""
        return sum(item.maximum for item in self.scored_items) if self.has_total else len(self.levels) - 1

    @property
    def can_be_asked(self) -> bool:
        """Whether there is text to ask with. Scoring needs none."""
        return all(item.text for item in self.items)

    def shown(self, total: int) -> int | Decimal:
        """A total, or a difference of two, as people read it: 0-100 of a WHO-5, the mean of an EDI."""
        return total if self.scale is None else self.scale.shown(total)

    def band(self, total: int) -> Band | None:
        """The band that holds this total (the rank, of a triage); None when the instrument has no bands."""
        return next((band for band in self.bands if band.low <= total <= band.high), None)

    def highest_of(self, subscale: Subscale) -> int:
        """The largest sum that there can be of this subscale."""
        items = self.by_link_id
        return sum(items[link_id].maximum for link_id in subscale.items)

    def in_words(self, answers: Mapping[str, int | None]) -> dict[str, str | int]:
        """What was asked and what was answered, in its own words. An answer to what it does not ask is left out.

        Where the text is not there, an item is called by its number: "1" for the first.
        """
        return {
            item.text or str(number): item.said(answers[item.link_id])
            for number, item in enumerate(self.items, 1)
            if item.link_id in answers
        }

    def worded(self, wording: Wording) -> "Instrument":
        """This instrument with the text that a clinic loaded, to be asked with. It scores as before.

        Raises NotWordable where none can be loaded, InvalidWording where it does not word every item, or words another.
        """
        if self.licence.text != "clinic_loads":
            raise NotWordable(self.id, self.licence.text)
        faults = wording.faults(self.items)
        if faults:
            raise InvalidWording(faults)
        return replace(
            self,
            stem=wording.stem,
            items=tuple(_worded(item, wording) for item in self.items),
            licence=replace(self.licence, notices=(*self.licence.notices, *wording.notices)),
            wording=wording,
        )


def _worded(item: Item, wording: Wording) -> Item:
    displays = wording.displays_of(item)
    options = tuple(replace(option, display=displays[option.code]) for option in item.options)
    return replace(item, text=wording.items[item.link_id], options=options)
