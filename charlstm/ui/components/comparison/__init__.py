"""The pages Compare and Strategies in the browser: texts side by side, and why they differ."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.analysis.distribution import stage_names
from charlstm.exploring.compare import (
    FEWEST,
    MAXIMUM,
    MOST,
    NO_TEMPERATURES,
    SEVERAL,
    Comparison,
)
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy, strategy_names
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.controls.writing import read_temperatures
from charlstm.ui.views.written import invented_data, texts_at_rest, writing_data

_STYLES = ("shared/below.css", "shared/writing.css", "draw/draw.css")
_mount_compare = component("compare", *_STYLES)
_mount_strategies = component("strategies", *_STYLES)

_OF_COMPARE = ("temperatures", "seed", "length", "speed", "shown")
_OF_STRATEGIES = ("temperature", "seed", "length", "speed", "shown", "scale")
"""The parameters of each page that the browser sets."""


@dataclass(frozen=True)
class Compared:
    """The person's settings, and the texts once they are complete, otherwise none."""

    temperatures: tuple[float, ...]
    seed: int
    length: int
    fork: int
    texts: list[str]


def compare_columns(
    model: LanguageModel, prompt: str, *, strategies: tuple[Strategy, ...], key: str
) -> Compared:
    """Show what a model writes at several temperatures, and why neighbours differ.

    ``prompt`` is the text as the model reads it. Everything is computed in the browser.
    """
    fork = address.parameter("fork", options={str(n): n for n in range(MOST - 1)})
    words, revision = address.exchange(key, [*_OF_COMPARE, fork])
    temperatures = read_temperatures(address.read("temperatures")) or SEVERAL
    texts = texts_at_rest(key)
    texts = texts if len(texts) == len(temperatures) else []
    data = {
        "words": words,
        "revision": revision,
        "limits": {"fewest": FEWEST, "most": MOST, "maximum": MAXIMUM},
        "usual": list(SEVERAL),
        "message": NO_TEMPERATURES,
    }
    data |= writing_data(model, prompt, strategies) | invented_data(model, prompt, texts)
    _mount_compare(key=key, data=data)
    return Compared(
        temperatures,
        address.read("seed"),
        address.read("length"),
        address.read(fork),
        texts,
    )


@dataclass(frozen=True)
class Staged:
    """The person's settings."""

    temperature: float
    seed: int
    length: int


def strategies_at_work(
    model: LanguageModel,
    prompt: str,
    *,
    strategies: tuple[Strategy, ...],
    key: str,
) -> Staged:
    """Show the dial, what each stage cuts, and a text without strategies and one with them.

    ``prompt`` is the text as the model reads it. Everything is computed in the browser.
    """
    words, revision = address.exchange(key, _OF_STRATEGIES)
    data = {
        "words": words,
        "revision": revision,
        "names": strategy_names(strategies),
        "stageNames": stage_names(1.0, strategies)[2:],
    }
    data |= writing_data(model, prompt, strategies)
    data |= invented_data(model, prompt, texts_at_rest(key))
    _mount_strategies(key=key, data=data)
    return Staged(*(address.read(name) for name in ("temperature", "seed", "length")))


def column_name(comparison: Comparison, column: int) -> str:
    """Return the temperature of a column, and its strategies if the columns differ in them."""
    same = len(set(comparison.strategies)) <= 1
    names = [] if same else strategy_names(comparison.strategies[column])
    return ", ".join([f"T = {comparison.temperatures[column]:g}", *names])


def compared_text(comparison: Comparison) -> str:
    """Return all columns of a comparison as a text file, each with its prompt."""
    return "\n".join(
        f"{column_name(comparison, number)}\n{comparison.prompt}{text}\n"
        for number, text in enumerate(comparison.texts)
    )
