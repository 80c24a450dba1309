"""One step of one cell as a diagram, with its numbers in it."""

from __future__ import annotations

from charlstm.analysis.distribution import probability_words
from charlstm.cells.states import GATES, CellStep
from charlstm.ui.components.mount import component
from charlstm.ui.text import visible

_mount = component("cell_step", "shared/picture.js")


def cell_step_view(step: CellStep, cell: int, symbol: str, layer: int, *, key: str) -> None:
    """Show what one cell of a layer did when one character was read.

    Layers are counted from 0; above the first a layer reads the output of the one below.
    """
    numbers = {
        name: float(getattr(step, name)[cell])
        for name in ("i", "f", "g", "o", "c_before", "h_before", "c", "h")
    }
    parts = (step.from_input, step.from_state, step.bias, step.z)
    sums = [
        {"gate": gate, "parts": [float(part[row, cell]) for part in parts], "value": numbers[gate]}
        for row, gate in enumerate(GATES)
    ]
    words = {
        "reads": f"reads “{visible(symbol)}”" if layer == 0 else f"reads layer {layer - 1}",
        "also": f"and output h before, of all {len(step.c)} cells",
        "input-name": "row of W" if layer == 0 else "h below · W",
        "sentence": (
            f"At “{visible(symbol)}” it kept {probability_words(numbers['f'])} of the"
            f" {_signed(numbers['c_before'])} that it held, added"
            f" {_signed(numbers['i'] * numbers['g'])}, and output"
            f" {probability_words(numbers['o'])} of the tanh of the sum."
        ),
    }
    _mount(key=key, data={"numbers": numbers, "sums": sums, "words": words})


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
