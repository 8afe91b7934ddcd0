"""What holds of every instrument and of whatever is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measures.made_up import complete

from shared.measures import AnsweredThoughSkipped, Incomplete, Instrument, risk_answers, score, unanswered

Case = tuple[Instrument, dict[str, int | None]]


@given(complete())
def test_a_total_lies_within_the_range_and_within_its_band(case: Case) -> None:
    instrument, answers = case

    scored = score(instrument, answers)

    if scored.total is not None:
        assert instrument.lowest <= scored.total <= instrument.highest
        assert scored.shown == instrument.shown(scored.total)
    assert (scored.band is None) is (instrument.bands == ())
    if scored.band is not None and scored.total is not None:
        assert scored.band.low <= scored.total <= scored.band.high


@given(complete())
def test_parts_lie_within_their_range_and_where_they_share_nothing_make_up_the_whole(case: Case) -> None:
    instrument, answers = case

    scored = score(instrument, answers)

    for subscale in instrument.subscales:
        assert 0 <= scored.subscales[subscale.code] <= instrument.highest_of(subscale)
    if instrument.subscales:
        assert sum(scored.subscales.values()) == scored.total


@given(complete(), st.data())
def test_raising_an_answer_raises_the_total_by_as_much_and_lowers_it_where_the_item_is_reversed(
    case: Case, data: st.DataObject
) -> None:
    instrument, answers = case
    gates = {item.asked_if.link_id for item in instrument.items if item.asked_if}
    item = data.draw(st.sampled_from([one for one in instrument.scored_items if one.link_id not in gates]))
    before = answers.get(item.link_id)
    if before is None:
        return
    raised = data.draw(st.integers(before, item.maximum))

    first, second = score(instrument, answers), score(instrument, answers | {item.link_id: raised})

    if first.total is not None and second.total is not None:
        assert second.total - first.total == (before - raised if item.reversed else raised - before)
    elif first.band and second.band:
        assert second.band.low >= first.band.low


@given(complete(), st.data())
def test_no_answer_that_rises_makes_a_finding_or_a_risk_go_away(case: Case, data: st.DataObject) -> None:
    instrument, answers = case
    item = data.draw(st.sampled_from([one for one in instrument.scored_items if not one.reversed]))
    before = answers.get(item.link_id)
    if before is None:
        return
    more = answers | {item.link_id: data.draw(st.integers(before, item.maximum))}

    try:
        first, second = score(instrument, answers), score(instrument, more)
    except Incomplete:
        pass  # A yes asked further.
    else:
        assert all(second.criteria[code] for code, holds in first.criteria.items() if holds)
    heard = {risk.link_id for risk in risk_answers(instrument, answers)}
    assert heard <= {risk.link_id for risk in risk_answers(instrument, more)}


@given(complete())
def test_reversal_is_a_mirror(case: Case) -> None:
    instrument, answers = case

    for item in instrument.scored_items:
        answer = answers.get(item.link_id)
        if answer is not None:
            mirrored = item.minimum + item.maximum - answer
            assert item.points(answer) + item.points(mirrored) == item.minimum + item.maximum


@given(complete(), st.data())
def test_any_missing_answer_refuses_the_score_and_is_named_unless_it_was_never_asked(
    case: Case, data: st.DataObject
) -> None:
    instrument, answers = case
    missing = data.draw(st.sets(st.sampled_from(list(answers)), min_size=1))
    blank = data.draw(st.booleans())
    gates = {item.link_id: item.asked_if.link_id for item in instrument.items if item.asked_if}
    for link_id in missing:
        if blank:
            answers[link_id] = None
        else:
            del answers[link_id]

    with pytest.raises(Incomplete) as refused:
        score(instrument, answers)

    assert set(refused.value.link_ids) == {one for one in missing if gates.get(one) not in missing}
    assert refused.value.link_ids == unanswered(instrument, answers)


@given(complete(), st.data())
def test_what_is_skipped_by_rule_may_be_left_out_or_be_the_lowest_answer_and_nothing_else(
    case: Case, data: st.DataObject
) -> None:
    instrument, answers = case
    skipped = [item for item in instrument.scored_items if item.link_id not in answers]
    if not skipped:
        return
    item = data.draw(st.sampled_from(skipped))

    assert score(instrument, answers | {item.link_id: item.minimum}) == score(instrument, answers)
    with pytest.raises(AnsweredThoughSkipped) as refused:
        score(instrument, answers | {item.link_id: item.maximum})
    assert refused.value.link_ids == (item.link_id,)
