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
/* Small print and what is chosen among pills keep a contrast of 4.5 on both themes. */
.stApp [data-testid="stCaptionContainer"] { opacity: 0.8; }
.stApp button[data-selected="true"] p { color: light-dark(#2a5c8a, #7fb2e0); }
/* "Copy link" and "Download" stand at the right end of the header, on every page at the same place
   and always in sight; the header leaves room for them. */
.st-key-share { position: fixed; top: 0.7rem; right: 1rem; z-index: 999991; gap: 0.5rem; }
.st-key-share, .st-key-share > * { width: auto; }
.st-key-share [data-testid="stPopoverButton"] { min-height: 34px; padding: 0 12px; }
.stAppHeader { padding-right: 16rem; }
</style>
"""


def apply_style() -> None:
    """Add the rules to the page; called once by app.py."""
    st.html(_RULES)
