"""The samples after an epoch: the seed's four temperatures from one text of the corpus.

Knows no tensorflow and no files; takes weights and gives texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.generate import generate, uniforms_of
from charlstm.sampling.network import Network
from charlstm.settings.recipes import SAMPLE_LENGTH, SAMPLE_PROMPT, SAMPLE_TEMPERATURES

TOKENS_FOR_CHARACTERS = 4
"""A model of words writes and reads a quarter as many tokens: about as many characters."""


def epoch_samples(
    weights: Mapping[str, NDArray[Any]],
    ids: NDArray[np.integer],
    vocabulary: Vocabulary,
    *,
    window: int | None,
    epoch: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Return what the network writes at each temperature, from the same prompt and uniforms.

    Args:
        weights: Under their Keras names.
        ids: The training text, shape (symbols,); the prompt is a random piece of it.
        vocabulary: Of the text.
        window: How many characters the model reads, or None if its state is carried.
        epoch: Epochs done; another epoch has another prompt.
        seed: Of the run.

    Returns:
        Per temperature a dictionary with prompt, temperature, seed (of the uniforms) and text.
    """
    share = 1 if vocabulary.level == CHAR else TOKENS_FOR_CHARACTERS
    read, length = SAMPLE_PROMPT // share, SAMPLE_LENGTH // share
    start = int(np.random.default_rng([seed, epoch]).integers(len(ids) - read))
    prompt = ids[start : start + read]
    temperatures = np.array(SAMPLE_TEMPERATURES)
    cursor = cursor_after(Network(weights), prompt, window=window, streams=len(temperatures))
    written = list(generate(cursor, temperatures, uniforms_of(epoch, length)))
    return [
        {
            "prompt": vocabulary.decode(prompt),
            "temperature": float(temperature),
            "seed": epoch,
            "text": vocabulary.decode(column),
        }
        for temperature, column in zip(temperatures, np.stack(written, axis=1), strict=True)
    ]
