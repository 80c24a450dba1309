"""Texts that a model writes: in the browser, or on the server if the browser cannot run the model.

``writer`` is the component of the page Temperature; the other components that write in the browser
send and receive the same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from charlstm.data.vocabulary import Reading
from charlstm.exploring.compare import compare
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui import address
from charlstm.ui.components import component, dial_data
from charlstm.ui.computing import affordable, kept_in_session
from charlstm.ui.controls.writing import choose_length, choose_seed
from charlstm.ui.parameters import same
from charlstm.ui.text import spans_of_symbols
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import sample_card, underlined
from charlstm.web.addresses import model_address

_LONGEST_TEXT = 100_000
"""Characters of written text that a browser may send."""

OLD_BROWSER = (
    "This browser cannot run the model, so the server writes. Chrome and Edge from version 97 on,"
    " Firefox from 104 and Safari from 15.4 can; all date from 2022."
)

_mount_writer = component("writer", "shared/below.css", "shared/writing.css")
_OF_WRITER = ("temperature", "turns", "seed", "length", "speed", "shown", "position")
"""The parameters of the page Temperature that the browser sets."""


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
    words, revision = address.exchange(key, [*_OF_WRITER, "order", "scale", symbol])
    texts = texts_at_rest(key)
    data = {"words": words, "revision": revision}
    data |= writing_data(model, prompt, strategies)
    data |= invented_data(model, prompt, texts)
    _mount_writer(key=key, data=data)
    values = {name: address.read(name) for name in ("temperature", "turns", "seed", "length")}
    return Written(**values, text="".join(texts))


def texts_at_rest(key: str) -> list[str]:
    """Return the texts that the component with a key has written, once they are complete.

    Until then there are none. They are untrusted data.
    """
    texts = address.state_of(key).get("text")
    texts = texts if isinstance(texts, list) else [texts]
    are_texts = all(isinstance(text, str) for text in texts)
    return texts if are_texts and sum(map(len, texts)) <= _LONGEST_TEXT else []


def writing_data(
    model: LanguageModel, prompt: str, strategies: Sequence[Strategy]
) -> dict[str, Any]:
    """Return the data with which a component continues a prompt, as the model reads it."""
    return {
        "model": model_address(find(model.run), model.step),
        "knownOnly": model.known_only,
        "prompt": prompt,
        "strategies": [list(each) for each in strategies],
        "maxSeed": address.MAX_SEED,
        "maxLength": address.MAX_LENGTH,
        **dial_data(),
    }


def invented_data(model: LanguageModel, prompt: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the invented words of each text, as spans of its symbols, and their legend."""
    invented, legend = underlined(model.run, prompt, *texts)
    spans = [
        spans_of_symbols(spans, model.vocabulary.pieces(text))
        for spans, text in zip(invented, texts, strict=True)
    ]
    return {"invented": {"texts": list(texts), "spans": spans}, "legend": legend}


def show_server_written(
    model: LanguageModel,
    reading: Reading,
    temperatures: tuple[float, ...],
    strategies: tuple[Strategy, ...] = (),
) -> None:
    """Show what a model writes after a prompt at each temperature, with the seed and the length."""
    caption(OLD_BROWSER)
    seed_column, length_column, _ = in_row(1, 1, 4)
    seed = choose_seed(seed_column)
    length, note = affordable(
        choose_length(length_column, model.vocabulary), len(temperatures), model.window
    )
    if note:
        caption(note)
    token = (*model.key, temperatures, strategies, seed, length, reading.text)
    written = kept_in_session(
        "server_written",
        token,
        lambda: compare(
            model, reading.text, temperatures, length=length, seed=seed, strategies=strategies
        ),
        "Writing…",
    )
    for column, text, temperature in zip(
        st.columns(len(temperatures)), written.texts, temperatures, strict=True
    ):
        column.html(sample_card(text, temperature, prompt=reading.text))
