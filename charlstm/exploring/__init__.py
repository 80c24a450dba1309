"""Exploring a trained model by hand: comparing temperatures, picking characters, following trails.

Takes language models and numbers, gives texts and tables; knows nothing of pages. Only the timeline
knows run folders, because it is about all checkpoints of one.
"""
