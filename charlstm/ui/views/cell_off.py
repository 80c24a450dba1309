"""On the Cells page: switch cells off, and compare distribution, writing and loss."""

from __future__ import annotations

import streamlit as st

from charlstm.cells.states import Cell, effect_without
from charlstm.ui import address
from charlstm.ui.charts.bar_charts import pair_chart
from charlstm.ui.components.cells import cell_name
from charlstm.ui.components.share import Chart, Offer, csv_file, text_file
from charlstm.ui.components.typewriter import Column, check_typewriter, typewriter
from charlstm.ui.controls.writing import temperature_input
from charlstm.ui.text import random_number, visible
from charlstm.ui.turns import turn
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.cell_views import Look
from charlstm.ui.views.sources import underlined
from charlstm.ui.visit import note

LENGTH = 200


def switch_off(look: Look) -> Offer:
    """Let cells be switched off, and show the distribution, the writing and the loss without."""
    network = look.model.lstm
    chosen = (look.layer, look.cell)
    every = [(layer, cell) for layer in range(network.layers) for cell in range(network.units)]
    asked = address.held(address.parameter("off", default=[chosen]))
    off = [cell for cell in asked if cell in every]
    if off != asked:
        note("This model does not have all the cells that are to be switched off.")
        address.put(off=off)
    st.session_state.off_chosen = off
    choice, one, best, none = in_row(5, 2, 2, 2)
    choice.multiselect(
        "Cells that are switched off: their memory c and output h are 0 at every step",
        every,
        format_func=lambda each: cell_name(each[0], each[1], network.layers),
        key="off_chosen",
        on_change=lambda: address.put(off=st.session_state.off_chosen),
    )
    for column, label, cells, disabled in (
        (one, f"Switch off cell {look.name_of(look.cell)}", [*off, chosen], chosen in off),
        (best, "Switch off all", every, len(off) == len(every)),
        (none, "All on again", [], not off),
    ):
        column.button(
            label,
            type="primary" if column is one else "secondary",
            width="stretch",
            disabled=disabled,
            on_click=address.put,
            kwargs={"off": cells},
        )
    if not off:
        address.take("seed")
        address.take("temperature")
        check_typewriter()
        st.info("Every cell is on. Switch one off to see what the model loses.")
        return [], []
    return _show_effect(look, off)


def _show_effect(look: Look, off: list[Cell]) -> Offer:
    """Show what the model does without some cells."""
    bits, divergence, parted = st.columns(3)
    chart = st.container()
    temperature_column, seed_column, _ = in_row(1, 1, 6)
    temperature = temperature_input(temperature_column)
    seed = address.show(seed_column.number_input, "Seed", "seed")
    with turn(), st.spinner("Writing twice…", show_time=True):
        effect = effect_without(
            look.model, off, look.text, temperature=temperature, length=LENGTH, seed=seed
        )
    more = effect.bits_after - effect.bits_before
    bits.metric(
        "Bits per character of this text",
        f"{effect.bits_before:.3f} → {effect.bits_after:.3f}",
        f"{more:+.3f}",
        delta_color="off",
    )
    divergence.metric(
        "Divergence of the distribution",
        f"{effect.divergence_bits:.4f} bits",
        help="How far the two distributions of the next character are apart"
        " (Kullback-Leibler divergence); 0 where they are the same",
    )
    fork = effect.fork
    parted.metric(
        "The texts differ", f"from character {fork.position + 1} on" if fork else "nowhere"
    )
    with chart:
        st.header("The next character, at T = 1")
        st.altair_chart(
            pair_chart(effect.table()),
            alt="Probability of each next character, with the cells and without them",
        )
        st.header("What it writes with these cells and without")
    marks = ((fork.position, "From here on the two texts differ."),) if fork else ()
    names = ", ".join(cell_name(layer, cell, look.model.lstm.layers) for layer, cell in off)
    without = f"without {names if len(off) <= 6 else f'{len(off)} cells'}"
    token = f"{look.model.run} {look.model.step} {off} {temperature} {seed} {look.text}"
    written = (effect.written_before, effect.written_after)
    invented, legend = underlined(look.run, look.text, *written)
    typewriter(
        look.text[-120:],
        [
            Column(text, temperature, heading, marks, spans)
            for heading, text, spans in zip(("all cells", without), written, invented, strict=True)
        ],
        key="without",
        token=token,
        legend=legend,
    )
    if fork:
        one, other = (f"“{visible(symbol)}”" for symbol in fork.symbols)
        caption(
            f"{random_number(fork.uniform)} picks character {fork.position + 1}: {one} with all"
            f" cells, {other} without."
        )
    pair = f"All cells\n{effect.written_before}\n\n{without}\n{effect.written_after}\n"
    files = [
        text_file("Both texts", "charlstm-cells-off", lambda: pair),
        csv_file("Both distributions", "charlstm-cells-off", effect.table),
    ]
    return files, [Chart("Both distributions", "charlstm-cells-off")]
