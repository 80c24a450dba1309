"""One step of one cell as a diagram, with its numbers in it.

Knows how to mount the component; every number comes from charlstm.cells.
"""

from __future__ import annotations

from charlstm.analysis.distribution import probability_words
from charlstm.cells.states import GATES, CellStep
from charlstm.ui.components.mount import component
from charlstm.ui.text import visible

_mount = component("cell_step", scripts=("shared/picture.js",))


def cell_step_view(step: CellStep, cell: int, symbol: str, layer: int, *, key: str) -> None:
    """Show what one cell did when one character was read.

    Args:
        step: Of its layer.
        cell: Its number there.
        symbol: The character.
        layer: Counted from 0; above the first a layer reads the output of the one below.
        key: Names the diagram's place on the page.
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
    units = len(step.c)
    reads = f"reads “{visible(symbol)}”" if layer == 0 else f"reads layer {layer - 1}"
    words = {
        "reads": reads,
        "also": f"and output h before, of all {units} cells",
        "input-name": "row of W" if layer == 0 else "h below · W",
        "sentence": step_sentence(numbers, symbol),
    }
    _mount(key=key, data={"numbers": numbers, "sums": sums, "words": words})


def step_sentence(numbers: dict[str, float], symbol: str) -> str:
    """Return in words what a cell did in one step."""
    added = numbers["i"] * numbers["g"]
    return (
        f"At “{visible(symbol)}” it kept {probability_words(numbers['f'])} of the"
        f" {_signed(numbers['c_before'])} that it held, added {_signed(added)}, and output"
        f" {probability_words(numbers['o'])} of the tanh of the sum."
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
