"""The language model in NumPy: forward passes, n-grams, reweighting, drawing, writing, beam search.

All randomness is passed in as uniforms.
"""
