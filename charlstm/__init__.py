"""charlstm: character-level language models that learn, and write at a temperature.

Nothing here imports tensorflow. A name is loaded when it is first used, so that commands start at
once.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "analysis.curves": "loss_curves race_curves race_sizes speed_curves speed_table",
    "analysis.distribution": (
        "distribution_table effective_choices entropy_bits nats_to_bits path_words "
        "probability_words stage_summary stage_table"
    ),
    "analysis.written": "invented_spans",
    "analysis.loss": "baselines bits_per_character count_ngrams stream_loss window_loss",
    "cells.scores": "cell_scores",
    "cells.spans": "similar_spans",
    "cells.states": "activations cell_step without_cells",
    "compression.packer": "open_packer",
    "data.corpus": "Corpus symbol_counts window_count",
    "data.named": "load_corpus=load",
    "engine.atlases": "atlas",
    "errors": "CharlstmError",
    "exploring.compare": "compare compare_strategies fork_table",
    "exploring.timeline": "moments_table timeline",
    "exploring.trails": "follow surprise",
    "runs.opening": "open_model source_of speller_of",
    "runs.store": "open_run=find",
    "runs.transfer": "export_run import_run",
    "sampling.beam": "beam_search",
    "sampling.language_model": "LanguageModel",
    "sampling.reweight": "draw reweight",
    "sampling.strategies": "stages",
    "settings": "settings_for weight_count",
    "training.batches": "plan",
}
"""The public names of each module, and what two of them are called there."""

_HOMES = {
    name.partition("=")[0]: (module, name.partition("=")[2] or name)
    for module, names in _NAMES.items()
    for name in names.split()
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(f"{__name__}.{module}"), attribute)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
