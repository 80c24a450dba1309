"""On the By hand page: a word that has no bar is chosen by typing it.

Knows streamlit; what a word is taken for is said by charlstm.exploring.trails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from numpy.typing import ArrayLike

from charlstm.analysis.distribution import probability_words
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWN
from charlstm.errors import CharlstmError
from charlstm.exploring.trails import Typed, typed_token
from charlstm.sampling.reweight import reweight
from charlstm.ui.components.dial import most_bars
from charlstm.ui.symbols import visible
from charlstm.ui.words import literal

_FIELD, _SAID = "typed_word", "typed_word_said"
_LABEL = "Type any other word"
_MOST = 60


def type_a_word(
    vocabulary: Vocabulary,
    logits: ArrayLike,
    temperature: float,
    *,
    written: Sequence[str],
    disabled: bool,
    on_take: Callable[[str], None],
) -> None:
    """Show a field for a word, and what the last one was taken for.

    Args:
        vocabulary: Of a model of words.
        logits: Of the next token, shape (symbols,).
        temperature: At which its probability is said.
        written: What stands before it.
        disabled: Whether no more can be taken.
        on_take: Called with the token that a typed word is taken for.
    """

    def take() -> None:
        typed = str(st.session_state[_FIELD])
        if not typed.strip():
            return
        try:
            found = typed_token(vocabulary, typed, logits)
        except CharlstmError as error:
            # What was typed stays in the field, to be mended.
            st.session_state[_SAID] = (tuple(written), str(error))
            return
        p = float(reweight(logits, temperature)[vocabulary.ids_of([found.symbol])[0]])
        words = typed_words(found, p, temperature, len(vocabulary))
        st.session_state[_SAID] = ((*written, found.symbol), words)
        st.session_state[_FIELD] = ""
        on_take(found.symbol)

    field, said = st.columns([2, 5], vertical_alignment="bottom")
    field.text_input(
        _LABEL,
        key=_FIELD,
        max_chars=_MOST,
        placeholder="a word, then Enter",
        disabled=disabled,
        on_change=take,
    )
    most = most_bars(vocabulary.symbols)
    bars = f"The likeliest {most} have a bar; " if most else ""
    hint = (
        f"{bars}any of the {len(vocabulary):,} tokens can be typed. A word that is not among them"
        f" is {UNKNOWN} to this model."
    )
    where, words = st.session_state.get(_SAID, (None, ""))
    said.caption(literal(words if where == tuple(written) else hint))


def typed_words(typed: Typed, p: float, temperature: float, symbols: int) -> str:
    """Return what a typed word was taken for, in one or two sentences.

    Args:
        typed: As typed_token gives it.
        p: The probability that its token had.
        temperature: At which.
        symbols: Size of the vocabulary.
    """
    token = f"“{visible(typed.symbol)}”"
    had = f"It had {probability_words(p)} at T = {temperature:g}"
    if typed.unknown:
        return (
            f"“{typed.word}” is not among the {symbols:,} tokens of the vocabulary: to this model"
            f" it is {UNKNOWN}, so {token} was taken. {had}."
        )
    folded = ", in lower case" if typed.folded else ""
    other = f", more than “{visible(typed.likelier_than)}”" if typed.likelier_than else ""
    return f"“{typed.word}” was taken as {token}{folded}. {had}{other}."
