"""charlstm: character-level language models that learn, and write at a temperature.

Everything here works without importing tensorflow. A name is loaded when it is first asked for, so
that a command can answer Ctrl-C before it loads anything.
"""

from __future__ import annotations

import pkgutil
from typing import Any

_HOMES = {
    "CharlstmError": "errors:CharlstmError",
    "Corpus": "data.corpus:Corpus",
    "LanguageModel": "sampling.language_model:LanguageModel",
    "activations": "cells.states:activations",
    "atlas": "engine.atlas_process:atlas",
    "beam_search": "sampling.beam:beam_search",
    "bits_per_character": "analysis.loss:bits_per_character",
    "cell_scores": "cells.scores:cell_scores",
    "cell_step": "cells.states:cell_step",
    "compare": "exploring.compare:compare",
    "compare_strategies": "exploring.compare:compare_strategies",
    "count_ngrams": "analysis.loss:count_ngrams",
    "distribution_table": "analysis.distribution:distribution_table",
    "draw": "sampling.reweight:draw",
    "effective_choices": "analysis.distribution:effective_choices",
    "entropy_bits": "analysis.distribution:entropy_bits",
    "export_run": "runs.transfer:export_run",
    "follow": "exploring.trails:follow",
    "fork_table": "exploring.compare:fork_table",
    "import_run": "runs.transfer:import_run",
    "invented_spans": "analysis.invented:invented_spans",
    "load_corpus": "data.named:load",
    "loss_curves": "analysis.curves:loss_curves",
    "moments_table": "exploring.timeline:moments_table",
    "nats_to_bits": "analysis.distribution:nats_to_bits",
    "open_model": "runs.opening:open_model",
    "open_packer": "compression.packer:open_packer",
    "open_run": "runs.store:find",
    "path_words": "analysis.distribution:path_words",
    "plan": "training.batches:plan",
    "probability_words": "analysis.distribution:probability_words",
    "race_curves": "analysis.curves:race_curves",
    "race_sizes": "analysis.curves:race_sizes",
    "reweight": "sampling.reweight:reweight",
    "settings_for": "settings.settings:settings_for",
    "similar_spans": "cells.spans:similar_spans",
    "source_of": "runs.opening:source_of",
    "speed_curves": "analysis.curves:speed_curves",
    "speed_table": "analysis.curves:speed_table",
    "speller_of": "runs.opening:speller_of",
    "stage_summary": "analysis.distribution:stage_summary",
    "stage_table": "analysis.distribution:stage_table",
    "stages": "sampling.strategies:stages",
    "stream_loss": "analysis.loss:stream_loss",
    "surprise": "exploring.trails:surprise",
    "symbol_counts": "data.corpus:symbol_counts",
    "timeline": "exploring.timeline:timeline",
    "weight_count": "settings.settings:weight_count",
    "window_count": "data.corpus:window_count",
    "window_loss": "analysis.loss:window_loss",
    "without_cells": "cells.states:without_cells",
    "baselines": "analysis.loss:baselines",
}
"""Where each public name comes from."""

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return pkgutil.resolve_name(f"{__name__}.{_HOMES[name]}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
