"""charlstm: character-level language models that learn, and write at a temperature.

Everything here works without importing tensorflow.
"""

from __future__ import annotations

from charlstm.analysis.distribution import distribution_table, effective_choices, entropy_bits
from charlstm.analysis.loss import stream_loss, window_loss
from charlstm.data.corpus import Corpus
from charlstm.data.named import load as load_corpus
from charlstm.errors import CharlstmError
from charlstm.exploring.timeline import timeline
from charlstm.runs.opening import open_model
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.reweight import draw, reweight

__all__ = [
    "CharlstmError",
    "Corpus",
    "LanguageModel",
    "distribution_table",
    "draw",
    "effective_choices",
    "entropy_bits",
    "load_corpus",
    "open_model",
    "reweight",
    "stream_loss",
    "timeline",
    "window_loss",
]
