"""Two things to do on the Cells page: see what the cells know, and one step of one cell.

Knows streamlit and the components; every figure comes from charlstm.cells.
"""

from __future__ import annotations

import streamlit as st

from charlstm.cells.states import cell_step
from charlstm.ui import address
from charlstm.ui.components.cell_step import cell_step_view
from charlstm.ui.components.heatmap import strip
from charlstm.ui.components.properties import claims
from charlstm.ui.components.share import STEP, STRIP, Chart, Offer, csv_file
from charlstm.ui.text import literal
from charlstm.ui.views.cell_look import SCALE, Look, coloured
from charlstm.ui.views.cell_scoring import offer_scoring
from charlstm.ui.views.cell_words import MEASURE_MEANING


def see(look: Look) -> Offer:
    """Show the chosen cell's state on the text, what the cells know, and all of them at once."""
    coloured(look, f"{SCALE}. Point at a character for the numbers, click it to stay there.")
    known, picture = st.columns([11, 9], gap="medium")
    with known:
        st.header("What the cells know")
        if look.scored is None:
            offer_scoring(look.run, look.model.step)
        else:
            scores, what = look.scored
            chosen = (look.layer, look.cell, look.state)
            layers = look.model.lstm.layers
            st.caption(
                literal(
                    f"Chosen on {scores.chosen_on:,} characters, scored on the"
                    f" {scores.scored_on:,} after them: {what}. {MEASURE_MEANING} The bar is a 95 %"
                    " interval, grey where chance lies in it. The ring is a linear fit on all"
                    " cells together."
                )
            )
            claims(scores, chosen=chosen, layers=layers, key="claims", on_choose=_choose)
    with picture:
        st.header("All cells, all characters")
        st.caption(literal("A row is a cell, a column a character; click to choose both."))
        strip(
            look.fractions(),
            list(look.text),
            cell=look.cell,
            position=look.position,
            key="strip",
            label="All cells at all characters; arrows move, Enter chooses",
            hint=f"{SCALE}.",
            on_choose=lambda cell, position: address.put(cell=cell, position=position),
        )
    files = [
        csv_file(
            f"The {look.state} of all cells at every character",
            "charlstm-cells",
            lambda: look.read.table(look.state, look.layer),
        )
    ]
    if look.scored is not None:
        best = look.scored[0].best
        files.append(csv_file("What the cells know", "charlstm-cells-know", lambda: best))
    return files, [Chart("All cells, all characters", "charlstm-cells", STRIP)]


def one_step(look: Look) -> Offer:
    """Show what the chosen cell did when the chosen character was read."""
    coloured(look, "Click a character to see the step at which it was read.")
    back, on, words = st.columns([2, 2, 8], vertical_alignment="center")
    position = look.position
    for column, label, to in ((back, "Character before", -1), (on, "Next character", 1)):
        column.button(
            label,
            width="stretch",
            disabled=not 0 <= position + to < len(look.text),
            on_click=address.put,
            kwargs={"position": position + to},
        )
    where = f"character {position + 1} of {len(look.text)}, cell {look.name}"
    words.caption(literal(where))
    step = cell_step(look.model, look.text, position, look.layer)
    cell_step_view(step, look.cell, look.text[position], look.layer, key="step")
    table = csv_file("This step of all cells", "charlstm-cell-step", step.table)
    return [table], [Chart("This step of this cell", "charlstm-cell-step", STEP)]


def _choose(layer: int, cell: int, state: str) -> None:
    address.put(layer=layer, cell=cell, state=state)
