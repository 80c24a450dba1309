"""Runs: the folder of a training, where runs live, and moving a run as a file."""
