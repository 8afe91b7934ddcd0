"""What is to be said beside a score: cut-offs for women and men stand side by side, and nobody's sex is looked up."""

import pytest

from shared.measures import AnsweredThoughSkipped, Note, instruments, load_instrument, score

OFTEN, AMOUNT, SIX = "68518-0", "68519-8", "68520-6"


def codes(notes: tuple[Note, ...]) -> list[str]:
    return [note.code for note in notes]


@pytest.mark.parametrize(
    ("answers", "total", "notes"),
    [
        ({OFTEN: 0}, 0, []),
        ({OFTEN: 1, AMOUNT: 1, SIX: 0}, 2, []),
        ({OFTEN: 1, AMOUNT: 1, SIX: 1}, 3, ["cut_off_women"]),
        ({OFTEN: 2, AMOUNT: 1, SIX: 1}, 4, ["cut_off_women", "cut_off_men"]),
        ({OFTEN: 4, AMOUNT: 0, SIX: 0}, 4, ["cut_off_women", "cut_off_men", "all_from_first"]),
        ({OFTEN: 1, AMOUNT: 0, SIX: 0}, 1, ["all_from_first"]),
        ({OFTEN: 4, AMOUNT: 4, SIX: 4}, 12, ["cut_off_women", "cut_off_men"]),
    ],
)
def test_an_audit_c_comes_with_both_cut_offs_and_asks_to_review_points_of_the_first_question_alone(
    answers: dict[str, int], total: int, notes: list[str]
) -> None:
    scored = score(load_instrument("audit-c"), answers)

    assert (scored.total, codes(scored.notes)) == (total, notes)


def test_who_never_drinks_has_a_score_without_saying_how_much() -> None:
    audit = load_instrument("audit-c")

    assert score(audit, {OFTEN: 0, AMOUNT: 0, SIX: 0}).total == 0
    with pytest.raises(AnsweredThoughSkipped, match=SIX):
        score(audit, {OFTEN: 0, AMOUNT: 0, SIX: 2})


def test_a_dast_is_positive_from_three_points_on() -> None:
    dast = load_instrument("dast-10")
    two = {f"dast-10-{number}": int(number in (1, 3, 5)) for number in range(1, 11)}

    assert codes(score(dast, two).notes) == []
    assert codes(score(dast, two | {"dast-10-3": 0}).notes) == ["positive"]


def test_what_always_holds_is_always_said() -> None:
    always = {
        one.id for one in instruments() for note in one.notes if not note.only_from and note.total_at_least is None
    }

    assert always == {"c-ssrs-screener", "c-ssrs-since-last-contact", "cadss-6", "edi", "isi", "wai-sr"}
