"""What the cells know: their states on a text, what each predicts, and the network without some.

Takes models and texts, gives arrays and tables; only ``kept`` knows files. Knows nothing of pages.
What is true of an LSTM alone is in ``lstm``; the rest asks for states by name.
"""
