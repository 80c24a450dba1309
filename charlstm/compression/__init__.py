"""Language as compression: a text packed by a model's predictions, and unpacked to the letter.

Everything that decides what a packed file means is computed in integers, so that what one machine
packs another unpacks.
"""
