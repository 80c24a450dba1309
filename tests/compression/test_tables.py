"""The tables of integers against mpmath, every entry."""

from __future__ import annotations

import mpmath
import numpy as np

from charlstm.compression.integer_network import exp_table, tanh_table


def test_every_entry_of_tanh_is_the_nearest_integer() -> None:
    table = tanh_table()
    assert len(table) == 2 * 8 * 2**11 + 1
    with mpmath.workdps(40):
        right = [
            int(mpmath.nint(2**16 * mpmath.tanh(mpmath.mpf(n) / 2**11)))
            for n in range(8 * 2**11 + 1)
        ]
    assert table[8 * 2**11 :].tolist() == right
    assert table.tolist() == (-table[::-1]).tolist()
    assert right[-1] == 2**16


def test_every_entry_of_exp_is_the_nearest_integer_and_one() -> None:
    table = exp_table()
    with mpmath.workdps(40):
        right = [
            1 + int(mpmath.nint(2**22 * mpmath.exp(-mpmath.mpf(n) / 2**11)))
            for n in range(len(table))
        ]
    assert table.tolist() == right
    assert table[0] == 2**22 + 1
    assert table[-2] == 2
    assert table[-1] == 1


def test_tables_cannot_be_written_to() -> None:
    for table in (tanh_table(), exp_table()):
        assert table.dtype == np.float64
        assert not table.flags.writeable
