"""Nobody learns of fewer people than may be told of, also whoever knows the rule and subtracts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain import figures, small_cells
from integration.domain.figures import Figure, What, pool, tell, wilson
from integration.domain.outcomes import Counts, MeasureCounts
from integration.domain.small_cells import Engagement, Outcome, Part, Split, ToldSplit, tell_parts, tell_split

RESPONSE, REMISSION = Outcome.RESPONSE, Outcome.REMISSION


def splits(most: int, *outcomes: Outcome) -> Iterator[Split]:
    """Every split of up to so many people."""
    for people in range(most + 1):
        for unknown in range(people + 1):
            for yes in product(range(people - unknown + 1), repeat=len(outcomes)):
                yield Split(people, unknown, dict(zip(outcomes, yes, strict=True)))


def said(told: ToldSplit | None) -> Any:
    return told and (told.people, told.unknown, tuple(told.yes.items()))


def numbers(name: str, split: Split) -> dict[str, int]:
    """All that could be known of it."""
    found = {f"{name} people": split.people, f"{name} unknown": split.unknown}
    for outcome, yes in split.yes.items():
        found |= {f"{name} {outcome}": yes, f"{name} no {outcome}": split.people - split.unknown - yes}
    return found


def found_out(worlds: Mapping[Any, list[dict[str, int]]], fewest: int) -> set[tuple[str, int]]:
    """Small numbers that whoever sees what is told knows for sure: in every world that looks so they are the same.

    So is none of those who answered a small number: that nobody had an outcome says it of each of them.
    """
    found = set()
    for same in worlds.values():
        for name in same[0]:
            values = {world[name] for world in same}
            small = 0 < min(values) < fewest
            whose = name.split()[0]
            says_it_of_each = (
                min(values) == 0
                and name.endswith(Outcome.RESPONSE)
                and any(world[f"{whose} people"] > world[f"{whose} unknown"] for world in same)
            )
            if len(values) == 1 and (small or says_it_of_each):
                found.add((name, min(values)))
    return found


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> int:
    """So few people that every table of them can be looked at."""
    monkeypatch.setattr(small_cells, "FEWEST", 3)
    monkeypatch.setattr(figures, "FEWEST", 3)
    return 3


@pytest.mark.parametrize("outcomes", [(RESPONSE,), (RESPONSE, REMISSION)])
def test_no_small_number_of_one_table_can_be_found_out(three: int, outcomes: tuple[Outcome, ...]) -> None:
    worlds: dict[Any, list[dict[str, int]]] = defaultdict(list)
    for split in splits(11, *outcomes):
        worlds[said(tell_split(split))].append(numbers("all", split))
    assert len(worlds) > 50
    assert found_out(worlds, three) == set()


def test_no_small_number_of_a_table_and_its_parts_can_be_found_out(three: int) -> None:
    worlds: dict[Any, list[dict[str, int]]] = defaultdict(list)
    for more, less in product(splits(8, RESPONSE), repeat=2):
        yes = {RESPONSE: more.yes[RESPONSE] + less.yes[RESPONSE]}
        whole = Split(more.people + less.people, more.unknown + less.unknown, yes)
        told = tell_split(whole)
        parts = tell_parts(told, {Part.MORE: more, Part.LESS: less}) if told else {}
        shown = (said(told), *(said(part) for part in parts.values()))
        worlds[shown].append(numbers("all", whole) | numbers("more", more) | numbers("less", less))
    assert any(len(shown) == 3 for shown in worlds)
    assert found_out(worlds, three) == set()


def test_the_search_finds_what_a_careless_rule_gives_away(three: int) -> None:
    worlds: dict[Any, list[dict[str, int]]] = defaultdict(list)
    for split in splits(8, RESPONSE):
        kept = tuple(number if number >= three else None for number in numbers("all", split).values())
        worlds[kept].append(numbers("all", split))
    assert found_out(worlds, three)


def test_without_too_few_all_of_it_is_told() -> None:
    told = tell_split(Split(64, 16, {RESPONSE: 30, REMISSION: 12}))
    assert told == ToldSplit(64, 16, {RESPONSE: 30, REMISSION: 12})


@pytest.mark.parametrize(
    ("split", "told"),
    [
        (Split(10, 0, {RESPONSE: 5}), None),
        (Split(40, 5, {RESPONSE: 20}), ToldSplit(40, None, {RESPONSE: 20})),
        (Split(40, 0, {RESPONSE: 20}), ToldSplit(40, 0, {RESPONSE: 20})),
        (Split(40, 15, {RESPONSE: 20}), ToldSplit(40, None, {RESPONSE: 20})),
        (Split(40, 15, {RESPONSE: 5}), ToldSplit(40, 15, {RESPONSE: None})),
        (Split(40, 0, {RESPONSE: 40}), ToldSplit(40, 0, {RESPONSE: None})),
        (Split(40, 0, {RESPONSE: 0}), ToldSplit(40, 0, {RESPONSE: None})),
        (Split(40, 12, {RESPONSE: 17, REMISSION: 3}), ToldSplit(40, 12, {RESPONSE: 17, REMISSION: None})),
    ],
)
def test_what_is_too_few_is_not_told_nor_what_gives_it_away(split: Split, told: ToldSplit | None) -> None:
    assert tell_split(split) == told


def a_split(people: int) -> st.SearchStrategy[Split]:
    return st.integers(0, people).flatmap(
        lambda unknown: st.builds(
            Split,
            st.just(people),
            st.just(unknown),
            st.fixed_dictionaries({outcome: st.integers(0, people - unknown) for outcome in Outcome}),
        )
    )


def together(more: Split, less: Split) -> MeasureCounts:
    yes = {outcome: more.yes[outcome] + less.yes[outcome] for outcome in Outcome}
    whole = Split(more.people + less.people, more.unknown + less.unknown, yes)
    return MeasureCounts(whole, {Engagement.CHECK_INS: {Part.MORE: more, Part.LESS: less}})


measured = st.tuples(st.integers(0, 60), st.integers(0, 60)).flatmap(
    lambda sizes: st.builds(together, a_split(sizes[0]), a_split(sizes[1]))
)
counts = st.tuples(measured, st.integers(0, 40), st.floats(0, 1)).map(
    lambda drawn: Counts(drawn[0].whole.people, int(drawn[0].whole.people * drawn[2]), drawn[1], {"phq-9": drawn[0]})
)


@given(counts)
def test_every_number_that_is_told_and_all_that_follow_are_of_eleven_or_of_none_that_are_unknown(given: Counts) -> None:
    for figure in tell("induction", given):
        if figure.what is What.UNDER_WAY:
            assert figure.people is None or figure.people == 0 or figure.people >= 11
            continue
        assert figure.people is not None
        assert figure.people >= 11
        if figure.count is not None:
            none_is_told = figure.what is What.ANSWERED
            assert figure.rest is not None
            assert figure.count >= 11 or (none_is_told and figure.count == 0)
            assert figure.rest >= 11 or (none_is_told and figure.rest == 0)
            assert figure.unknown is None or figure.unknown == 0 or figure.unknown >= 11


@given(st.lists(counts, min_size=1, max_size=4))
def test_a_networks_number_less_some_clinics_is_what_the_others_tell_themselves(clinics: list[Counts]) -> None:
    told = [tell("induction", one) for one in clinics]
    for figure in pool([figure for one in told for figure in one]):
        own = [figure_of for one in told for figure_of in one if figure_of.key == figure.key]
        telling = [one for one in own if (one.people if one.what is What.UNDER_WAY else one.count) is not None]
        assert figure.clinics == len(telling)
        if telling:
            assert figure.people == sum(one.people or 0 for one in telling)
        if figure.count is not None:
            assert figure.count == sum(one.count or 0 for one in telling)
        if figure.unknown is not None:
            assert figure.unknown == sum(one.unknown or 0 for one in telling)
            assert all(one.unknown is not None for one in telling)


@pytest.mark.parametrize(
    ("count", "of", "interval"),
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: method 3.
    [(81, 263, ("25.5", "36.6")), (15, 148, ("6.2", "16.0")), (0, 20, ("0.0", "16.1")), (1, 29, ("0.6", "17.2"))],
)
def test_the_interval_is_wilsons(count: int, of: int, interval: tuple[str, str]) -> None:
    share = wilson(count, of)
    assert (str(share.low), str(share.high)) == interval


def test_a_figure_is_stored_and_read_again() -> None:
    figure = Figure("induction", What.RESPONSE, "phq-9", Engagement.CHECK_INS, Part.MORE, 40, 20, None)
    assert Figure.from_stored("induction", figure.stored(), None) == figure  # type: ignore[arg-type]
