"""HTTP besides Streamlit: what pages fetch from the server without a run of their script."""
