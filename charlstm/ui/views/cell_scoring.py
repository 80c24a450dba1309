"""The scores of a run's cells for a page: as kept in the run's folder, or measured when asked.

Knows streamlit, run folders and the session; every score comes from charlstm.cells.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.cells.kept import keep_scores, kept_scores, reference_of, reference_words
from charlstm.cells.scores import CellScores, cell_scores
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import is_shipped
from charlstm.ui.text import literal
from charlstm.ui.turns import turn
from charlstm.ui.visit import KEPT

_MEASURED = f"{KEPT}cell_scores"


def scores_of(run: RunFolder, step: int) -> tuple[CellScores, str] | None:
    """Return the scores of a checkpoint and what text they are from, or None if there are none.

    Damaged ones count as none, and a sentence says so.
    """
    measured = st.session_state.get(_MEASURED, {})
    if (run.name, step) in measured:
        found: tuple[CellScores, str] = measured[run.name, step]
        return found
    try:
        return kept_scores(run, step)
    except CharlstmError as error:
        st.warning(literal(str(error)))
        return None


def offer_scoring(run: RunFolder, step: int) -> None:
    """Say that a checkpoint has no scores yet, and measure them when asked to.

    Whatever is pressed while it measures stops it, as every rerun does.
    """
    try:
        what = reference_words(run)
    except CharlstmError as error:
        st.info(literal(str(error)))
        return
    st.info(literal("The cells of this checkpoint have not been scored yet."))
    if st.session_state.pop("score_cells", False):
        _measure(run, step)
    else:
        st.button("Score the cells", type="primary", on_click=_ask, icon=":material/straighten:")
        st.caption(literal(f"On {what}; it takes some seconds."))


def _move(bar: DeltaGenerator, fraction: float) -> None:
    bar.progress(fraction, "Scoring the cells…")


def _ask() -> None:
    st.session_state.score_cells = True


def _measure(run: RunFolder, step: int) -> None:
    st.button("Stop")  # its rerun is the stop
    bar = st.progress(0.0, "Reading…")
    try:
        reference = reference_of(run)
        with turn():
            scores = cell_scores(
                open_model(run, step, np.float32),
                reference.text,
                progress=lambda done, total: _move(bar, done / total),
            )
        measured = st.session_state.setdefault(_MEASURED, {})
        measured[run.name, step] = (scores, reference.what)
        if not is_shipped(run):
            keep_scores(run, step, scores, reference.what)
    except CharlstmError as error:
        st.error(literal(str(error)))
        return
    st.rerun()
