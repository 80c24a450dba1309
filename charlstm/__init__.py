"""charlstm: character-level language models that learn, and write at a temperature.

Everything here works without importing tensorflow.
"""

from __future__ import annotations

from charlstm.analysis.distribution import distribution_table, effective_choices, entropy_bits
from charlstm.analysis.invented import invented_spans
from charlstm.analysis.loss import stream_loss, window_loss
from charlstm.analysis.stages import stage_summary, stage_table
from charlstm.data.corpus import Corpus
from charlstm.data.named import load as load_corpus
from charlstm.errors import CharlstmError
from charlstm.exploring.timeline import timeline
from charlstm.runs.atlas_process import atlas
from charlstm.runs.opening import open_model
from charlstm.runs.sources import source_of
from charlstm.sampling.beam import beam_search
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.reweight import draw, reweight
from charlstm.sampling.strategies import stages

__all__ = [
    "CharlstmError",
    "Corpus",
    "LanguageModel",
    "atlas",
    "beam_search",
    "distribution_table",
    "draw",
    "effective_choices",
    "entropy_bits",
    "invented_spans",
    "load_corpus",
    "open_model",
    "reweight",
    "source_of",
    "stage_summary",
    "stage_table",
    "stages",
    "stream_loss",
    "timeline",
    "window_loss",
]
