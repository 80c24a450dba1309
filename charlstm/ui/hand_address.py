"""What was written by hand, as a text for the address: characters as they are, tokens as their ids.

The tokens of a model of words cannot be told from their text alone: two that were chosen one after
the other can read like one. Knows vocabularies; knows nothing of streamlit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from charlstm.data.vocabulary import CHAR, Vocabulary

_IDS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5})*")


def symbols_for_address(vocabulary: Vocabulary, symbols: Sequence[str]) -> str:
    """Return what stands for symbols in the address.

    Args:
        vocabulary: That they are in.
        symbols: Any number of them.
    """
    if vocabulary.level == CHAR:
        return "".join(symbols)
    return ".".join(map(str, vocabulary.ids_of(symbols)))


def symbols_from_address(vocabulary: Vocabulary, given: str) -> tuple[str, ...]:
    """Return the symbols that an address gives: by their ids, or else by their text.

    Args:
        vocabulary: Of the model that reads them.
        given: Any text. Ids that are not there are left out; of a text read as words, what the
            vocabulary lacks is its unknown token.
    """
    if vocabulary.level == CHAR:
        return tuple(given)
    known = vocabulary.symbols
    if _IDS.fullmatch(given):
        ids = [int(word) for word in given.split(".")]
        return tuple(known[index] for index in ids if index < len(known))
    return tuple(known[index] for index in vocabulary.read(given).ids)
