"""The few rules of layout that Streamlit's theme has no setting for.

Knows streamlit's container classes; every rule says why it is there.
"""

from __future__ import annotations

import streamlit as st

from charlstm.ui.components.navigation import watch_navigation

RULES = """
<style>
/* A page starts right under the navigation: dial and text must fit on a projector. */
.stMainBlockContainer { padding-top: 3.7rem; padding-bottom: 4rem; }
/* Columns of figures line up. */
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; font-size: 1.7rem; }
/* Text of a corpus keeps the measure of a book page. */
[data-testid="stText"] { overflow-wrap: anywhere; }
/* Each line of a text, also where it is typed, runs as its script does. */
[dir="auto"], .stApp textarea, .stApp input[type="text"] { unicode-bidi: plaintext; }
/* A button whose icon is enough for the eye keeps its words for screen readers. */
[class*="st-key-icon_"] button [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
/* A link that quotes a passage may take two lines. */
.stPageLink a, .stPageLink p { white-space: normal; overflow: visible; height: auto; }
/* The way from a run to the page that writes looks like the buttons beside it. */
[class*="st-key-write_"] a {
  min-height: 2.5rem; margin: 0; padding: 0 0.75rem; border-radius: 6px;
  border: 1px solid light-dark(#d9d4ca, #3a3f47);
}
.st-key-write_primary a:not([disabled]) { background: light-dark(#2a5c8a, #3a76b0); }
.st-key-write_primary a:not([disabled]):hover { background: light-dark(#234d74, #316696); }
.st-key-write_primary a:not([disabled]) * { color: #fff; }
[class*="st-key-write_"] a:focus-visible { outline: 3px solid #3a76b0; outline-offset: 2px; }
/* What is marked in written text. A wavy line is no other mark's and needs no colour. */
.invented {
  text-decoration: underline wavy 1.5px color-mix(in srgb, #b8478f 80%, currentColor);
  text-underline-offset: 0.22em;
}
.copied { background: color-mix(in srgb, #e69f00 34%, transparent); border-radius: 3px; }
.passage {
  max-width: 72ch;
  font-family: "Source Serif", Georgia, serif;
  font-size: 1.15rem;
  line-height: 1.65;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
/* As high as the charts beside it: both are seen at once. */
.atlas-text { max-height: 24rem; overflow-y: auto; padding-right: 0.6rem; font-size: 1.08rem; }
.atlas-text:focus-visible { outline: 3px solid #3a76b0; outline-offset: 3px; }
.prompt-read { font-weight: 600; opacity: 0.75; }
/* Small print and what is chosen among pills keep a contrast of 4.5 on both themes. */
.stApp [data-testid="stCaptionContainer"] { opacity: 0.8; }
.stApp button[data-selected="true"] p, .stApp [data-testid="stSliderThumbValue"] p {
  color: light-dark(#2a5c8a, #7fb2e0);
}
/* "Copy link" and "Download" stand at the right end of the header, on every page at the same place
   and always in sight; the header leaves room for them. They lie on the header, at 999990, and
   under the menu that opens on a phone, at 999991. */
.st-key-share { position: fixed; top: 0.7rem; right: 1rem; z-index: 999990; gap: 0.5rem; }
.st-key-share, .st-key-share > * { width: auto; }
.st-key-share [data-testid="stPopoverButton"] { min-height: 34px; padding: 0 12px; }
.stAppHeader { padding-right: 16rem; }
/* As high as a field: what stands in one row has its labels on one line, and its words on one. */
.stApp button[data-variant="segmented_control"] { min-height: 2.5rem; }
/* The heading is small, and what the page is for stands beside it: dial and bars come first. */
.st-key-page_name { flex-flow: row wrap; align-items: baseline; gap: 0 1rem; }
.st-key-page_name > * { width: auto; margin-bottom: -0.2rem; }
.st-key-page_name :is(h1, p) { margin: 0; padding: 0; }
.st-key-page_name [data-testid="stMarkdownContainer"] { margin: 0; }
@media (max-width: 767px) {
  [data-testid="stExpandSidebarButton"]::after { content: "Menu"; font-size: 0.85rem; }
  .st-key-share button, .st-key-share [data-testid="stPopoverButton"] { padding: 0 6px; }
}
</style>
"""


def name_page(title: str, purpose: str) -> None:
    """Show the heading of a page, and what the page is for.

    Args:
        title: The heading.
        purpose: A sentence or two.
    """
    with st.container(key="page_name"):
        st.title(title, anchor=False)
        st.markdown(purpose)
        watch_navigation()


def apply_style() -> None:
    """Add the rules to the page; called once by app.py."""
    st.html(RULES)
