"""Totals, bands and parts worked out by hand from the rules of the papers."""

from collections.abc import Sequence

import pytest
from measures.made_up import answered

from shared.measures import Instrument, load_instrument, score


def in_a_row(*runs: tuple[int, int]) -> list[int]:
    """So many answers of one kind, then so many of another: (how many, which)."""
    return [answer for times, answer in runs for _ in range(times)]


PCL5 = [
    (in_a_row((20, 0)), 0, "below_cut_offs"),
    (in_a_row((10, 3), (10, 0)), 30, "below_cut_offs"),
    (in_a_row((10, 3), (1, 1), (9, 0)), 31, "between_cut_offs"),
    (in_a_row((10, 3), (2, 1), (8, 0)), 32, "between_cut_offs"),
    (in_a_row((10, 3), (3, 1), (7, 0)), 33, "above_cut_offs"),
    (in_a_row((20, 4)), 80, "above_cut_offs"),
]
MADRS = [
    (in_a_row((10, 0)), 0, "none_minimal"),
    (in_a_row((6, 1), (4, 0)), 6, "none_minimal"),
    (in_a_row((7, 1), (3, 0)), 7, "mild"),
    (in_a_row((9, 2), (1, 1)), 19, "mild"),
    (in_a_row((10, 2)), 20, "moderate"),
    (in_a_row((4, 4), (6, 3)), 34, "moderate"),
    (in_a_row((5, 4), (5, 3)), 35, "severe"),
    (in_a_row((10, 6)), 60, "severe"),
]
ISI = [
    (in_a_row((7, 1)), 7, "none"),
    (in_a_row((1, 2), (6, 1)), 8, "subthreshold"),
    (in_a_row((7, 2)), 14, "subthreshold"),
    (in_a_row((1, 3), (6, 2)), 15, "moderate"),
    (in_a_row((7, 3)), 21, "moderate"),
    (in_a_row((1, 4), (6, 3)), 22, "severe"),
    (in_a_row((7, 4)), 28, "severe"),
]
# The third question is reversed: a no to it counts, so nothing but "no" makes 1, and its yes alone makes 0.
DAST10 = [
    ([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 0, "none"),
    (in_a_row((10, 0)), 1, "low"),
    ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2, "low"),
    ([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], 3, "moderate"),
    ([1, 1, 1, 1, 1, 1, 0, 0, 0, 0], 5, "moderate"),
    ([1, 1, 0, 1, 1, 1, 0, 0, 0, 0], 6, "substantial"),
    ([1, 1, 0, 1, 1, 1, 1, 1, 0, 0], 8, "substantial"),
    (in_a_row((10, 1)), 9, "severe"),
    ([1, 1, 0, 1, 1, 1, 1, 1, 1, 1], 10, "severe"),
]
WHO5 = [
    ([0, 0, 0, 0, 0], 0, "poor"),
    ([3, 3, 2, 2, 2], 12, "poor"),
    ([3, 3, 3, 2, 2], 13, "not_poor"),
    ([5, 5, 5, 5, 5], 25, "not_poor"),
]
# In millimetres: a cut-off of 25 is 250, one of 36 is 360.
ORS = [([62, 62, 62, 63], 249, "below_cut_off"), ([62, 62, 63, 63], 250, "above_cut_off")]
SRS = [([90, 90, 90, 89], 359, "talk_about"), ([90, 90, 90, 90], 360, "from_36")]
TABLES = {"pcl-5": PCL5, "madrs": MADRS, "isi": ISI, "dast-10": DAST10, "who-5": WHO5, "ors": ORS, "srs": SRS}


@pytest.mark.parametrize(
    ("instrument_id", "answers", "total", "band"),
    [(instrument_id, *row) for instrument_id, rows in TABLES.items() for row in rows],
)
def test_answers_lead_to_the_total_and_band_of_the_papers(
    instrument_id: str, answers: Sequence[int], total: int, band: str
) -> None:
    instrument = load_instrument(instrument_id)

    scored = score(instrument, answered(instrument, *answers))

    assert (scored.total, scored.band and scored.band.code) == (total, band)


@pytest.mark.parametrize(
    ("instrument_id", "answer", "total"),
    [
        ("cadss-6", 4, 24),
        ("ebi", 100, 600),
        ("edi", 100, 800),
        ("meq-30", 5, 150),
        ("wai-sr", 5, 60),
        ("audit-c", 4, 12),
    ],
)
def test_what_has_no_published_bands_has_a_total_alone(instrument_id: str, answer: int, total: int) -> None:
    instrument = load_instrument(instrument_id)

    scored = score(instrument, answered(instrument, *[answer] * len(instrument.items)))

    assert (scored.total, scored.band) == (total, None)


def test_the_groups_of_the_pcl5_have_5_2_7_and_6_symptoms() -> None:
    pcl5 = load_instrument("pcl-5")

    scored = score(pcl5, answered(pcl5, *in_a_row((5, 1), (2, 2), (7, 3), (6, 4))))

    assert dict(scored.subscales) == {"b": 5, "c": 4, "d": 21, "e": 24}
    assert scored.total == 54


def test_the_working_alliance_is_made_of_task_bond_and_goal() -> None:
    wai = load_instrument("wai-sr")

    # Task: 1, 2, 10 and 12; bond: 3, 5, 7 and 9; goal: 4, 6, 8 and 11.
    scored = score(wai, answered(wai, 5, 5, 3, 1, 3, 1, 3, 1, 3, 5, 1, 5))

    assert dict(scored.subscales) == {"task": 20, "bond": 12, "goal": 4}
    assert (wai.lowest, wai.highest) == (12, 60)


def test_each_item_of_the_meq30_belongs_to_one_of_four_parts_of_15_6_6_and_3() -> None:
    meq = load_instrument("meq-30")
    parts = [link_id for subscale in meq.subscales for link_id in subscale.items]

    assert [len(subscale.items) for subscale in meq.subscales] == [15, 6, 6, 3]
    assert [meq.highest_of(subscale) for subscale in meq.subscales] == [75, 30, 30, 15]
    assert sorted(parts) == sorted(item.link_id for item in meq.items)


@pytest.mark.parametrize("instrument_id", ["meq-30", "edi", "ebi", "cadss-6"])
def test_how_deep_an_experience_went_is_neither_good_nor_bad(instrument_id: str) -> None:
    instrument: Instrument = load_instrument(instrument_id)

    assert instrument.direction == "neither"
    assert instrument.bands == ()
