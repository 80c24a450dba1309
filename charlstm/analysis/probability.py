"""Probabilities and shares as people write them: ``41 %``, ``0.04 %``, ``1 in 31,000``.

Pure text. charlstm/ui/components/shared/probability.js is the same rule for the browser; a
test in a browser holds the two together. Exact numbers are in the files that a page gives, and in
data attributes.
"""

from __future__ import annotations

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACE = "\u00a0"  # a figure is not broken at the end of a line
_DECIMALS = ((0.9995, 2), (0.995, 1), (0.0995, 0), (0.00995, 1), (0.0001, 2))
_ROUNDING = 1e-9  # by how much a sum of probabilities may lie above 1


def probability_words(p: float) -> str:
    """Return a probability, or another share of a whole, for people.

    About two digits: ``41 %``, ``3.2 %``, ``0.04 %``; below 0.01 % ``1 in 31,000``, and below one
    in a million ``3.1 × 10⁻⁷``. Near 1 what is missing counts: ``99.7 %``, ``over 99.99 %``. Only 0
    and 1 themselves are ``0 %`` and ``100 %``. Its spaces do not break.

    Args:
        p: From 0 to 1; a sum may be above 1 by its rounding.

    Raises:
        ValueError: If it is something else.
    """
    if not 0 <= p <= 1 + _ROUNDING:
        raise ValueError(f"A probability is a number from 0 to 1, not {p}.")
    return _words(p).replace(" ", _SPACE)


def path_words(log2_probability: float) -> str:
    """Return the probability of a whole text for people, which may be smaller than any float.

    Args:
        log2_probability: log2 of it, at most 0; minus infinity for what cannot be.

    Raises:
        ValueError: If it is above 0 or not a number.
    """
    if log2_probability > -1000:
        return probability_words(2.0**log2_probability)
    if not log2_probability < 0:
        raise ValueError(f"log2 of a probability is at most 0, not {log2_probability}.")
    if log2_probability == -math.inf:
        return probability_words(0.0)
    log10 = log2_probability * math.log10(2)
    exponent = math.floor(log10)
    tenths = _round(10 * 10 ** (log10 - exponent))
    if tenths == 100:
        tenths, exponent = 10, exponent + 1
    return _power(f"{tenths // 10}.{tenths % 10}", exponent)


def power_words(value: float) -> str:
    """Return any number but 0 in two digits and a power of ten: ``−3.1 × 10⁻⁷``."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return _power(mantissa.replace("-", "−"), int(exponent))


# In whole numbers, and with sums and products alone: the browser then rounds as Python does.
def _words(p: float) -> str:
    if p == 0:
        return "0 %"
    if p >= 1:
        return "100 %"
    if p >= 0.99995:
        return "over 99.99 %"
    for least, decimals in _DECIMALS:
        if p >= least:
            whole, part = divmod(_round(p * 10 ** (2 + decimals)), 10**decimals)
            return f"{whole}.{part:0{decimals}} %" if decimals else f"{whole} %"
    if p >= 0.000001:
        step = 10_000 if 1 / p >= 99_500 else 1_000
        return f"1 in {step * _round(1 / p / step):,}"
    return power_words(p)


def _round(value: float) -> int:
    return math.floor(value + 0.5)


def _power(mantissa: str, exponent: int) -> str:
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}".replace(" ", _SPACE)
