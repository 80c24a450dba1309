"""What the settings of a training mean for a text: weights, steps and time.

Knows streamlit and plans of trainings; starts nothing but the probe that a person asks for.
"""

from __future__ import annotations

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.data.words import UNITS, WordFigures, is_written_without_spaces, word_figures
from charlstm.engine.speed import known_speed, probe
from charlstm.errors import CharlstmError
from charlstm.settings.settings import Settings
from charlstm.training.batches import plan
from charlstm.ui.figures import duration, percent
from charlstm.ui.words import NOT_TOLD_APART, literal


def words_in(settings: Settings, corpus: Corpus) -> WordFigures | None:
    """Return what the text is like at the level of words, if words are to be learned.

    Raises:
        CorpusError: If none can be learned from it.
    """
    if settings.level == CHAR:
        return None
    figures = _word_figures(corpus.sha256, corpus, settings.vocabulary, settings.held_out)
    figures.check()
    return figures


@st.cache_data(max_entries=8, ttl=600, show_spinner="Counting words…")
def _word_figures(sha256: str, _corpus: Corpus, most: int, held_out: float) -> WordFigures:  # noqa: ARG001
    return word_figures(_corpus, most, held_out)


def show_meaning(settings: Settings, corpus: Corpus, words: WordFigures | None = None) -> None:
    """Say what the choice means in weights, steps and time.

    Args:
        settings: The choice.
        corpus: The text.
        words: What it is like at the level of words, if they are to be learned.
    """
    symbols = len(corpus.vocabulary) if words is None else words.symbols
    meant = plan(settings, len(corpus), symbols, None if words is None else words.tokens)
    unit = UNITS[settings.level]
    if words is not None:
        without_spaces = is_written_without_spaces("".join(corpus.vocabulary.symbols))
        st.caption(
            literal(
                f"{words.tokens:,} tokens to learn from, a vocabulary of {words.symbols:,}; of"
                f" those held out {percent(words.unknown_fraction)} are unknown words."
                + (f" {NOT_TOLD_APART}" if without_spaces else "")
            )
        )
    speed = known_speed(settings, symbols)
    weights, steps, time = st.columns([1, 1, 2])
    weights.metric("Weights", f"{meant.weights:,}")
    steps.metric(
        "Steps" if settings.seconds is None else "Steps at most",
        f"{meant.steps:,}",
        f"{meant.steps_per_epoch:,} per epoch",
        delta_color="off",
        delta_arrow="off",
    )
    if speed is not None:
        needed = meant.seconds(speed.characters_per_second)
        time.metric(
            "Time of training",
            f"about {duration(min(needed, settings.seconds or needed))}",
            literal(f"{speed.characters_per_second:,.0f} {unit}s/s"),
            delta_color="off",
            delta_arrow="off",
        )
        time.caption(literal(f"Speed {speed.source}"))
        return
    time.metric("Time of training", "not known yet")
    if time.button("Measure", help="One second of training of this shape, some seconds in all"):
        try:
            with st.spinner("Measuring…"):
                probe(settings, symbols)
        except CharlstmError as error:
            st.error(literal(str(error)))
        else:
            st.rerun()
