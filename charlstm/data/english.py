"""A list of English words that needs no network: the one inside the package pyspellchecker.

Knows where the list is and how to keep it in little memory; knows nothing of texts or models.
"""

from __future__ import annotations

import functools
import gzip
import importlib.resources
import json
from collections.abc import Iterable, Iterator

import numpy as np


class WordList:
    """A set of words in a tenth of the memory of Python's own: sorted bytes, an array per length.

    Args:
        words: Without NUL characters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        by_length: dict[int, list[bytes]] = {}
        for word in words:
            coded = word.encode()
            by_length.setdefault(len(coded), []).append(coded)
        self._words = {n: np.unique(np.array(own, f"S{n}")) for n, own in by_length.items()}

    def __contains__(self, word: object) -> bool:
        coded = str(word).encode("utf-8", "surrogatepass")
        words = self._words.get(len(coded))
        if words is None:
            return False
        place = int(np.searchsorted(words, coded))
        return place < len(words) and bool(words[place] == coded)

    def __iter__(self) -> Iterator[str]:
        return (word.decode() for words in self._words.values() for word in words.tolist())

    def __len__(self) -> int:
        return sum(map(len, self._words.values()))


@functools.cache
def english_words() -> WordList:
    """Return about 160,000 English words in lower case, with inflections and many names.

    They are read from the package's data, not through its class, which would also count all letters
    and pairs for corrections that nobody asks for here.
    """
    packed = importlib.resources.files("spellchecker") / "resources" / "en.json.gz"
    frequencies = json.loads(gzip.decompress(packed.read_bytes()))
    return WordList(frequencies)
