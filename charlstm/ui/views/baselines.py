"""The n-gram models of a run's text, kept in memory between reruns.

Knows streamlit's cache and run folders; a cleared cache only costs the counting again.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from charlstm.analysis.loss import baselines, count_ngrams
from charlstm.data.corpus import HELD_OUT_WINDOWS
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.ngram import NGram
from charlstm.ui.models import kept_by_run

MOST_CHARACTERS = 5_000_000
"""A longer text is not held in the memory of the web process, nor waited for."""


@dataclass(frozen=True)
class Baselines:
    """What counting achieves on a text.

    Attributes:
        table: See baselines, on all held-out windows, with columns for charts: label, and nats,
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


def baselines_of(run: RunFolder) -> Baselines:
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
    return _counted(run, config.training_length)


@kept_by_run(2, spinner="Counting n-grams…")
def _counted(run: RunFolder, training_length: int) -> Baselines:
    corpus = corpus_of(run)
    counts = count_ngrams(corpus.ids, training_length, len(corpus.vocabulary))
    held_out = corpus.ids[training_length:]
    table = baselines(counts, held_out)
    live = baselines(counts, held_out, HELD_OUT_WINDOWS)["window_nats"]
    labels = [f"n-gram, order {order}" for order in table["order"]]
    return Baselines(table.assign(label=labels, nats=live), counts, corpus.vocabulary)
