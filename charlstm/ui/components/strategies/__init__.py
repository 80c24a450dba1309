"""The page Strategies in the browser: the stages of a distribution, a text with and one without."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.analysis.distribution import stage_names
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy, strategy_names
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.components.written_here import invented_data, texts_at_rest, writing_data

_mount = component("strategies", "shared/below.css", "shared/writing.css", "draw/draw.css")
_PARAMETERS = ("temperature", "seed", "length", "speed", "shown", "scale")


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
    words, revision = address.exchange(key, _PARAMETERS)
    data = {
        "words": words,
        "revision": revision,
        "names": strategy_names(strategies),
        "stageNames": stage_names(1.0, strategies)[2:],
    }
    data |= writing_data(model, prompt, strategies)
    data |= invented_data(model, prompt, texts_at_rest(key))
    _mount(key=key, data=data)
    return Staged(*(address.read(name) for name in ("temperature", "seed", "length")))
