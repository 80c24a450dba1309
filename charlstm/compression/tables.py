"""tanh and exp as tables of integers, made by integer arithmetic alone.

NumPy's tanh and exp may differ in the last bit from one machine to the next. Here nothing is left
to luck: powers of exp(-2^-n) in 192-bit fixed point, rounded once at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

STEP_BITS = 11
"""Arguments of both tables come in steps of 2^-11."""

VALUE_BITS = 16
"""Fraction bits of tanh, and so of every state and gate."""

EXP_BITS = 22
"""Fraction bits of exp."""

TANH_RANGE = 8
"""tanh is tabulated from -8 to 8; beyond, 16 bits of fraction cannot tell it from -1 and 1."""

_BITS = 192


@cache
def tanh_table() -> NDArray[np.float64]:
    """Return round(2^16 tanh(x)) for x from -8 to 8 in steps of 2^-11, shape (32769,)."""
    one = 1 << _BITS
    positive = [
        ((one - power) * 2 ** (VALUE_BITS + 1) + one + power) // (2 * (one + power))
        for power in islice(_powers(STEP_BITS - 1), TANH_RANGE * 2**STEP_BITS + 1)
    ]
    table = np.array([-value for value in positive[:0:-1]] + positive, np.float64)
    table.flags.writeable = False
    return table


@cache
def exp_table() -> NDArray[np.float64]:
    """Return 1 + round(2^22 exp(-x)) for x from 0 in steps of 2^-11, until only the 1 is left.

    The 1 is there so that whatever a model thinks of a symbol, it can be coded.
    """
    values = []
    for power in _powers(STEP_BITS):
        values.append(1 + ((power >> (_BITS - EXP_BITS - 1)) + 1 >> 1))
        if values[-1] == 1:
            break
    table = np.array(values, np.float64)
    table.flags.writeable = False
    return table


def _powers(step_bits: int) -> Iterator[int]:
    """Yield exp(-n / 2^step_bits) for n = 0, 1, 2 … in fixed point, each cut to 192 bits."""
    one = 1 << _BITS
    factor, term, count = 0, one, 0
    while term:  # the series of exp(-x) at x = 2^-step_bits
        factor += -term if count % 2 else term
        count += 1
        term = (term >> step_bits) // count
    power = one
    while True:
        yield power
        power = power * factor >> _BITS
