"""The way into a page: always through app.py, also for the first address a server is asked for.

Until app.py has called st.navigation once, Streamlit runs a script in pages/ by itself, without the
app's navigation and page config. Calling st.navigation anywhere ends that for the whole server.
"""

from __future__ import annotations

import streamlit as st

from charlstm.ui.visit import clear_notes


def enter(url_path: str) -> None:
    """Start again through app.py if a page was run without it; call it first in every page.

    What the run before has noted is gone.

    Args:
        url_path: The page's own path in app.py's navigation, so that it is the one that starts.
    """
    is_first = "entered" not in st.session_state
    st.session_state.entered = url_path
    if is_first:
        pages = [st.Page(_nothing, title="charlstm", default=True)]
        if url_path:
            pages.append(st.Page(_nothing, title=url_path, url_path=url_path))
        st.navigation(pages)
        st.rerun()
    clear_notes()


def _nothing() -> None:
    """A page that shows nothing; it is never run."""
