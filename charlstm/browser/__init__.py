"""The language model once more, as ES modules for a browser, and what it is given.

The modules have no DOM, no Streamlit and no network. The reference is NumPy's, in sampling/.
"""
