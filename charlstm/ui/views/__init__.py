"""Parts of a page that several pages have, or that a page is put together from."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.ui.words import literal


@contextlib.contextmanager
def errors_shown() -> Iterator[None]:
    """Show why something cannot be done, in the place of what follows."""
    try:
        yield
    except CharlstmError as error:
        st.error(literal(str(error)))
