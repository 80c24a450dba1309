"""Labels for symbols, characters and the tokens of a model of words: one to see, one to hear.

Knows Unicode and tokens; knows nothing of vocabularies, charts or pages.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from charlstm.data.vocabulary import is_mark
from charlstm.data.words import UNKNOWN

_VISIBLE = {"\n": "⏎", " ": "␣", "\t": "⇥"}

_NAMES = {
    "\n": "newline",
    "\r": "carriage return",
    "\t": "tab",
    " ": "space",
    ".": "full stop",
    "-": "hyphen",
    "'": "apostrophe",
    '"': "quotation mark",
}

# Controls, format characters, surrogates, private and unassigned code points, marks that would
# attach themselves to a neighbour, and spaces and separators that look like nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"})

# Letters and symbols by category, yet blank on the screen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def visible(symbol: str) -> str:
    """Return a label that shows one symbol on a chart.

    Args:
        symbol: One character, or a token.

    Returns:
        The character itself where it can be seen; "⏎", "␣" and "⇥" for newline, space and tab;
        its code point, such as "U+200B", for what is invisible or joins its neighbour. Of a token
        the labels of its characters: "␣the"; a mark stays on what it stands on.
    """
    if len(symbol) > 1:
        return visible(symbol[0]) + "".join(
            each if each == " " or (is_mark(each) and before != " ") else visible(each)
            for before, each in pairwise(symbol)
        )
    if symbol in _VISIBLE:
        return _VISIBLE[symbol]
    if unicodedata.category(symbol) in _UNSEEN or symbol in _BLANK:
        return _code_point(symbol)
    return symbol


def name(symbol: str) -> str:
    """Return what a screen reader should say for one symbol.

    Args:
        symbol: One character, or a token.

    Returns:
        For example "newline", "space", "letter e", "capital letter E", "digit 7", "comma"; for
        other scripts the Unicode name, and the code point where Unicode has no name. Of a token the
        word, or the name of its mark, and whether a space comes before it.
    """
    if len(symbol) > 1:
        if symbol[0] == " ":
            return f"space, {name(symbol[1:])}"
        return "unknown word" if symbol == UNKNOWN else symbol
    if symbol in _NAMES:
        return _NAMES[symbol]
    if symbol.isascii() and symbol.isalpha():
        return f"letter {symbol}" if symbol.islower() else f"capital letter {symbol}"
    if symbol.isascii() and symbol.isdigit():
        return f"digit {symbol}"
    return unicodedata.name(symbol, _code_point(symbol)).lower().replace("u+", "U+")


def _code_point(symbol: str) -> str:
    return f"U+{ord(symbol):04X}"
