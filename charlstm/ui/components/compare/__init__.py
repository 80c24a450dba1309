"""The page Compare in the browser: one text per temperature, and where they fork."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.exploring.compare import FEWEST, MAXIMUM, MOST, NO_TEMPERATURES, SEVERAL
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.components.written_here import invented_data, texts_at_rest, writing_data
from charlstm.ui.controls import writing

_mount = component("compare", "shared/below.css", "shared/writing.css", "draw/draw.css")
_PARAMETERS = ("temperatures", "seed", "length", "speed", "shown")


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
    words, revision = address.exchange(key, [*_PARAMETERS, fork])
    temperatures = writing.read_temperatures(address.read("temperatures")) or SEVERAL
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
    _mount(key=key, data=data)
    return Compared(
        temperatures,
        address.read("seed"),
        address.read("length"),
        address.read(fork),
        texts,
    )
