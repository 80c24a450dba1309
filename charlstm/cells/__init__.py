"""What the cells know: their states on a text, what each predicts, and the model without some."""
