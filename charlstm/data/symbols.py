"""How one symbol of a vocabulary, a character or a token, is shown and spoken."""

from __future__ import annotations

import itertools
import unicodedata

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
# combine with a neighbour, and invisible spaces and separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"})

# Letters and symbols by category, but blank on the screen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def visible(symbol: str) -> str:
    """Return a label for one character or token.

    It is the character itself where that can be seen; "⏎", "␣" and "⇥" for newline, space and tab;
    the code point, such as "U+200B", where it is invisible or joins its neighbour. A token is shown
    by the labels of its characters, such as "␣the"; a combining mark stays on its letter.
    """
    if len(symbol) > 1:
        return visible(symbol[0]) + "".join(
            each if each == " " or (is_mark(each) and before != " ") else visible(each)
            for before, each in itertools.pairwise(symbol)
        )
    if symbol in _VISIBLE:
        return _VISIBLE[symbol]
    if unicodedata.category(symbol) in _UNSEEN or symbol in _BLANK:
        return _code_point(symbol)
    return symbol


def spoken(symbol: str) -> str:
    """Return the name of one character or token for a screen reader.

    For example "newline", "letter e", "capital letter E", "digit 7", "comma"; for other scripts the
    Unicode name or the code point; for a token the word, and whether a space precedes it.
    """
    if len(symbol) > 1:
        if symbol[0] == " ":
            return f"space, {spoken(symbol[1:])}"
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
