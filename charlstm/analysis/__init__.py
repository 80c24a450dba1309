"""Figures about distributions and text. Takes arrays, gives numbers, arrays or DataFrames."""
