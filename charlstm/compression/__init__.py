"""Language as compression: a text packed with a model's predictions, and unpacked exactly.

Everything that determines the meaning of a packed file is computed in integers, so that one machine
can unpack what another has packed.
"""
