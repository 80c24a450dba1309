"""Writing at many temperatures at once, with the same uniforms, and what was uncertain on the way.

Knows language models; judges nothing of what is written. The text at a temperature is the one that
``model.write`` gives: all is computed in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.generate import steps, uniforms_of
from charlstm.sampling.language_model import LanguageModel

Report = Callable[[int, int], None]
"""Called with the characters written so far at every temperature, and those to write."""

_REPORT_EVERY = 50


@dataclass(frozen=True)
class Written:
    """What was written at one temperature.

    Attributes:
        temperature: At which.
        text: What was written.
        entropy_bits: Entropy of the distributions that its symbols were drawn from, per character.
        bits_at_1: Surprise of its symbols at T = 1, per character: what it costs the model itself.
    """

    temperature: float
    text: str
    entropy_bits: float
    bits_at_1: float


def sweep(
    model: LanguageModel,
    prompt: str,
    temperatures: Sequence[float],
    *,
    length: int,
    seed: int = 0,
    report: Report | None = None,
) -> list[Written]:
    """Write from one prompt at every temperature, all streams in one batch.

    Args:
        model: Who writes.
        prompt: What has been read.
        temperatures: From 0 upwards.
        length: Symbols at each.
        seed: Of the uniforms, which all share.
        report: Told how far it is; what it raises ends the sweep.

    Raises:
        ValueError: If a temperature is negative or not a number.
    """
    ids = model.read(prompt).ids
    streams = np.arange(len(temperatures))
    cursor = cursor_after(model.network, ids, window=model.window, streams=len(temperatures))
    written = np.zeros((length, len(temperatures)), np.intp)
    entropy, surprise = np.zeros((2, len(temperatures)))
    for place, step in enumerate(steps(cursor, list(temperatures), uniforms_of(seed, length))):
        written[place] = step.symbols
        entropy += _entropies(step.probabilities)
        surprise += _log_sums(step.logits) - step.logits[streams, step.symbols]
        if report and (place + 1) % _REPORT_EVERY == 0:
            report(place + 1, length)
    texts = [model.vocabulary.decode(written[:, stream]) for stream in streams]
    return [
        Written(
            float(temperature),
            text,
            _bits_per_character(entropy[stream], text),
            _bits_per_character(surprise[stream], text),
        )
        for stream, (temperature, text) in enumerate(zip(temperatures, texts, strict=True))
    ]


def _bits_per_character(nats: float, text: str) -> float:
    return abs(float(nats * (1.0 / (max(1, len(text)) * np.log(2.0)))))


def _entropies(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -sum p ln p of every row, in nats; 0 ln 0 is 0."""
    logs = np.log(np.maximum(p, np.finfo(np.float64).tiny))
    return np.asarray(-(p * logs).sum(axis=-1))


def _log_sums(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln sum exp of every row."""
    most = logits.max(axis=-1, keepdims=True)
    return np.asarray(most[:, 0] + np.log(np.exp(logits - most).sum(axis=-1)))
