"""Texts to learn: their sources, their checks, and their conversion to integers."""
