"""The temperature atlas: one sweep over the temperatures, and the figures of every text.

Knows language models and what is at hand of the text that they learned; knows nothing of files,
processes or pages.

Writing at many temperatures at once, with the same uniforms, and what was uncertain on the way.

The text at a temperature is the one that ``model.write`` gives: all is computed in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.copies import Copy, Source, gzip_bits, loop_of, repeated_fraction
from charlstm.analysis.invented import Lexicon, WordLikeness, words_of
from charlstm.analysis.loss import cross_entropy
from charlstm.data.words import english_words
from charlstm.sampling.language_model import LanguageModel, cursor_after, steps, uniforms_of

if TYPE_CHECKING:
    import pandas as pd

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
    for position, step in enumerate(steps(cursor, list(temperatures), uniforms_of(seed, length))):
        written[position] = step.symbols
        entropy += _entropies(step.probabilities)
        surprise += cross_entropy(step.logits, step.symbols)
        if report and (position + 1) % _REPORT_EVERY == 0:
            report(position + 1, length)
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


TEMPERATURES = tuple(step / 20 for step in range(41))
"""0, 0.05, … 2."""

LENGTH, WINDOW_LENGTH = 4000, 1000
"""Characters at every temperature: of a model that carries its state, and of one that reads a
window, which is some twenty times slower."""


def usual_length(window: int | None) -> int:
    """Return how many characters an atlas has at every temperature if nothing else is asked."""
    return LENGTH if window is None else WINDOW_LENGTH


@dataclass(frozen=True)
class Atlas:
    """All texts of a sweep, with their figures.

    Attributes:
        prompt: What they go on from, as the model read it.
        source: What was at hand of the learned text: "text", "fingerprint" or "nothing".
        reason: Why the text itself was not, or ``""``.
        false_positive_rate: Of 20-grams, where a fingerprint was used; 0 otherwise.
        table: One row per temperature; see atlas_of.
    """

    prompt: str
    source: str
    reason: str
    false_positive_rate: float
    table: pd.DataFrame


def atlas_of(
    model: LanguageModel,
    prompt: str,
    *,
    length: int | None = None,
    seed: int = 0,
    source: Source | None = None,
    report: Report | None = None,
) -> Atlas:
    """Write from one prompt at 41 temperatures with the same uniforms, and measure the texts.

    The table's columns, by row:

    * temperature, text
    * words: how many the text has, without the last one where it is unfinished
    * corpus_fraction, english_fraction, invented_fraction: of these words, those that occur in the
      learned text, on the English list, in neither; NaN where there is no word or nothing is known
    * invented: the different invented words in order; best_invented: the best, see WordLikeness
    * copy_length, copy_start, copy_position: the longest copy from the learned text, at least 20
      characters (22 by a fingerprint) or 0, NaN where nothing is at hand; where it begins in the
      text and in the learned one, -1 where unknown
    * repeated_fraction: of the text's 20-grams, those that stood in it before
    * loop_period, loop_start: the loop that it ends in, or 0 and -1; see loop_of
    * entropy_bits: mean entropy of the distributions at this temperature, bits per character
    * bits_at_1: what the text costs the model at T = 1, bits per character
    * gzip_bits: its size compressed by gzip, bits per character

    Args:
        model: Who writes.
        prompt: What has been read.
        length: Characters at each temperature; by default 4,000, and 1,000 for a model that reads
            a window.
        seed: Of the uniforms.
        source: What is at hand of the text that the model learned; nothing by default.
        report: Told how far the writing is.
    """
    import pandas as pd

    source = source or Source()
    length = usual_length(model.window) if length is None else length
    written = sweep(model, prompt, TEMPERATURES, length=length, seed=seed, report=report)
    copies: Sequence[list[Copy] | None]
    copies = source.copies([each.text for each in written]) or [None] * len(written)
    likeness = WordLikeness(english_words())
    reading = model.read(prompt).text
    rows = [
        {"temperature": each.temperature, "text": each.text}
        | _word_figures(each.text, reading, source.lexicon, likeness)
        | _copy_figures(found)
        | _other_figures(each)
        for each, found in zip(written, copies, strict=True)
    ]
    rate = source.fingerprint.false_positive_rate if source.fingerprint else 0.0
    return Atlas(reading, source.kind, source.reason, rate, pd.DataFrame(rows))


def nearest_temperature(temperature: float) -> float:
    """Return the one of the 41 temperatures that lies nearest, the lower of two."""
    return min(TEMPERATURES, key=lambda each: (abs(each - temperature), each))


def _word_figures(
    text: str, prompt: str, lexicon: Lexicon | None, likeness: WordLikeness
) -> dict[str, object]:
    words = [word.text for word in words_of(text, prompt)]
    if lexicon is None:
        list_alone = Lexicon(frozenset(), english_words())
        return {
            "words": len(words),
            "corpus_fraction": np.nan,
            "english_fraction": _share([list_alone.is_english(word) for word in words]),
            "invented_fraction": np.nan,
            "invented": [],
            "best_invented": [],
        }
    invented = [word for word in words if lexicon.is_invented(word)]
    return {
        "words": len(words),
        "corpus_fraction": _share([word in lexicon.corpus for word in words]),
        "english_fraction": _share([lexicon.is_english(word) for word in words]),
        "invented_fraction": _share([lexicon.is_invented(word) for word in words]),
        "invented": list(dict.fromkeys(invented)),
        "best_invented": likeness.best(set(invented)),
    }


def _share(true: list[bool]) -> float:
    return sum(true) / len(true) if true else float("nan")


def _copy_figures(copies: list[Copy] | None) -> dict[str, object]:
    if copies is None:
        return {"copy_length": np.nan, "copy_start": -1, "copy_position": -1}
    if not copies:
        return {"copy_length": 0.0, "copy_start": -1, "copy_position": -1}
    longest = copies[0]
    position = -1 if longest.position is None else longest.position
    return {
        "copy_length": float(longest.length),
        "copy_start": longest.start,
        "copy_position": position,
    }


def _other_figures(written: Written) -> dict[str, object]:
    loop = loop_of(written.text)
    return {
        "repeated_fraction": repeated_fraction(written.text),
        "loop_period": loop.period if loop else 0,
        "loop_start": loop.start if loop else -1,
        "entropy_bits": written.entropy_bits,
        "bits_at_1": written.bits_at_1,
        "gzip_bits": gzip_bits(written.text),
    }
