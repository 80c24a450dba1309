"""Parts of pages; here the smallest: small print, a row of controls, a link, an error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.errors import CharlstmError
from charlstm.ui.text import literal

WITHOUT_ARROW: Any = {"delta_color": "off", "delta_arrow": "off"}
"""For a metric whose small print is not a change."""


def in_row(*widths: float) -> list[DeltaGenerator]:
    """Return columns of these relative widths, with their controls aligned."""
    return st.columns(widths, vertical_alignment="bottom")


def caption(text: str) -> None:
    """Show text in small print, unchanged."""
    st.caption(literal(text))


def link(container: DeltaGenerator, label: str, page: str, **query: str) -> None:
    """Show a link to a page at an address."""
    container.page_link(
        f"{page}.py", label=label, icon=":material/arrow_forward:", query_params=query
    )


@contextlib.contextmanager
def errors_shown() -> Iterator[None]:
    """Show the message of an error in place of what follows."""
    try:
        yield
    except CharlstmError as error:
        st.error(literal(str(error)))
