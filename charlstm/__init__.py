"""charlstm: character-level language models that learn, and write at a temperature.

Everything here works without importing tensorflow.
"""

from __future__ import annotations

import sys as _sys

from charlstm.runs.home import hold_early as _hold_early

if _sys.argv[:1] == ["-m"]:  # this is about to run as a program, and what follows takes its time
    _hold_early(_sys.argv[1:])

from charlstm.analysis.curves import loss_curves, race_curves, race_sizes
from charlstm.analysis.distribution import (
    distribution_table,
    effective_choices,
    entropy_bits,
    nats_to_bits,
)
from charlstm.analysis.invented import invented_spans
from charlstm.analysis.loss import stream_loss, window_loss
from charlstm.analysis.measured import speed_curves, speed_table
from charlstm.analysis.per_character import bits_per_character
from charlstm.analysis.probability import path_words, probability_words
from charlstm.analysis.stages import stage_summary, stage_table
from charlstm.analysis.yardsticks import count_ngrams, yardsticks
from charlstm.cells.scores import cell_scores
from charlstm.cells.spans import similar_spans
from charlstm.cells.states import activations, cell_step, without_cells
from charlstm.compression.opening import open_packer
from charlstm.data.corpus import Corpus, symbol_counts, window_count
from charlstm.data.named import load as load_corpus
from charlstm.errors import CharlstmError
from charlstm.exploring.compare import compare, compare_strategies
from charlstm.exploring.forks import fork_table
from charlstm.exploring.surprise import surprise
from charlstm.exploring.timeline import moments_table, timeline
from charlstm.exploring.trails import follow
from charlstm.runs.atlas_process import atlas
from charlstm.runs.opening import open_model
from charlstm.runs.sources import source_of
from charlstm.runs.spelling import speller_of
from charlstm.runs.store import find as open_run
from charlstm.runs.transfer import export_run, import_run
from charlstm.sampling.beam import beam_search
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.reweight import draw, reweight
from charlstm.sampling.strategies import stages
from charlstm.training.plan import plan
from charlstm.training.settings import settings_for, weight_count

__all__ = [
    "CharlstmError",
    "Corpus",
    "LanguageModel",
    "activations",
    "atlas",
    "beam_search",
    "bits_per_character",
    "cell_scores",
    "cell_step",
    "compare",
    "compare_strategies",
    "count_ngrams",
    "distribution_table",
    "draw",
    "effective_choices",
    "entropy_bits",
    "export_run",
    "follow",
    "fork_table",
    "import_run",
    "invented_spans",
    "load_corpus",
    "loss_curves",
    "moments_table",
    "nats_to_bits",
    "open_model",
    "open_packer",
    "open_run",
    "path_words",
    "plan",
    "probability_words",
    "race_curves",
    "race_sizes",
    "reweight",
    "settings_for",
    "similar_spans",
    "source_of",
    "speed_curves",
    "speed_table",
    "speller_of",
    "stage_summary",
    "stage_table",
    "stages",
    "stream_loss",
    "surprise",
    "symbol_counts",
    "timeline",
    "weight_count",
    "window_count",
    "window_loss",
    "without_cells",
    "yardsticks",
]
