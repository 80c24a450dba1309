"""Runs: the run folder's format, where runs live, and the process that trains.

Imports neither tensorflow nor streamlit.
"""
