"""How much a text repeats itself: repeated 20-grams, a loop at its end, its compressed size.

Takes strings, gives numbers; knows nothing of models.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from charlstm.data.grams import GRAM

FEWEST_ROUNDS = 3
SHORTEST_LOOP = 60


@dataclass(frozen=True)
class Loop:
    """The same characters, over and over, to the end of a text.

    Attributes:
        period: Characters of one round.
        start: Where the first round begins.
    """

    period: int
    start: int


def repeated_share(text: str, size: int = GRAM) -> float:
    """Return the share of a text's stretches of ``size`` characters that stood in it before.

    0 where the text is shorter than one of them.
    """
    grams = [text[start : start + size] for start in range(len(text) - size + 1)]
    return (len(grams) - len(set(grams))) / len(grams) if grams else 0.0


def loop_of(text: str) -> Loop | None:
    """Return the loop that a text ends in, or None.

    A loop is at least three rounds of the same characters and at least 60 characters in all; of
    several the one with the shortest round counts.
    """
    reversed_text = text[::-1]
    for period, matched in enumerate(_z(reversed_text)[1:], start=1):
        tail = period + matched
        if tail >= FEWEST_ROUNDS * period and tail >= SHORTEST_LOOP:
            return Loop(period, len(text) - tail)
    return None


def gzip_bits(text: str) -> float:
    """Return the size of a text compressed by gzip at level 9, in bits per character.

    What gzip writes before and after the compressed data, 18 bytes, counts too. 0 if empty.
    """
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return 8 * len(packed) / len(text) if text else 0.0


def _z(text: str) -> list[int]:
    """Return for every place how many characters from there on are those of the text's start.

    The Z algorithm (Gusfield 1997, section 1.4), linear in the length.
    """
    lengths = [len(text)] + [0] * (len(text) - 1) if text else []
    left = right = 0
    for place in range(1, len(text)):
        length = min(right - place, lengths[place - left]) if place < right else 0
        while place + length < len(text) and text[length] == text[place + length]:
            length += 1
        lengths[place] = length
        if place + length > right:
            left, right = place, place + length
    return lengths
