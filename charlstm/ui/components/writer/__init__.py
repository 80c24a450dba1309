"""The page Temperature in the browser: a model writes, and the text follows the dial."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.parameters import same
from charlstm.ui.text import spans_of_symbols
from charlstm.ui.theme import temperature_scale
from charlstm.ui.views.sources import underlined
from charlstm.web.addresses import model_address

_mount = component("writer", "shared/below.css", "shared/writing.css")
_PARAMETERS = ("temperature", "turns", "seed", "length", "speed", "shown", "position")
_LONGEST_TEXT = 100_000
"""Characters that a browser may send as what it has written."""


@dataclass(frozen=True)
class Written:
    """What a person has set, and the text once it has come to rest, else ``""``."""

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
    maximum: float,
) -> Written:
    """Show the dial, the distribution and the text of a model; all of it is computed there.

    ``prompt`` is the text as the model reads it.
    """
    symbol = address.parameter("symbol", options=same(model.vocabulary.symbols))
    words, revision = address.exchange(key, [*_PARAMETERS, "order", "scale", symbol])
    text = _resting(key)
    (invented,), legend = underlined(model.run, prompt, text)
    spans = spans_of_symbols(invented, model.vocabulary.pieces(text))
    _mount(
        key=key,
        data={
            "words": words,
            "revision": revision,
            "model": model_address(find(model.run), model.step),
            "knownOnly": model.known_only,
            "prompt": prompt,
            "strategies": [list(each) for each in strategies],
            "maximum": maximum,
            "colours": temperature_scale(),
            "maxSeed": address.MAX_SEED,
            "maxLength": address.MAX_LENGTH,
            "invented": {
                "text": text,
                "spans": spans,
            },
            "legend": legend,
        },
    )
    values = {name: address.read(name) for name in ("temperature", "turns", "seed", "length")}
    return Written(**values, text=text)


def _resting(key: str) -> str:
    """Return the text that the browser has written; it is data, like any text of a person."""
    text = address.state_of(key).get("text")
    return text if isinstance(text, str) and len(text) <= _LONGEST_TEXT else ""
