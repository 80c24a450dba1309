"""The page By hand in the browser: one text, its cost, and the alternatives at each position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from charlstm.data.vocabulary import Reading
from charlstm.exploring.trails import Branch, Trail, follow, read_back, tree_table
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.controls.model_and_prompt import MOST_IN_ADDRESS, change_notes
from charlstm.ui.controls.writing import USUAL_LENGTH
from charlstm.ui.parameters import Parameter
from charlstm.ui.text import spans_of_symbols
from charlstm.ui.views.sources import underlined
from charlstm.ui.views.written import writing_data
from charlstm.ui.visit import is_return, keep, kept, note

MOST = 1000
LONGEST_TYPED = 5000
"""Characters of a text that is typed or pasted; above MOST_IN_ADDRESS it has no link."""

_mount = component("hand", "shared/below.css", "shared/writing.css")
_NAMES = ("temperature", "seed", "length", "picked", "branch", "beside", "position", "text")
_VIEW = ("colour", "order", "scale")
_LONGEST_WRITTEN = {"char": 500, "word": 3000}
_MEMORY = "written_memory"


@dataclass(frozen=True)
class Sheet:
    """The person's settings, and the same figures that the browser shows.

    Attributes:
        prompt: As the model read it.
        length: Symbols of every branch.
        own: The symbols of a person's own text, or None if the model writes.
        branches: The tree; ``shown`` is the index of the branch that is shown.
        position: The selected position; at the end, the length.
        text: The text once it is complete, otherwise ``""``.
    """

    model: LanguageModel
    prompt: str
    temperature: float
    seed: int
    length: int
    own: tuple[str, ...] | None
    branches: list[Branch]
    shown: Branch
    position: int
    text: str

    def trail(self, branch: Branch) -> Trail:
        """Return a branch with the cost of each of its symbols."""
        fork = branch[0][0] if branch else self.length
        return follow(
            self.model,
            self.prompt,
            temperature=self.temperature,
            length=self.length,
            seed=self.seed,
            picks=dict(enumerate((self.own or ())[:fork])) | dict(branch),
        )

    def tree_table(self) -> pd.DataFrame:
        """Return one row per branch; see charlstm.exploring.trails.tree_table."""
        return tree_table({branch: self.trail(branch).log2_probability for branch in self.branches})

    def logits(self) -> NDArray[np.float64]:
        """Return the logits before the selected position, shape (symbols,)."""
        return self.model.logits(self.prompt, self.trail(self.shown).symbols[: self.position])


def by_hand(model: LanguageModel, prompt: str, *, key: str) -> Sheet:
    """Show the page; everything that moves is computed in the browser.

    ``prompt`` is the text as the model reads it.
    """
    written = address.parameter(
        "written", vocabulary=model.vocabulary, longest=_LONGEST_WRITTEN[model.vocabulary.level]
    )
    branches = address.parameter("branches", parse=lambda word: _branches_in(word, model))
    notes = _spell_again(model, written)
    words, revision = address.exchange(key, [*_NAMES, *_VIEW, written, branches], notes)
    state = address.state_of(key)
    typed = _typed(state, words)
    text = _text(state.get("text"), LONGEST_TYPED + MOST)
    (invented,), legend = underlined(model.run, prompt, text)
    spans = spans_of_symbols(invented, model.vocabulary.pieces(text))
    data = {
        "words": words,
        "revision": revision,
        "typed": typed,
        "invented": {"text": text, "spans": spans},
        "legend": legend,
    }
    _mount(key=key, data=writing_data(model, prompt, ()) | data | {"maxLength": MOST})
    own = address.read(written)
    if typed is not None:
        own = _read(model, typed)
    st.session_state[_MEMORY] = (address.asked("written"), model.vocabulary, own)
    tree, branch = address.read(branches), address.read("branch")
    least = len(own) if own is not None else 0
    length = address.read("length")
    length = max(length or 0, least) if length is not None or own is not None else USUAL_LENGTH
    position = address.read("position")
    return Sheet(
        model,
        prompt,
        address.read("temperature"),
        address.read("seed"),
        length,
        own,
        tree,
        tree[-1 if branch is None else min(branch, len(tree) - 1)],
        length if position is None else min(position, length),
        text,
    )


def _branches_in(word: str, model: LanguageModel) -> list[Branch]:
    if (found := read_back(word, model.vocabulary.symbols)) is None:
        raise ValueError("these branches are not possible.")
    return found


def _typed(state: dict[str, Any], words: dict[str, str | None]) -> str | None:
    """Return the text that a person typed or pasted, or None; one without a link is kept."""
    if words["text"] is not None or words["written"] is not None:
        keep("text", "")
        return words["text"]
    long = _text(state.get("typed"), LONGEST_TYPED) if state else ""
    if not state and is_return():
        long = kept("text") or ""
    keep("text", long)
    if long:
        note(f"A link to this page cannot hold a text of more than {MOST_IN_ADDRESS} characters.")
    return long or None


def _text(value: object, most: int) -> str:
    """Return a text that the browser sent; it is untrusted data."""
    return value if isinstance(value, str) and len(value) <= most else ""


def _read(model: LanguageModel, typed: str) -> tuple[str, ...]:
    """Return the symbols that the model reads in a text; notes report what was changed."""
    reading = model.read(typed)
    unspelled = "The bits per character leave unknown words out." if reading.unknown else ""
    counted = f"{reading.counted}." if reading.dropped else ""
    note(*change_notes(reading), counted, unspelled)
    return _symbols(model, reading)


def _symbols(model: LanguageModel, reading: Reading) -> tuple[str, ...]:
    return tuple(model.vocabulary.symbols[index] for index in reading.ids)


def _spell_again(model: LanguageModel, written: Parameter) -> list[str]:
    """Restrict the written text in the address to symbols that this model knows; return notes.

    Another model may have written it, and tokens appear there as the ids of that model.
    """
    word, vocabulary = address.asked("written"), model.vocabulary
    notes: list[str] = []
    before, known, symbols = st.session_state.get(_MEMORY) or (None, None, None)
    if word is None or (word == before and vocabulary == known):
        return notes
    if word != before or symbols is None:
        symbols = address.read(written)
    if any(symbol not in vocabulary for symbol in symbols):
        reading = model.read("".join(symbols))
        notes.append("  ".join(["Of the text in the address:", *change_notes(reading)]))
        symbols = _symbols(model, reading)
    address.keep(written, symbols)
    return notes
