"""Lists of strategies as text: what is read is what was written, and mistakes take one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.sampling.strategies import (
    KINDS,
    MOST_STRATEGIES,
    Strategy,
    acting,
    read_strategies,
    strategy_names,
    tidy,
    write_strategies,
)


def test_every_strategy_has_words_a_source_and_limits_that_it_takes() -> None:
    for name, kind in KINDS.items():
        assert kind.keeps
        assert any(
            part.isdigit() and len(part) == 4 for part in kind.source.replace(",", "").split()
        )
        if kind.number:
            limits = kind.number
            assert limits.low <= limits.usual <= limits.high
            acting([(name, limits.low), (name, limits.high), (name, limits.usual)])


@pytest.mark.parametrize(
    ("text", "strategies"),
    [
        ("", ()),
        ("  ", ()),
        ("top-k:40,top-p:0.9", (("top-k", 40.0), ("top-p", 0.9))),
        ("top-p:.9 , top-k: 40", (("top-p", 0.9), ("top-k", 40.0))),
        ("greedy", (("greedy", 1.0),)),
        ("min-p:1e-3,typical:1", (("min-p", 0.001), ("typical", 1.0))),
    ],
)
def test_a_list_is_read_in_its_order(text: str, strategies: tuple[Strategy, ...]) -> None:
    assert read_strategies(text) == strategies


def test_it_is_written_as_short_as_it_is_read() -> None:
    given = "top-k:40,greedy,min-p:0.05,typical:1"
    assert write_strategies(read_strategies(given)) == given
    assert strategy_names(read_strategies(given)) == [
        "top-k 40",
        "greedy",
        "min-p 0.05",
        "typical 1",
    ]


def _strategies(name: str) -> st.SearchStrategy[Strategy]:
    number = KINDS[name].number
    if number is None:
        return st.just((name, 1.0))
    if number.whole:
        whole = st.integers(int(number.low), int(number.high))
        return whole.map(lambda value: (name, float(value)))
    return st.floats(number.low, number.high).map(lambda value: (name, tidy(value)))


@given(st.lists(st.sampled_from(list(KINDS)).flatmap(_strategies), max_size=MOST_STRATEGIES))
def test_what_is_written_is_read_again(strategies: list[Strategy]) -> None:
    assert read_strategies(write_strategies(strategies)) == tuple(strategies)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("magic", "no strategy 'magic'"),
        ("TOP-K:3", "no strategy"),
        ("top-k", "top-k takes a whole number from 1 to 4096"),
        ("top-k:", "whole number"),
        ("top-k:0", "whole number"),
        ("top-k:-3", "whole number"),
        ("top-k:2.5", "whole number"),
        ("top-k:1e9", "whole number"),
        ("top-k:inf", "whole number"),
        ("top-p:nan", "top-p takes a number from 0.0001 to 1"),
        ("top-p:0", "takes a number"),
        ("min-p:1.01", "takes a number"),
        ("typical:a", "takes a number"),
        ("top-p:0.9:3", "takes a number"),
        ("greedy:1", "greedy takes no number"),
        ("top-k:3,", "no strategy ''"),
        (",", "no strategy ''"),
        ("greedy,greedy,greedy,greedy,greedy", "At most 4"),
        ("top-k:" + "0" * 200 + "3", "at most 100 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        read_strategies(text)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        strategies = read_strategies(text)
    except ValueError:
        return
    acting(strategies)


def test_steps_of_a_field_do_not_add_up_to_a_hair_more() -> None:
    assert 0.8 + 0.05 + 0.05 + 0.05 != 0.95
    assert write_strategies([("top-p", tidy(0.8 + 0.05 + 0.05 + 0.05))]) == "top-p:0.95"
