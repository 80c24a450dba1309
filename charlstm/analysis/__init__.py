"""Figures about distributions and texts: arrays and text in, numbers, arrays or tables out."""
