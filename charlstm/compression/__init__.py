"""Language as compression: a text packed by a model's predictions, and got back to the letter.

Takes weights, texts and bytes; knows nothing of pages. All that decides what a packed file means is
computed in integers, so that what one machine packs another unpacks.
"""
