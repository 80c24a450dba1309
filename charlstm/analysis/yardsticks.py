"""What counting alone achieves on a text: n-gram models of every order, on the same held-out part.

Takes ids and gives models and a table; knows nothing of files, runs or pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.windows import sample_of_places
from charlstm.sampling.ngram import NGram, highest_order


def count_ngrams(ids: NDArray[Any], training_length: int, symbols: int) -> NGram:
    """Return the n-gram model of the highest order of a training text; lower ones are in it.

    Args:
        ids: The whole text, shape (characters,).
        training_length: Characters that may be counted; those after are held out.
        symbols: Size of the vocabulary.
    """
    return NGram(ids[:training_length], symbols, min(highest_order(symbols), training_length))


def yardsticks(
    model: NGram, held_out: NDArray[Any], most_windows: int | None = None
) -> pd.DataFrame:
    """Return the losses of every order on a held-out text.

    An n-gram looks at fewer than 60 characters, so its window loss is the mean of its losses at the
    places that the windows predict.

    Args:
        model: The highest order.
        held_out: Ids, shape (characters,); at least 61.
        most_windows: Look at no more windows than that, evenly spread, as a training does while it
            learns; at all of them by default.

    Returns:
        Columns order, size (n-grams counted), window_nats, window_bits, windows, stream_nats,
        stream_bits, predictions; one row per order.
    """
    places = sample_of_places(len(held_out), most_windows)
    rows = []
    for order in range(1, model.order + 1):
        of_order = model.of_order(order)
        losses = of_order.losses(held_out)
        window, stream = float(losses[places - 1].mean()), float(losses.mean())
        rows.append(
            {
                "order": order,
                "size": of_order.size,
                "window_nats": window,
                "window_bits": float(nats_to_bits(window)),
                "windows": len(places),
                "stream_nats": stream,
                "stream_bits": float(nats_to_bits(stream)),
                "predictions": len(losses),
            }
        )
    return pd.DataFrame(rows)
