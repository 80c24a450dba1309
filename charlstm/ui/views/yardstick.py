"""The n-gram models of a run's text, kept in memory between reruns.

Knows streamlit's cache and run folders; a cleared cache only costs the counting again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from charlstm.analysis.loss import count_ngrams, yardsticks
from charlstm.data.corpus import HELD_OUT_WINDOWS
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.ngram import NGram

MOST_CHARACTERS = 5_000_000
"""A longer text is not held in the memory of the web process, nor waited for."""


@dataclass(frozen=True)
class Yardsticks:
    """What counting achieves on a text.

    Attributes:
        table: See yardsticks, on all held-out windows, with columns for charts: label, and nats,
            which are on the windows that a training is measured on while it learns.
        counts: The n-gram model of the highest order.
        vocabulary: Of the text.
    """

    table: pd.DataFrame
    counts: NGram
    vocabulary: Vocabulary

    def model(self, order: int) -> LanguageModel:
        """Return the model of an order, as one that writes."""
        return LanguageModel(self.vocabulary, self.counts.of_order(order), None)


def yardsticks_of(run: RunFolder) -> Yardsticks:
    """Return the n-grams of the text that a run learns, counted on what it may see of it.

    Raises:
        CharlstmError: If the text cannot be had.
        RunError: If the run holds nothing out, or the text is too long for a page.
    """
    config = run.config()
    if config.training_length == config.length:
        raise RunError(f"The run {run.name} holds nothing out, so nothing can be measured on it.")
    if config.length > MOST_CHARACTERS:
        raise RunError(
            f"The text has {config.length:,} characters; a page counts at most {MOST_CHARACTERS:,}."
        )
    return _counted(str(run.path), config.sha256, config.training_length)


@st.cache_resource(max_entries=2, show_spinner="Counting n-grams…")
def _counted(path: str, sha256: str, training_length: int) -> Yardsticks:  # noqa: ARG001
    # The text's SHA-256 stands for its content.
    corpus = corpus_of(RunFolder(Path(path)))
    counts = count_ngrams(corpus.ids, training_length, len(corpus.vocabulary))
    held_out = corpus.ids[training_length:]
    table = yardsticks(counts, held_out)
    live = yardsticks(counts, held_out, HELD_OUT_WINDOWS)["window_nats"]
    labels = [f"n-gram, order {order}" for order in table["order"]]
    return Yardsticks(table.assign(label=labels, nats=live), counts, corpus.vocabulary)
