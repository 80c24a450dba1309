"""On the Cells page: select a span, and see where else the cells that stand out in it do so."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from charlstm.cells.kept import reference_of, reference_words
from charlstm.cells.spans import SpanSearch, search
from charlstm.cells.states import Activations, activations
from charlstm.data.vocabulary import is_mark, visible
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.ui import address
from charlstm.ui.components.cells import MEASURE_MEANING, about_words
from charlstm.ui.components.share import Offer, csv_file
from charlstm.ui.computing import kept_by_run, kept_in_session, waiting
from charlstm.ui.text import literal
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.cell_views import Look
from charlstm.ui.visit import note

MOST_SEARCHED = 20_000
_CONTEXT = 24
"""Characters that are shown before and after a passage."""


def find(look: Look) -> Offer:
    """Show the choice of a span, and where else the cells that stand out in it are active."""
    count = len(look.text)
    span = look.shown.span
    from_column, to_column, within_column, none_column = in_row(1, 1, 2, 2)
    if "span_from" not in st.session_state or st.session_state.get("span_shown") != span:
        # People count characters from 1 and name the last one; a span is half open, from 0.
        st.session_state.span_from, st.session_state.span_to = (
            (span[0] + 1, span[1]) if span else (None, None)
        )
    st.session_state.span_shown = span
    for container, label, key in (
        (from_column, "From character", "span_from"),
        (to_column, "to character", "span_to"),
    ):
        container.number_input(label, 1, count, key=key, step=1, on_change=_put_typed_span)
    within = address.show(
        within_column.segmented_control,
        "Search in",
        "within",
        format_func={"text": "this text", "held-out": "the held-out text"}.__getitem__,
    )
    none_column.button(
        "Remove the span", disabled=span is None, on_click=address.put, kwargs={"span": None}
    )
    typed = (st.session_state.span_from, st.session_state.span_to)
    if None not in typed and typed[0] > typed[1]:
        note("A span cannot end before it begins; the previous one is kept.")
    if span is None:
        st.info("Select a passage to find similar ones.")
        return [], []
    try:
        with waiting("Searching…"):
            other = None
            if within == "held-out":
                reference_words(look.run)  # raises if the text is gone
                other = _read(look.run, look.model.step)
            token = (look.model.run, look.model.step, look.text)
            own = kept_in_session("states", token, lambda: activations(look.model, look.text))
            state, layer = look.shown.state, look.shown.layer
            found = search(own, *span, within=other, state=state, layer=layer)
    except CharlstmError as error:
        st.error(literal(str(error)))
        return [], []
    searched = look.text if other is None else other.reading.text
    _show_similar(look, found, searched)
    files = [
        csv_file("The cells that stand out", "charlstm-span-cells", lambda: found.cells),
        csv_file("Where they are active", "charlstm-similar-passages", lambda: found.passages),
    ]
    return files, []


def _show_similar(look: Look, found: SpanSearch, searched: str) -> None:
    """Show the cells of a span and the passages that are similar to it."""
    pattern, similar = st.columns([2, 3], gap="medium")
    with pattern:
        st.header("The cells that stand out")
        caption(f"z: standard deviations away from the rest of the text. {MEASURE_MEANING}")
        cells = [int(cell) for cell in found.cells["cell"]]
        shown = found.cells.assign(cell=[look.name_of(cell) for cell in cells])
        shown["mostly about"] = [about_words(look.scored, look.shown.layer, cell) for cell in cells]
        st.dataframe(shown.round(3), hide_index=True, width="stretch")
        st.pills(
            "Colour the text by one of them",
            cells,
            format_func=look.name_of,
            key="standing_out",
            on_change=_choose_standing_out,
        )
    with similar:
        st.header("Where the same cells are active")
        if found.passages.empty:
            st.info("There is no other passage that is similar to it.")
            return
        caption(
            f"Among {found.searched:,} characters; likeness is 1 where these cells are as"
            " far from their mean as in the span."
        )
        st.html(_passages(found, searched))


def _passages(found: SpanSearch, text: str) -> str:
    """Return the HTML of the passages that are similar to a span, each in its context, escaped."""
    cards = []
    for row in found.passages.to_dict("records"):
        start, stop = int(row["start"]), int(row["stop"])
        before = _line(text[max(0, start - _CONTEXT) : start])
        after = _line(text[stop : stop + _CONTEXT])
        numbers = f"likeness {row['likeness']:.2f}, cosine {row['cosine']:.2f}"
        cards.append(
            f'<div class="similar"><div dir="auto"><span>{before}</span>{_line(text[start:stop])}'
            f"<span>{after}</span></div><div>{numbers}</div></div>"
        )
    return "".join(cards)


def _line(text: str) -> str:
    return html.escape("".join(c if c.isprintable() or is_mark(c) else visible(c) for c in text))


@kept_by_run(2)
def _read(run: RunFolder, step: int) -> Activations:
    """Return the states on the held-out text."""
    return activations(open_model(run, step, np.float32), reference_of(run).text[:MOST_SEARCHED])


def _choose_standing_out() -> None:
    if (cell := st.session_state.get("standing_out")) is not None:
        address.put(cell=cell)


def _put_typed_span() -> None:
    start, stop = (st.session_state.get(key) for key in ("span_from", "span_to"))
    if start is not None and stop is not None and start <= stop:
        address.put(span=(int(start) - 1, int(stop)))
