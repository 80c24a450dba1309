"""A word that is typed instead of clicked: which token of a model of words it is taken for.

Knows vocabularies and logits; knows nothing of pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from charlstm.data.tokens import UNKNOWN, unknown_for
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CorpusError


@dataclass(frozen=True)
class Typed:
    """What a typed word is taken for.

    Attributes:
        word: What was typed, without the white space around it.
        symbol: The token that it is taken for.
        folded: Whether the vocabulary holds it in lower case alone.
        unknown: Whether the vocabulary does not hold it; the token is then an unknown one.
        likelier_than: The other token that it could have been, with or without a space before it.
    """

    word: str
    symbol: str
    folded: bool
    unknown: bool
    likelier_than: str | None


def typed_token(vocabulary: Vocabulary, typed: str, logits: ArrayLike) -> Typed:
    """Return the token that a typed word or mark is taken for.

    A word is a token with a space before it, another without. Typed with a space it is the one
    with it; typed without, it is the likelier of those that the vocabulary holds. Where it holds
    neither, they are looked for in lower case, and at last the word is an unknown one.

    Args:
        vocabulary: Of a model of words.
        typed: What was typed.
        logits: Of the next token, shape (symbols,).

    Raises:
        CorpusError: If no token or several were typed, or an unknown one is excluded by a logit of
            minus infinity.
    """
    word = typed.strip()
    tokens = [token.strip() for token in vocabulary.pieces(word) if token.strip()]
    if len(tokens) != 1:
        parts = ", ".join(f"“{token}”" for token in tokens[:6])
        found = f"These are {len(tokens)}: {parts}." if tokens else "There is none here."
        raise CorpusError(f"One word or mark is taken at a time. {found}")
    forms = [f" {word}"] if typed[0].isspace() else [f" {word}", word]
    known, lowered = (
        [same for form in tried if (same := vocabulary.equivalent(form)) is not None]
        for tried in (forms, [form.lower() for form in forms])
    )
    candidates = known or lowered or [unknown_for(form) for form in forms]
    scores = np.asarray(logits)[vocabulary.ids_of(candidates)]
    best = int(scores.argmax())
    is_unknown = not (known or lowered)
    if is_unknown and scores[best] == -np.inf:
        raise CorpusError(
            f"“{word}” is not in the vocabulary: it would be {UNKNOWN}, never written here."
        )
    other = candidates[1 - best] if len(candidates) == 2 and not is_unknown else None
    return Typed(word, candidates[best], not known and bool(lowered), is_unknown, other)
