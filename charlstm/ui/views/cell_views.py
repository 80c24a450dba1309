"""The Cells page: its views of what cells know, of one step, and of cells switched off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from charlstm.browser.colours import temperature_colour
from charlstm.cells.kept import keep_scores, kept_scores, reference_of, reference_words
from charlstm.cells.scores import cell_scores
from charlstm.cells.states import Cell, activations, cell_step, effect_without
from charlstm.data.vocabulary import Reading, visible
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import is_shipped
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.charts import pair_chart
from charlstm.ui.components import component
from charlstm.ui.components.cells import Scored, Shown, cell_name
from charlstm.ui.components.share import HEATMAP, STEP, Chart, Offer, csv_file, text_file
from charlstm.ui.computing import waiting, work
from charlstm.ui.controls.writing import choose_seed, choose_temperature
from charlstm.ui.text import literal, random_number
from charlstm.ui.views import caption, errors_shown, in_row
from charlstm.ui.views.sources import underlined
from charlstm.ui.visit import KEPT, note

LENGTH = 200
_MEASURED = f"{KEPT}cell_scores"
_PLAYED = ("speed", "shown")
"""The parameters of how the browser shows both texts."""

_mount_side_by_side = component("side_by_side", "shared/writing.css", "comparison/comparison.css")


@dataclass(frozen=True)
class Look:
    """What the page shows: a model, a text as the model reads it, and the person's choices."""

    run: RunFolder
    model: LanguageModel
    reading: Reading
    scored: Scored
    shown: Shown

    @property
    def text(self) -> str:
        """The text as the model read it."""
        return self.reading.text

    def name_of(self, cell: int) -> str:
        """Return the name of a cell of the layer."""
        return cell_name(self.shown.layer, cell, self.model.lstm.layers)


def see(look: Look) -> Offer:
    """Offer to score the cells, and return the figures to download."""
    state, layer = look.shown.state, look.shown.layer
    files = [
        csv_file(
            f"The {state} of all cells at every character",
            "charlstm-cells",
            lambda: activations(look.model, look.text).table(state, layer),
        )
    ]
    if look.scored is None:
        _offer_scoring(look.run, look.model.step)
    else:
        scores = look.scored[0]
        files.append(csv_file("What the cells know", "charlstm-cells-know", lambda: scores.best))
    return files, [Chart("All cells, all characters", "charlstm-cells", HEATMAP)]


def one_step(look: Look) -> Offer:
    """Return the figures of the chosen step to download."""
    position, layer = look.shown.position, look.shown.layer
    table = csv_file(
        "This step of all cells",
        "charlstm-cell-step",
        lambda: cell_step(look.model, look.text, position, layer).table(),
    )
    return [table], [Chart("This step of this cell", "charlstm-cell-step", STEP)]


def switch_off(look: Look) -> Offer:
    """Show the choice of cells to switch off, and the distribution, text and loss without them."""
    network = look.model.lstm
    chosen = (look.shown.layer, look.shown.cell)
    every = [(layer, cell) for layer in range(network.layers) for cell in range(network.units)]
    asked = address.held(address.parameter("off", default=[chosen]))
    off = [cell for cell in asked if cell in every]
    if off != asked:
        note("This model lacks some of the cells that are to be switched off.")
        address.put(off=off)
    st.session_state.off_chosen = off
    choice, one, best, none = in_row(5, 2, 2, 2)
    choice.multiselect(
        "Cells that are switched off: their memory c and output h are 0 at every step",
        every,
        format_func=lambda each: cell_name(each[0], each[1], network.layers),
        key="off_chosen",
        on_change=_put_chosen_off,
    )
    for column, label, cells, disabled in (
        (one, f"Switch off cell {look.name_of(look.shown.cell)}", [*off, chosen], chosen in off),
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
        for name in ("seed", "temperature", *_PLAYED):
            address.take(name)
        st.info("Every cell is on. Switch one off to see what the model loses.")
        return [], []
    return _show_effect(look, off)


def _put_chosen_off() -> None:
    if (off := st.session_state.get("off_chosen")) is not None:
        address.put(off=off)


def _show_effect(look: Look, off: list[Cell]) -> Offer:
    """Show what the model does without some cells."""
    bits, divergence, parted = st.columns(3)
    chart = st.container()
    temperature_column, seed_column, _ = in_row(5, 1, 2)
    temperature = choose_temperature(temperature_column)
    seed = choose_seed(seed_column)
    with waiting("Writing twice…"):
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
        help="How far apart the two distributions of the next character are"
        " (Kullback-Leibler divergence); 0 if they are equal",
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
        st.header("What it writes with and without these cells")
    marks = [[fork.position, "From here on the two texts differ."]] if fork else []
    names = ", ".join(cell_name(layer, cell, look.model.lstm.layers) for layer, cell in off)
    without = f"without {names if len(off) <= 6 else f'{len(off)} cells'}"
    written = (effect.written_before, effect.written_after)
    invented, legend = underlined(look.run, look.text, *written)
    colour = temperature_colour(temperature)
    words, revision = address.exchange("side_by_side", _PLAYED)
    data = {
        "words": words,
        "revision": revision,
        "prompt": look.text[-120:],
        "columns": [
            {"name": name, "colour": colour, "text": text, "marks": marks, "invented": spans}
            for name, text, spans in zip(("all cells", without), written, invented, strict=True)
        ],
        "legend": legend,
    }
    _mount_side_by_side(key="side_by_side", data=data)
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


def scores_of(run: RunFolder, step: int) -> Scored:
    """Return the scores of a checkpoint, from the run's folder or measured in this session.

    Damaged scores are ignored, with a message.
    """
    measured: dict[tuple[str, int], Scored] = st.session_state.get(_MEASURED, {})
    if (run.name, step) in measured:
        return measured[run.name, step]
    try:
        return kept_scores(run, step)
    except CharlstmError as error:
        st.warning(literal(str(error)))
        return None


def _offer_scoring(run: RunFolder, step: int) -> None:
    """Say that a checkpoint has no scores yet, and measure them on request."""
    try:
        what = reference_words(run)
    except CharlstmError as error:
        st.info(literal(str(error)))
        return
    st.info(literal("The cells of this checkpoint have not been scored yet."))
    if st.session_state.pop("score_cells", False):
        _measure(run, step)
    else:
        st.button(
            "Score the cells",
            type="primary",
            on_click=st.session_state.update,
            kwargs={"score_cells": True},
            icon=":material/straighten:",
        )
        caption(f"On {what}; it takes some seconds.")


def _measure(run: RunFolder, step: int) -> None:
    """Score the cells. Any rerun stops this; the button only causes a rerun."""
    with errors_shown():
        reference, model = reference_of(run), open_model(run, step, np.float32)
        scores = work(
            "Scoring the cells",
            lambda show: cell_scores(model, reference.text, progress=show),
            on_stop=lambda: None,
        )
        measured = st.session_state.setdefault(_MEASURED, {})
        measured[run.name, step] = (scores, reference.what)
        if not is_shipped(run):
            keep_scores(run, step, scores, reference.what)
        st.rerun()
