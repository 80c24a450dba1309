"""The language model in NumPy: forward passes, n-grams, reweighting, drawing, writing, beam search.

Randomness always comes in as given uniforms.
"""
