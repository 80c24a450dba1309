"""The same task in other hands: the notebook's program, keras.layers.LSTM, torch.nn.LSTM."""
