"""Texts to learn from: where they come from, what is checked, how characters become integers.

Knows nothing of networks, runs or pages.
"""
