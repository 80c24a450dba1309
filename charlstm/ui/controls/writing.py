"""How a text is drawn: the temperature, the strategies, the seed, the length.

A page has one temperature: the dial, the address and all texts use it.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.compare import (
    FEWEST,
    MAXIMUM,
    MOST,
    NO_TEMPERATURES,
    SEVERAL,
    numbers_in,
)
from charlstm.sampling.strategies import KINDS, MOST_STRATEGIES, Strategy, strategy_names, tidy
from charlstm.ui import address
from charlstm.ui.components import component, dial_data, is_old_browser
from charlstm.ui.text import of_units
from charlstm.ui.views import link
from charlstm.ui.visit import note

USUAL_LENGTH = 200
"""Symbols of a text that is changed by hand."""

NO_STRATEGY = "–"

_mount_dial = component("dial")


def choose_temperature(container: DeltaGenerator, *, step: float = 0.01) -> float:
    """Show the temperature of the page as a dial without a distribution, and return it.

    The slider moves in steps; any temperature can be typed. The address follows once the dial is
    at rest.
    """
    if is_old_browser():
        return temperature_input(container)
    words, revision = address.exchange("dial", ["temperature"])
    data = {"words": words, "revision": revision, "step": step}
    with container:
        _mount_dial(key="dial", data=data | dial_data())
    return float(address.read("temperature"))


def temperature_input(container: DeltaGenerator) -> float:
    """Show the temperature as a number, for a browser that cannot show the dial; return it."""
    widget = container.number_input
    return float(address.show(widget, "Temperature", "temperature", step=0.1, format="%.4g"))


def choose_temperatures(container: DeltaGenerator) -> tuple[float, ...]:
    """Show a field for several temperatures and return them."""
    given = address.show(container.text_input, f"{FEWEST} to {MOST} temperatures", "temperatures")
    values = read_temperatures(str(given))
    if values is None:
        note(NO_TEMPERATURES)
    return values or SEVERAL


def read_temperatures(given: str) -> tuple[float, ...] | None:
    """Return the temperatures in a text, or None if they cannot be compared."""
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
    length = address.parameter("length")
    if length.default is None:  # on By hand it depends on the text
        length = address.parameter("length", default=USUAL_LENGTH)
    return int(address.show(container.number_input, of_units(vocabulary), length, step=100))


def choose_strategies(
    containers: Sequence[DeltaGenerator], before: str = "arrow_back"
) -> tuple[Strategy, ...]:
    """Show one choice in each of MOST_STRATEGIES containers; return the strategies in order.

    ``before`` is the icon that points from one container to the one before it.
    """
    _read_address()
    rows = [_choose_stage(container, row, before) for row, container in enumerate(containers)]
    chosen = tuple(filter(None, rows))
    address.keep("strategy", chosen)
    return chosen


def strategy_popover(container: DeltaGenerator) -> tuple[Strategy, ...]:
    """Show the choices behind one button that names the strategies, and return them."""
    _read_address()
    held = filter(None, map(_held_in, range(MOST_STRATEGIES)))
    names = ", ".join(strategy_names(list(held)))
    with container.popover(f"Strategy: {names}" if names else "Strategy", width="stretch"):
        st.markdown("These act after the temperature, in this order:")
        containers = [st.container() for _ in range(MOST_STRATEGIES)]
        chosen = choose_strategies(containers, "arrow_upward")
        if chosen:
            link(st.container(), "See what each of them cuts", "strategies", **address.whole())
    return chosen


def _choose_stage(column: DeltaGenerator, row: int, before: str) -> Strategy | None:
    line = column.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False)
    kind = line.selectbox(
        f"Stage {row + 1}",
        [NO_STRATEGY, *KINDS],
        key=f"stage_{row}",
        help="  \n".join(kind_words(kind) for kind in KINDS) if row == 0 else None,
    )
    if kind != NO_STRATEGY and (number := KINDS[kind].number) is not None:
        st.session_state.setdefault(f"stage_{row}_{kind}", _typed(kind, number.usual))
        line.number_input(
            f"{kind} of stage {row + 1}",
            _typed(kind, number.low),
            _typed(kind, number.high),
            step=_typed(kind, 1 if number.whole else 0.05),
            format="%d" if number.whole else "%g",
            key=f"stage_{row}_{kind}",
            label_visibility="collapsed",
            width=92,
        )
    if row:
        line.button(
            f"Stage {row + 1} earlier",
            icon=f":material/{before}:",
            key=f"icon_stage_{row}_earlier",
            help=f"Let stage {row + 1} act before stage {row}",
            on_click=_exchange_stages,
            args=(row - 1, row),
            disabled=kind == NO_STRATEGY,
        )
    return _held_in(row)


def kind_words(kind: str) -> str:
    """Return what a strategy keeps and its source, for Markdown."""
    return f"{kind} keeps {KINDS[kind].keeps}. Source: {KINDS[kind].source}."


def _read_address() -> None:
    """Set the controls to the strategies of the address, unless a person chose others."""
    if f"stage_{0}" not in st.session_state or address.is_news("strategy"):
        strategies = address.read("strategy")
        for row in range(MOST_STRATEGIES):
            _set_stage(row, strategies[row] if row < len(strategies) else None)


def _exchange_stages(one: int, other: int) -> None:
    first, second = _held_in(one), _held_in(other)
    _set_stage(one, second)
    _set_stage(other, first)


def _held_in(row: int) -> Strategy | None:
    """Return the strategy that the controls of a stage hold."""
    kind = st.session_state[f"stage_{row}"]
    if kind == NO_STRATEGY:
        return None
    number = KINDS[kind].number
    usual = 1.0 if number is None else number.usual
    return kind, tidy(float(st.session_state.get(f"stage_{row}_{kind}", usual)))


def _set_stage(row: int, strategy: Strategy | None) -> None:
    st.session_state[f"stage_{row}"] = NO_STRATEGY if strategy is None else strategy[0]
    if strategy is not None:
        kind, number = strategy
        st.session_state[f"stage_{row}_{kind}"] = _typed(kind, number)


def _typed(kind: str, number: float) -> float:
    whole = KINDS[kind].number
    return int(number) if whole is not None and whole.whole else float(number)
