"""Measured comparisons with the notebook's program, in the same run, as ratios with their spread.

Not collected by pytest: machines are noisy, so nothing here passes or fails.
"""
