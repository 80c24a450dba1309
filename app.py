"""charlstm in the browser: ``streamlit run app.py``. Navigation and page config, nothing else."""

import streamlit as st

from charlstm.ui.style import apply_style, name_page
from charlstm.ui.visit import arrive

PAGES = {
    "": [
        st.Page("pages/temperature.py", title="Temperature", default=True),
        st.Page("pages/compare.py", title="Compare"),
        st.Page("pages/train.py", title="Train"),
        st.Page("pages/lesson.py", title="Lesson"),
        st.Page("pages/source.py", title="Source", visibility="hidden"),
    ],
    "Explore": [
        st.Page("pages/hand.py", title="By hand"),
        st.Page("pages/whatif.py", title="What if"),
        st.Page("pages/surprise.py", title="Surprise"),
        st.Page("pages/strategies.py", title="Strategies"),
        st.Page("pages/atlas.py", title="Atlas"),
    ],
    "Look inside": [
        st.Page("pages/cells.py", title="Cells"),
        st.Page("pages/timeline.py", title="Timeline"),
        st.Page("pages/compression.py", title="Compression"),
    ],
    "Measure": [
        st.Page("pages/race.py", title="Race"),
        st.Page("pages/speed.py", title="Speed"),
    ],
}

page = st.navigation(PAGES, position="top")
st.set_page_config(page_title=f"{page.title} · charlstm", page_icon="🌡️", layout="wide")
apply_style()
name_page(page.title, next(section for section, pages in PAGES.items() if page in pages))
arrive(page.url_path)
st.session_state.entered = True
page.run()
