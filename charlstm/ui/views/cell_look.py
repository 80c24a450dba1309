"""What the Cells page looks at, and the text coloured by it.

Knows streamlit and the letters; every figure comes from charlstm.cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.scores import CellScores
from charlstm.cells.states import Activations
from charlstm.runs.folder import RunFolder
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.components.highlight import letters
from charlstm.ui.views.cell_words import cell_name, state_words

SCALE = "Orange is positive, blue negative"


@dataclass(frozen=True)
class Look:
    """What the page looks at: a model, its states on a text, and the chosen cell and character."""

    run: RunFolder
    model: LanguageModel
    read: Activations
    scored: tuple[CellScores, str] | None
    layer: int
    cell: int
    state: str
    position: int

    @property
    def text(self) -> str:
        """The text as the model read it."""
        return self.read.reading.text

    @property
    def name(self) -> str:
        """What the cell is called."""
        return cell_name(self.layer, self.cell, self.model.lstm.layers)

    def fractions(self) -> NDArray[np.float64]:
        """How strongly each character of each cell is coloured, shape (characters, units)."""
        states = np.asarray(self.read.of(self.state, self.layer), np.float64)
        return np.tanh(states) if self.state == "c" else states


def coloured(
    look: Look,
    hint: str,
    *,
    span: tuple[int, int] | None = None,
    on_span: Callable[[int, int], None] | None = None,
) -> None:
    """Show the text coloured by the chosen cell; a click chooses a character, or draws a span."""
    letters(
        "",
        list(look.text),
        look.fractions()[:, look.cell].tolist(),
        state_words(look.text, look.read, look.layer, look.cell),
        key="letters",
        label=f"The text, coloured by the {look.state} of cell {look.name}",
        hint=hint,
        current=None if on_span else look.position,
        on_choose=None if on_span else lambda position: address.put(position=position),
        span=span,
        on_span=on_span,
    )
