"""The text that a run's cells are scored on is one that it has not learned."""

from __future__ import annotations

import pytest

from charlstm.cells.kept import (
    MOST_CHARACTERS,
    most_characters,
    reference_in,
    reference_of,
    reference_words,
)
from charlstm.data.corpus import Corpus, LongCorpus
from charlstm.errors import RunError
from charlstm.runs.store import shipped_runs
from tests.made import made_run, prose


def test_the_reference_is_the_held_out_part_of_a_text_that_is_kept() -> None:
    run = made_run()
    config = run.config()
    reference = reference_of(run)
    assert reference.text == prose(1500)[config.training_length :]
    assert "150 held-out characters of made-text" in reference.what


def test_where_nothing_is_held_out_the_reference_says_that_it_was_learned() -> None:
    reference = reference_of(made_run(held_out=0.0))
    assert reference.text == prose(1500)[-150:]
    assert "which it learned" in reference.what


def test_a_text_that_is_not_at_hand_is_never_downloaded() -> None:
    run = shipped_runs()[0]
    with pytest.raises(RunError, match="not on this machine"):
        reference_of(run)


def test_a_wide_network_is_scored_on_less_so_that_memory_stays_small() -> None:
    assert most_characters(128) == MOST_CHARACTERS
    assert most_characters(3 * 1024) * 3 * 1024 * 2 * 4 <= 120_000_000


def test_the_run_s_own_text_is_known_by_its_content_and_only_what_was_held_out_is_taken() -> None:
    run = made_run()
    again = LongCorpus("another-name", [lambda: [prose(1500)]])
    assert reference_in(again, run.config()) == reference_of(run)


def test_of_another_text_its_beginning_is_taken() -> None:
    config = made_run().config()
    text = prose(MOST_CHARACTERS + 1000, seed=3)
    reference = reference_in(Corpus("other", text), config)
    assert reference.text == text[:MOST_CHARACTERS]
    assert reference.what == f"the first {MOST_CHARACTERS:,} characters of other"


@pytest.mark.parametrize("held_out", [0.0, 0.1])
def test_where_it_is_from_is_known_before_it_is_read(held_out: float) -> None:
    run = made_run(held_out=held_out)
    assert reference_words(run) == reference_of(run).what
