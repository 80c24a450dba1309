"""A tree of branches: how it grows, and that an address holds all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.exploring.trails import (
    MOST_BRANCHES,
    TRUNK,
    Branch,
    depth,
    grown,
    read_back,
    with_pick,
    written_down,
)

PICKS = st.dictionaries(st.integers(0, 9999), st.sampled_from("ab\n😀"), max_size=5)
BRANCHES = PICKS.map(lambda picks: tuple(sorted(picks.items())))


def test_a_branch_forgets_the_picks_after_the_position_where_it_leaves() -> None:
    branch = ((2, "a"), (8, "b"))
    assert with_pick(branch, 5, "c") == ((2, "a"), (5, "c"))
    assert with_pick(branch, 2, "c") == ((2, "c"),)
    assert with_pick(branch, 8, "c") == ((2, "a"), (8, "c"))


def test_a_new_branch_stands_below_its_parent_and_what_grew_from_it() -> None:
    first = with_pick(TRUNK, 3, "a")
    second = with_pick(TRUNK, 5, "b")
    child = with_pick(first, 9, "c")
    tree = grown(grown(grown([TRUNK], first), second), child)
    assert tree == [TRUNK, first, child, second]
    assert grown(tree, with_pick(TRUNK, 4, "a")) == [
        *(TRUNK, first, child),
        *(with_pick(TRUNK, 4, "a"), second),
    ]
    assert [depth(branch, tree) for branch in tree] == [0, 1, 2, 1]
    assert grown(tree, child) == tree
    assert grown([TRUNK], child) == [TRUNK, child]


def test_a_full_tree_takes_no_more() -> None:
    tree = [TRUNK]
    for position in range(MOST_BRANCHES - 1):
        tree = grown(tree, with_pick(TRUNK, position, "a"))
    with pytest.raises(ValueError, match="at most 24"):
        grown(tree, with_pick(TRUNK, 500, "a"))


@given(st.lists(BRANCHES, max_size=8))
def test_a_tree_is_read_back_as_it_was_written_down(branches: list[Branch]) -> None:
    tree = [TRUNK]
    for branch in branches:
        tree = grown(tree, branch)
    assert read_back(written_down(tree), "ab\n😀") == tree


@pytest.mark.parametrize(
    "text",
    ["x", "1-97;", "-97", "1-", "1-97.1-98", "5-97.1-98", "1-99999999", "1-122", "10000-97", "1-²"],
)
def test_what_stands_for_no_tree_is_none(text: str) -> None:
    assert read_back(text, "ab") is None


def test_an_empty_text_is_the_trunk_alone() -> None:
    assert read_back("", "ab") == [TRUNK]
