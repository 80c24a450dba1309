"""The few rules of layout that Streamlit's theme has no setting for.

Knows streamlit's container classes; every rule says why it is there.
"""

from __future__ import annotations

import streamlit as st

_RULES = """
<style>
/* A page starts right under the navigation: dial and text must fit on a projector. */
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 4rem; }
/* Columns of figures line up. */
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; font-size: 1.7rem; }
/* Text of a corpus keeps the measure of a book page. */
[data-testid="stText"] { overflow-wrap: anywhere; }
/* A button whose icon is enough for the eye keeps its words for screen readers. */
[class*="st-key-icon_"] button [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
</style>
"""


def apply_style() -> None:
    """Add the rules to the page; called once by app.py."""
    st.html(_RULES)
