"""Findings that are met by a pattern of answers. None is a diagnosis, and each says so."""

from collections.abc import Sequence

import pytest
from measures.made_up import answered

from shared.measures import Incomplete, instruments, load_instrument, score


def pcl5(b: Sequence[int], c: Sequence[int], d: Sequence[int], e: Sequence[int]) -> list[int]:
    """Answers to 5, 2, 7 and 6 questions; what is not given is 0."""
    return [
        answer for given, size in ((b, 5), (c, 2), (d, 7), (e, 6)) for answer in (*given, *[0] * (size - len(given)))
    ]


@pytest.mark.parametrize(
    ("answers", "total", "met"),
    [
        pytest.param(pcl5([2], [2], [2, 2], [2, 2]), 12, True, id="just enough of each, though the total is low"),
        pytest.param(pcl5([1], [2], [2, 2], [2, 2]), 11, False, id="no symptom of B"),
        pytest.param(pcl5([2], [1], [2, 2], [2, 2]), 11, False, id="no symptom of C"),
        pytest.param(pcl5([2], [2], [2, 1], [2, 2]), 11, False, id="one symptom of D"),
        pytest.param(pcl5([2], [2], [2, 2], [2, 1]), 11, False, id="one symptom of E"),
        pytest.param(pcl5([4] * 5, [], [4] * 7, [4] * 6), 72, False, id="a high total without avoidance"),
        pytest.param(pcl5([1] * 5, [1] * 2, [1] * 7, [1] * 6), 20, False, id="a little of everything"),
        pytest.param(pcl5([4] * 5, [4] * 2, [4] * 7, [4] * 6), 80, True, id="the most that is possible"),
    ],
)
def test_ptsd_is_provisional_with_one_b_one_c_two_d_and_two_e(answers: list[int], total: int, met: bool) -> None:
    instrument = load_instrument("pcl-5")

    scored = score(instrument, answered(instrument, *answers))

    assert (scored.total, dict(scored.criteria)) == (total, {"provisional_ptsd": met})


def meq30(mystical: int, mood: int, time_and_space: int, ineffability: int) -> dict[str, int | None]:
    """Answers that add up to these sums, as many fives as fit first."""
    instrument = load_instrument("meq-30")
    answers: dict[str, int | None] = {}
    for subscale, total in zip(instrument.subscales, (mystical, mood, time_and_space, ineffability), strict=True):
        for place, link_id in enumerate(subscale.items):
            answers[link_id] = max(0, min(5, total - 5 * place))
    return answers


@pytest.mark.parametrize(
    ("sums", "met"),
    [
        ((45, 18, 18, 9), True),
        ((44, 18, 18, 9), False),
        ((45, 17, 18, 9), False),
        ((45, 18, 17, 9), False),
        ((45, 18, 18, 8), False),
        ((75, 30, 30, 8), False),
        ((75, 30, 30, 15), True),
        ((0, 0, 0, 0), False),
    ],
)
def test_a_mystical_experience_is_complete_with_60_percent_of_each_part(
    sums: tuple[int, int, int, int], met: bool
) -> None:
    scored = score(load_instrument("meq-30"), meq30(*sums))

    assert tuple(scored.subscales.values()) == sums
    assert dict(scored.criteria) == {"complete": met}


def test_of_unfinished_answers_nothing_is_found() -> None:
    instrument = load_instrument("pcl-5")

    with pytest.raises(Incomplete, match="pcl-5-20"):
        score(instrument, answered(instrument, *[4] * 19, None))


def test_every_finding_says_what_it_is_not() -> None:
    found = {one.id: criterion.explanation for one in instruments() for criterion in one.criteria}

    assert set(found) == {"pcl-5", "meq-30"}
    assert found["pcl-5"] == "A provisional finding for a clinician to look into. It is not a diagnosis."
    assert "neither good nor bad" in found["meq-30"]
