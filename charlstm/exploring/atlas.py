"""The temperature atlas: texts at 41 temperatures from one prompt, and measurements of each.

All are written at once with the same random numbers. The text at a temperature is the one that
``model.write`` gives: everything is computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Progress, cross_entropy
from charlstm.analysis.word_likeness import WordLikeness
from charlstm.analysis.written import (
    Copy,
    Lexicon,
    Source,
    gzip_bits,
    loop_of,
    repeated_fraction,
    words_of,
)
from charlstm.data.words import english_words
from charlstm.sampling.language_model import LanguageModel, cursor_after, steps, uniforms_of

TEMPERATURES = tuple(step / 20 for step in range(41))
"""0, 0.05, … 2."""

LENGTH, WINDOW_LENGTH = 4000, 1000
"""Characters at every temperature, for a model that carries its state, and for one that reads a
window, which is some twenty times slower."""

_REPORT_EVERY = 50


def sweep(
    model: LanguageModel,
    prompt: str,
    temperatures: Sequence[float],
    *,
    length: int,
    seed: int = 0,
    report: Progress | None = None,
) -> pd.DataFrame:
    """Write from one prompt at every temperature, all streams in one batch.

    The table has one row per temperature: temperature, text, entropy_bits (mean entropy of the
    distributions that its symbols were drawn from) and bits_at_1 (surprise of its symbols to the
    model at T = 1), both per character.

    ``report`` is called with the symbols written so far and those to write at each temperature; an
    exception from it ends the sweep. An invalid temperature raises a ValueError.
    """
    ids = model.read(prompt).ids
    streams = len(temperatures)
    cursor = cursor_after(model.network, ids, window=model.window, streams=streams)
    written = np.zeros((length, streams), np.intp)
    entropy, surprise = np.zeros((2, streams))
    for position, step in enumerate(steps(cursor, list(temperatures), uniforms_of(seed, length))):
        written[position] = step.symbols
        logs = np.log(np.maximum(step.probabilities, np.finfo(np.float64).tiny))  # 0 ln 0 is 0
        entropy -= (step.probabilities * logs).sum(axis=-1)
        surprise += cross_entropy(step.logits, step.symbols)
        if report and (position + 1) % _REPORT_EVERY == 0:
            report(position + 1, length)
    table = pd.DataFrame({"temperature": np.array(temperatures, np.float64)})
    table["text"] = [model.vocabulary.decode(symbols) for symbols in written.T]
    characters = np.maximum(1, table["text"].str.len())
    table["entropy_bits"] = np.abs(nats_to_bits(entropy)) / characters
    table["bits_at_1"] = np.abs(nats_to_bits(surprise)) / characters
    return table


@dataclass(frozen=True)
class Atlas:
    """All texts of a sweep, with their figures.

    Attributes:
        prompt: As the model read it.
        source: The available form of the learned text: "text", "fingerprint" or "nothing".
        reason: Why the text itself was not available, or ``""``.
        false_positive_rate: That of 20-grams, if a fingerprint was used; 0 otherwise.
        table: One row per temperature; see atlas_of.
    """

    prompt: str
    source: str
    reason: str
    false_positive_rate: float
    table: pd.DataFrame


def usual_length(window: int | None) -> int:
    """Return how many characters an atlas has at every temperature by default."""
    return LENGTH if window is None else WINDOW_LENGTH


def nearest_temperature(temperature: float) -> float:
    """Return the nearest of the 41 temperatures, the lower one of two."""
    return min(TEMPERATURES, key=lambda each: (abs(each - temperature), each))


def atlas_of(
    model: LanguageModel,
    prompt: str,
    *,
    length: int | None = None,
    seed: int = 0,
    source: Source | None = None,
    report: Progress | None = None,
) -> Atlas:
    """Write from one prompt at 41 temperatures with the same uniforms, and measure the texts.

    The table's columns, by row:

    * those of sweep
    * words: how many the text has, without the last one if it is unfinished
    * corpus_fraction, english_fraction, invented_fraction: the fractions of these words in the
      learned text, on the English list, in neither; NaN if there is no word or nothing is known
    * invented: the different invented words in order; best_invented: the best, see WordLikeness
    * copy_length, copy_start, copy_position: the longest copy from the learned text, at least 20
      characters (22 by a fingerprint) or 0, NaN if nothing is available; where it begins in the
      text and in the learned one, -1 where unknown
    * repeated_fraction: the fraction of the text's 20-grams that occurred earlier in it
    * loop_period, loop_start: the loop that it ends in, or 0 and -1; see loop_of
    * gzip_bits: its size compressed by gzip, bits per character

    The length is that of each text, usual_length by default; the source is the available form of
    the text that the model learned, nothing by default.
    """
    source = source or Source()
    length = usual_length(model.window) if length is None else length
    written = sweep(model, prompt, TEMPERATURES, length=length, seed=seed, report=report)
    texts = written["text"].tolist()
    copies: Sequence[list[Copy] | None] = source.copies(texts) or [None] * len(texts)
    likeness = WordLikeness(english_words())
    reading = model.read(prompt).text
    rows = [
        _word_figures(text, reading, source.lexicon, likeness)
        | _copy_figures(found)
        | _repetition_figures(text)
        for text, found in zip(texts, copies, strict=True)
    ]
    uncertainty = ["entropy_bits", "bits_at_1"]
    first, last = written.drop(columns=uncertainty), written[uncertainty]
    table = pd.concat([first, pd.DataFrame(rows), last], axis=1)
    table["gzip_bits"] = [gzip_bits(text) for text in texts]
    rate = source.fingerprint.false_positive_rate if source.fingerprint else 0.0
    return Atlas(reading, source.kind, source.reason, rate, table)


def _word_figures(
    text: str, prompt: str, lexicon: Lexicon | None, likeness: WordLikeness
) -> dict[str, Any]:
    words = [word.text for word in words_of(text, prompt)]
    known = lexicon or Lexicon(frozenset(), english_words())
    invented = [word for word in words if lexicon and lexicon.is_invented(word)]

    def fraction(count: int) -> float:
        return count / len(words) if words else np.nan

    in_corpus = sum(word in known.corpus for word in words)
    return {
        "words": len(words),
        "corpus_fraction": fraction(in_corpus) if lexicon else np.nan,
        "english_fraction": fraction(sum(map(known.is_english, words))),
        "invented_fraction": fraction(len(invented)) if lexicon else np.nan,
        "invented": list(dict.fromkeys(invented)),
        "best_invented": likeness.best(set(invented)),
    }


def _copy_figures(copies: list[Copy] | None) -> dict[str, Any]:
    length, start, position = np.nan if copies is None else 0.0, -1, None
    if copies:
        length, start, position = float(copies[0].length), copies[0].start, copies[0].position
    position = -1 if position is None else position
    return {"copy_length": length, "copy_start": start, "copy_position": position}


def _repetition_figures(text: str) -> dict[str, Any]:
    loop = loop_of(text)
    period, start = (loop.period, loop.start) if loop else (0, -1)
    found = {"loop_period": period, "loop_start": start}
    return {"repeated_fraction": repeated_fraction(text)} | found
