"""Exploring a trained model by hand: comparing temperatures, picking characters, the timeline."""
