"""A list of English words that needs no network: the one inside the package pyspellchecker.

Knows where the list is and how to read it; knows nothing of texts or models.
"""

from __future__ import annotations

import functools
import gzip
import importlib.resources
import json


@functools.cache
def english_words() -> frozenset[str]:
    """Return about 160,000 English words in lower case, with inflections and many names.

    They are read from the package's data, not through its class, which would also count all letters
    and pairs for corrections that nobody asks for here.
    """
    packed = importlib.resources.files("spellchecker") / "resources" / "en.json.gz"
    frequencies = json.loads(gzip.decompress(packed.read_bytes()))
    return frozenset(frequencies)
