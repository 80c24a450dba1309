"""The page Temperature in the browser: a model writes, and the text follows the dial."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.components.written_here import invented_data, texts_at_rest, writing_data
from charlstm.ui.parameters import same

_mount = component("writer", "shared/below.css", "shared/writing.css")
_PARAMETERS = ("temperature", "turns", "seed", "length", "speed", "shown", "position")


@dataclass(frozen=True)
class Written:
    """The person's settings, and the text once it is complete, otherwise ``""``."""

    temperature: float
    turns: list[tuple[int, float]]
    seed: int
    length: int
    text: str


def writer(
    model: LanguageModel,
    prompt: str,
    *,
    strategies: tuple[Strategy, ...],
    key: str,
) -> Written:
    """Show the dial, the distribution and the text of a model; the browser computes all of it.

    ``prompt`` is the text as the model reads it.
    """
    symbol = address.parameter("symbol", options=same(model.vocabulary.symbols))
    words, revision = address.exchange(key, [*_PARAMETERS, "order", "scale", symbol])
    texts = texts_at_rest(key)
    data = {"words": words, "revision": revision}
    data |= writing_data(model, prompt, strategies)
    data |= invented_data(model, prompt, texts)
    _mount(key=key, data=data)
    values = {name: address.read(name) for name in ("temperature", "turns", "seed", "length")}
    return Written(**values, text="".join(texts))
