"""Sentences and labels that more than one page shows.

Pure text; what comes from a user or a model is given as data to be shown literally.
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from charlstm.analysis.distribution import path_words, probability_words
from charlstm.analysis.loss import PerCharacter
from charlstm.data.vocabulary import CHAR, Reading, Vocabulary
from charlstm.data.words import UNKNOWN
from charlstm.exploring.compare import Comparison, Fork
from charlstm.exploring.trails import Branch, Trail
from charlstm.runs.config import RunConfig, Status
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import LSTM
from charlstm.sampling.strategies import strategy_names
from charlstm.settings.settings import Settings
from charlstm.ui.figures import duration, figure, percent
from charlstm.ui.symbols import visible

NOT_TOLD_APART = (
    "Words are not told apart in scripts that put no spaces between them, such as Chinese, Japanese"
    " or Thai."
)


def reading_notes(reading: Reading, window: int | None) -> list[str]:
    """Return what was done to a prompt, a sentence each; none where nothing was."""
    notes = []
    if not reading.text:
        notes.append(
            "Empty prompt: this is the distribution of a network that has read nothing yet."
        )
    elif window is not None and len(reading.text) < window:
        notes.append(
            f"The prompt has {len(reading.text)} of the {window} characters that this model reads"
            " at once; it is read from a zero state as it is, without padding."
        )
    elif window is not None and len(reading.text) > window:
        notes.append(f"This model reads the last {window} of {len(reading.text)} characters.")
    return notes + change_notes(reading)


def change_notes(reading: Reading) -> list[str]:
    """Return what was folded, dropped, read otherwise and not known of a text, a sentence each."""
    notes = []
    if reading.folded:
        notes.append("Capitals are read as lower case.")
    if reading.reformed:
        notes.append(f"Read in the other form of Unicode: {'  '.join(reading.reformed)}.")
    if reading.dropped:
        notes.append(f"Dropped, because the model has never seen them: {_listed(reading.dropped)}.")
    if reading.unknown:
        notes.append(f"Read as its unknown word {UNKNOWN}: {_listed(reading.unknown)}.")
    if reading.space_left_off:
        notes.append("The space at the end was left off: the next word brings its own.")
    return notes


def _listed(symbols: tuple[str, ...], most: int = 12) -> str:
    shown = "  ".join(visible(symbol) for symbol in symbols[:most])
    return shown + (f"  and {len(symbols) - most} more" if len(symbols) > most else "")


def kind_of(model: LanguageModel) -> str:
    """Return which of the two kinds of model is at work, as one phrase."""
    field = model.network.receptive_field
    if field is not None and field <= (model.window or field):
        return f"sees the last {field} {model.vocabulary.unit}s and nothing before them"
    if model.window is None:
        return "remembers everything so far"
    return f"reads the last {model.window} characters afresh at every step"


_JOINER = "\u2060"
_RENDERED = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=\w)")
"""Places inside what Streamlit turns into arrows, dashes and icons even where it is escaped."""


_BREAKING = re.compile("[^\\S\u00a0]+")
"""White space, but for the one that holds a figure together."""


def of_units(vocabulary: Vocabulary) -> str:
    """Return what a length is a number of, for the label of a field: ``Characters``."""
    return f"{vocabulary.unit}s".capitalize()


def spans_of_symbols(
    spans: Sequence[tuple[int, int]], symbols: Sequence[str]
) -> list[tuple[int, int]]:
    """Return spans of characters of a text as spans of its symbols: of all that they touch."""
    ends = list(itertools.accumulate(map(len, symbols)))
    return [
        (bisect.bisect_right(ends, start), bisect.bisect_left(ends, end) + 1)
        for start, end in spans
    ]


def literal(text: str) -> str:
    """Return text for st.markdown to show as it is: no Markdown, no LaTeX, no HTML, no icons.

    Arrows, dashes and icons are kept apart by a word joiner (U+2060), which has no width.
    """
    apart = _RENDERED.sub(_JOINER, _BREAKING.sub(" ", text).strip(" "))
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!$|~:<>&" else c for c in apart)


def shown_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a distribution table with symbols made visible."""
    return table.assign(symbol=[visible(symbol) for symbol in table["symbol"]])


def fork_sentence(comparison: Comparison, fork: Fork, unit: str = "character") -> str:
    """Return what happened at a fork, in one sentence.

    Args:
        comparison: The columns.
        fork: One of its forks.
        unit: What a symbol is called.
    """
    left, right = column_name(comparison, fork.left), column_name(comparison, fork.right)
    one, other = (f"“{visible(symbol)}”" for symbol in fork.symbols)
    return (
        f"{random_number(fork.uniform)} picks {unit} {fork.position + 1}: {one} at {left},"
        f" {other} at {right}."
    )


def random_number(uniform: float) -> str:
    """Return the number from 0 to 1 that picked a symbol, at the beginning of a sentence."""
    return f"The random number {min(uniform, 0.999):.3f}"


def column_name(comparison: Comparison, column: int) -> str:
    """Return what a column is written with: its temperature, and what only it has after it."""
    same = len(set(comparison.strategies)) <= 1
    names = [] if same else strategy_names(comparison.strategies[column])
    return ", ".join([f"T = {comparison.temperatures[column]:g}", *names])


def runner_name(settings: Settings) -> str:
    """Return what a run is called beside others: its network, size and recipe."""
    layers = "" if settings.layers == 1 else f"{settings.layers} × "
    level = "" if settings.level == CHAR else ", words"
    return f"{settings.network} {layers}{settings.units}, {settings.recipe_data.label}{level}"


def per_character_words(measure: PerCharacter, loss: float) -> str:
    """Return what a loss per token is per character, and what of it is for unknown words.

    Args:
        measure: Of the held-out text of a model of words.
        loss: In nats per token.
    """
    spelled = measure.bits(0.0)
    return (
        f"{measure.bits(loss):.3f} bits per character of the held-out text, to compare it with a"
        f" model of characters: {spelled:.3f} of them spell its {measure.unknown:,} unknown words"
        " letter by letter, by an n-gram model of letters counted on the rare words of the training"
        " text."
    )


def trail_words(trail: Trail, picked: Sequence[int]) -> list[str]:
    """Return what each symbol of a trail cost, a sentence each."""
    costs = zip(trail.symbols, trail.probabilities, trail.bits, trail.expected_bits, strict=True)
    return [
        f"“{visible(symbol)}”{', chosen by hand' if position in picked else ''}:"
        f" p = {probability_words(p)},"
        f" {bits:.2f} bits; {expected:.2f} were expected"
        for position, (symbol, p, bits, expected) in enumerate(costs)
    ]


def surprise_words(table: pd.DataFrame) -> list[str]:
    """Return what each symbol of a table of surprise cost, a sentence each."""
    return [
        f"“{visible(symbol)}”: p = {probability_words(p)}, rank {rank}, {bits:.2f} bits"
        for symbol, p, rank, bits in zip(
            table["symbol"], table["probability"], table["rank"], table["bits"], strict=True
        )
    ]


def branch_words(branch: Branch, trail: Trail, depth: int) -> str:
    """Return one line for a branch of a tree: where it left, and how probable its path is."""
    indent = "\u2003" * depth
    path = f"{path_words(trail.log2_probability)}, {figure(-trail.log2_probability)} bits"
    if not branch.picks:
        return f"as it was written: {path}"
    position, symbol = branch.picks[-1]
    after = "".join(trail.symbols[position : position + 24])[:24]
    start = "".join(visible(c) if c == "\n" else c for c in after)
    return f"{indent}at {position + 1} “{visible(symbol)}”: {path}  …{start}…"


def place_words(config: RunConfig, position: int, end: int) -> str:
    """Return where a passage stands in the text of a run, and whether the run learned from it."""
    part = (
        "in the part that the model was trained on"
        if end <= config.training_length
        else "in the part that was held out: the model has never seen it"
        if position >= config.training_length
        else "across the border between the part trained on and the part held out"
    )
    return f"{config.corpus}: characters {position + 1:,} to {end:,} of {config.length:,}, {part}."


def atlas_words(row: Any) -> str:
    """Return the figures of one temperature of an atlas, a few sentences as Markdown.

    Args:
        row: One of the table that charlstm.exploring.atlas made, as itertuples gives it.
    """
    known = not math.isnan(row.invented_fraction)
    words = f"**{row.words:,} words**: " + (
        f"{percent(row.corpus_fraction)} occur in the corpus,"
        f" {percent(row.english_fraction)} are English,"
        f" **{percent(row.invented_fraction)} invented**."
        if known
        else f"{percent(row.english_fraction)} are English."
    )
    if not row.words:
        words = "**No words.**"
    loop = (
        f"From character {row.loop_start + 1:,} on it is **a loop of {row.loop_period}**."
        if row.loop_period
        else "It does not end in a loop."
    )
    return (
        f"{words} **{percent(row.repeated_fraction)}** of its 20-grams stood in it before. {loop}"
        f" The distributions it was drawn from had **{row.entropy_bits:.2f} bits** per character;"
        f" the text costs the model {row.bits_at_1:.2f} at T = 1, and gzip {row.gzip_bits:.2f}."
    )


def what_happened(name: str, settings: Settings, status: Status) -> str:
    """Return what was asked of a run and what became of it, in a few sentences."""
    clipping = (
        "no clipping" if settings.clip_norm is None else f"clipping to {settings.clip_norm:g}"
    )
    of = "" if settings.network == LSTM else f" of a {settings.network}"
    of += "" if settings.level == CHAR else ", words"
    final = settings.final_fraction
    decay = "a constant rate" if final == 1 else f"a rate that falls to {100 * final:g} %"
    decay += f", weight decay {settings.weight_decay:g}" if settings.weight_decay else ""
    chunks = f" chunks of {settings.chunk}" if settings.recipe_data.carries_state else ""
    asked = (
        f"{name}: recipe “{settings.recipe_data.label}”, {settings.units} cells{of}, batches of"
        f" {settings.batch}{chunks}, learning rate {settings.learning_rate:g}, {clipping}, {decay}"
    )
    divergence = "" if settings.stop_on_divergence else ", no stop on divergence"
    became = f" {status.status.capitalize()} after {duration(status.seconds)} of training"
    best = status.best_held_out_loss
    best_loss = "" if best is None else f"; best held-out window loss {best:.3f} nats"
    return f"{asked}{divergence}.{became}{best_loss}. {status.reason}".strip()
