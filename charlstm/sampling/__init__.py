"""Writing with a trained network: its forward pass in NumPy, reweighting, drawing.

Takes arrays and gives arrays; knows nothing of files, training or pages.
"""
