"""All pages with their purpose, and what surrounds each of them.

The layout that Streamlit's theme has no setting for is in theme.css.
"""

from pathlib import Path

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.ui.address import arrive
from charlstm.ui.components import watch_navigation
from charlstm.ui.components.share import show_link
from charlstm.ui.controls.uploads import limit_uploads
from charlstm.ui.text import literal

PAGES = {
    "": {
        st.Page("temperature.py", title="Temperature", default=True): (
            "This small network guesses the next letter. Turn the temperature and read what it"
            " writes."
        ),
        st.Page("compare.py", title="Compare"): (
            "One prompt, the same random numbers, several temperatures: see where the texts differ,"
            " and why."
        ),
        st.Page("hand.py", title="By hand"): (
            "See what each character of a text costs, change one, and read how the text continues."
        ),
        st.Page("lesson.py", title="Lesson"): (
            "How a model writes text, one character at a time, and what to try first."
        ),
        st.Page("source.py", title="In the corpus", visibility="hidden"): (
            "The passage of the training text that the model copied."
        ),
    },
    "Train": {
        st.Page("train.py", title="Train"): (
            "Teach a network to write: choose a text, start, and watch it learn."
        ),
        st.Page("timeline.py", title="Timeline"): (
            "Watch a network learn to write, from its first step to its last."
        ),
        st.Page("race.py", title="Race"): (
            "Let up to four networks learn the same text, and see which one learns fastest."
        ),
    },
    "Explore": {
        st.Page("strategies.py", title="Strategies"): (
            "Rule out unlikely characters before one is drawn, and see what that does to the text."
        ),
        st.Page("atlas.py", title="Atlas"): (
            "See how much of a text is invented, copied or repeated, at every temperature."
        ),
        st.Page("cells.py", title="Cells"): (
            "See the state of each cell of the network while it reads a text."
        ),
        st.Page("compression.py", title="Compression"): (
            "A text that is predicted well needs few bits: compress one with the model."
        ),
    },
}
"""Every page of each section, with its purpose."""

limit_uploads()
page = st.navigation({section: list(pages) for section, pages in PAGES.items()}, position="top")
st.set_page_config(page_title=f"{page.title} · charlstm", page_icon="🌡️", layout="wide")
arrive(page.url_path)
st.html(Path(__file__).with_name("theme.css"))
with st.container(key="page_name"):
    st.title(page.title, anchor=False)
    st.markdown(next(pages[page] for pages in PAGES.values() if page in pages))
    watch_navigation()
    show_link()
try:
    page.run()
except CharlstmError as error:
    st.error(literal(str(error)))
except OSError as error:  # a home that cannot be read or written is no reason for a traceback
    st.error(literal(f"A file cannot be read or written: {error.strerror or error}."))
