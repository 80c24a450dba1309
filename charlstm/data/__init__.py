"""Texts to learn from: where they come from, how they are checked, and how they become integers."""
