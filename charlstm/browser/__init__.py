"""The language model again, as ES modules for the browser, and the files that they read.

The modules use no DOM, no Streamlit and no network. The NumPy code in sampling/ is the reference.
"""
