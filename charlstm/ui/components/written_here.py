"""The messages to and from components that write in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui import address
from charlstm.ui.components.dial import dial_data
from charlstm.ui.text import spans_of_symbols
from charlstm.ui.views.sources import underlined
from charlstm.web.addresses import model_address

_LONGEST_TEXT = 100_000
"""Characters of written text that a browser may send."""


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
    """Return the data with which such a component continues a prompt, as the model reads it."""
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
