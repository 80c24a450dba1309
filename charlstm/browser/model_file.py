"""A model as a browser reads it: a file with a header in JSON and the weights as stored."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.symbols import spoken, visible
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.sampling.network import weight_shapes


def model_file(run: RunFolder, checkpoint: int | None = None) -> bytes:
    """Return the model of a run for ``model.js``: by default the checkpoint with the lowest loss.

    The file is the header's length (uint32, little-endian), the header, then the weights under the
    names that it lists, in float16 or float32, little-endian and without gaps.

    Raises:
        RunError: If there is no such checkpoint, or a file is damaged.
    """
    model, asked = open_model(run, checkpoint), run.config().settings  # checks all that is read
    shapes = weight_shapes(asked.network, len(model.vocabulary), asked.units, asked.layers)
    kept = run.weights(model.step)
    weights = {name: _compact(kept[name]) for name in shapes}
    header = {
        "run": run.name,
        "step": model.step,
        "window": model.window,
        "level": model.vocabulary.level,
        "symbols": model.vocabulary.symbols,
        "labels": [visible(symbol) for symbol in model.vocabulary.symbols],
        "names": [spoken(symbol) for symbol in model.vocabulary.symbols],
        "marks_apart": getattr(model.vocabulary, "marks_apart", False),
        "weights": [
            {"name": name, "shape": weight.shape, "dtype": weight.dtype.name}
            for name, weight in weights.items()
        ],
    }
    head = json.dumps(header, ensure_ascii=False).encode()
    return (
        struct.pack("<I", len(head)) + head + b"".join(each.tobytes() for each in weights.values())
    )


def _compact(weight: NDArray[Any]) -> NDArray[Any]:
    return weight.astype("<f2" if weight.dtype == np.float16 else "<f4")
