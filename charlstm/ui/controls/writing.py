"""How a text is drawn: the temperature and its dial, the seed, a word that is typed, the buttons.

There is one temperature on a page: dial, address and everything written agree on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike, NDArray
from streamlit.delta_generator import DeltaGenerator

from charlstm.analysis.distribution import probability_words
from charlstm.data.symbols import visible
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWN
from charlstm.errors import CharlstmError
from charlstm.exploring.compare import numbers_in
from charlstm.exploring.trails import Typed, typed_token
from charlstm.sampling.reweight import reweight
from charlstm.ui import address
from charlstm.ui.components.dial import most_bars, move_dial, temperature_dial
from charlstm.ui.parameters import same
from charlstm.ui.text import literal, of_units
from charlstm.ui.views import in_row
from charlstm.ui.visit import note

MAXIMUM = 2.0
SEVERAL = (0.2, 0.5, 1.0, 1.2)
FEWEST, MOST = 2, 6
NO_TEMPERATURES = (
    f"The temperatures are {FEWEST} to {MOST} numbers from 0 to {MAXIMUM:g}, such as 0.2, 0.5 or"
    " 0,2; 0,5; until they are, 0.2, 0.5, 1 and 1.2 are used."
)
"""What is said of a text that read_temperatures cannot take."""

_HELD = "temperature_held"
_FIELD, _ANSWER = "typed_word", "typed_word_answer"
_LONGEST_WORD = 60


def held_temperature() -> float:
    """Return the temperature of the page: the one asked for, until the dial is turned."""
    is_held = _HELD in st.session_state and not address.is_news("temperature")
    return float(st.session_state[_HELD] if is_held else address.read("temperature"))


def keep_temperature(temperature: float) -> None:
    """Hold this temperature, in the session and in the address."""
    st.session_state[_HELD] = temperature
    address.keep("temperature", temperature)


def temperature_input(container: DeltaGenerator) -> float:
    """Show the temperature as a number where there is no room for the dial, and return it."""
    widget, name = container.number_input, "temperature"
    return float(address.show(widget, "Temperature", name, key=_HELD, step=0.1, format="%.4g"))


def dial(
    symbols: Sequence[str],
    logits: NDArray[np.float64],
    *,
    key: str,
    on_pick: Callable[[int], None] | None = None,
) -> float:
    """Show the dial on a distribution, keep the address in step, and return the temperature.

    ``logits`` has shape (symbols,). ``on_pick`` is called with the id of a symbol that is picked.
    """
    held = held_temperature()
    if address.is_news("temperature"):
        move_dial(key, held)
    order, scale = held_view("order"), held_view("scale")
    selected = None
    if keeps_symbol := on_pick is None:
        symbol = address.held(address.parameter("symbol", options=same(symbols)), "dial_symbol")
        selected = symbols.index(symbol) if symbol else None

    def viewed(order: str, scale: str, selected: int | None) -> None:
        st.session_state.dial_order, st.session_state.dial_scale = order, scale
        if keeps_symbol:
            st.session_state.dial_symbol = "" if selected is None else symbols[selected]

    temperature = temperature_dial(
        symbols=symbols,
        logits=logits.tolist(),
        temperature=held,
        key=key,
        maximum=MAXIMUM,
        on_pick=on_pick,
        order=order,
        scale=scale,
        selected=selected,
        on_view=viewed,
    )
    keep_temperature(temperature)
    return temperature


def held_view(name: str) -> str:
    """Return the order or the scale of the bars, the same wherever there are bars."""
    return str(address.held(name, f"dial_{name}"))


def choose_temperatures(container: DeltaGenerator) -> tuple[float, ...]:
    """Show a field for several temperatures and return them."""
    given = address.show(container.text_input, f"{FEWEST} to {MOST} temperatures", "temperatures")
    values = read_temperatures(str(given))
    if values is None:
        note(NO_TEMPERATURES)
    return values or SEVERAL


def read_temperatures(given: str) -> tuple[float, ...] | None:
    """Return the temperatures in a text, or None if they are not some that can be compared."""
    try:
        values = tuple(numbers_in(given))
    except ValueError:
        return None
    if not FEWEST <= len(values) <= MOST:
        return None
    return values if all(0 <= value <= MAXIMUM for value in values) else None


def choose_seed(container: DeltaGenerator) -> int:
    """Show the seed and return it."""
    return int(address.show(container.number_input, "Seed", "seed"))


def choose_length(container: DeltaGenerator, vocabulary: Vocabulary) -> int:
    """Show the length of a text in symbols and return it."""
    return int(address.show(container.number_input, of_units(vocabulary), "length", step=100))


def type_a_word(
    vocabulary: Vocabulary,
    logits: ArrayLike,
    temperature: float,
    *,
    written: Sequence[str],
    disabled: bool,
    on_take: Callable[[str], None],
) -> None:
    """Show a field for a word that has no bar, and which token the last one was taken for.

    ``logits`` are those of the next token, shape (symbols,), and ``written`` what precedes it.
    ``on_take`` is called with the token that a typed word is taken for.
    """

    def take() -> None:
        typed = str(st.session_state[_FIELD])
        if not typed.strip():
            return
        try:
            found = typed_token(vocabulary, typed, logits)
        except CharlstmError as error:
            # The word stays in the field, to be corrected.
            st.session_state[_ANSWER] = (tuple(written), str(error))
            return
        p = float(reweight(logits, temperature)[vocabulary.ids_of([found.symbol])[0]])
        words = typed_words(found, p, temperature, len(vocabulary))
        st.session_state[_ANSWER] = ((*written, found.symbol), words)
        st.session_state[_FIELD] = ""
        on_take(found.symbol)

    field, answer = in_row(2, 5)
    field.text_input(
        "Type any other word",
        key=_FIELD,
        max_chars=_LONGEST_WORD,
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
    position, words = st.session_state.get(_ANSWER, (None, ""))
    answer.caption(literal(words if position == tuple(written) else hint))


def typed_words(typed: Typed, p: float, temperature: float, symbols: int) -> str:
    """Return which token a typed word was taken for, and the token's probability ``p``.

    ``symbols`` is the size of the vocabulary.
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
