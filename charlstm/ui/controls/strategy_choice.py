"""The choice of strategies, in the order in which they act."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.sampling.strategies import KINDS, MOST_STRATEGIES, Strategy, strategy_names, tidy
from charlstm.ui import address
from charlstm.ui.views import link

NONE = "–"
KEY = "strategy"


def choose_strategies(
    containers: Sequence[DeltaGenerator], before: str = "arrow_back"
) -> tuple[Strategy, ...]:
    """Show one choice in each of MOST_STRATEGIES containers; return the strategies in order.

    ``before`` is the icon that points from one container to the one before it.
    """
    _read_address()
    rows = [_choose(container, row, before) for row, container in enumerate(containers)]
    chosen = tuple(filter(None, rows))
    address.keep(KEY, chosen)
    return chosen


def strategy_popover(container: DeltaGenerator) -> tuple[Strategy, ...]:
    """Show the choices behind one button that names the strategies, and return them."""
    _read_address()
    held = filter(None, map(_held, range(MOST_STRATEGIES)))
    names = ", ".join(strategy_names(list(held)))
    with container.popover(f"Strategy: {names}" if names else "Strategy", width="stretch"):
        st.markdown("These act after the temperature, in this order:")
        containers = [st.container() for _ in range(MOST_STRATEGIES)]
        chosen = choose_strategies(containers, "arrow_upward")
        if chosen:
            link(st.container(), "See what each of them cuts", "strategies", **address.whole())
    return chosen


def _choose(column: DeltaGenerator, row: int, before: str) -> Strategy | None:
    line = column.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False)
    kind = line.selectbox(
        f"Stage {row + 1}",
        [NONE, *KINDS],
        key=f"stage_{row}",
        help="  \n".join(kind_words(kind) for kind in KINDS) if row == 0 else None,
    )
    if kind != NONE and (number := KINDS[kind].number) is not None:
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
            on_click=_exchange,
            args=(row - 1, row),
            disabled=kind == NONE,
        )
    return _held(row)


def kind_words(kind: str) -> str:
    """Return what a strategy keeps and its source, for Markdown."""
    return f"{kind} keeps {KINDS[kind].keeps}. Source: {KINDS[kind].source}."


def _read_address() -> None:
    """Set the controls to the strategies of the address, unless a person chose others."""
    if f"stage_{0}" not in st.session_state or address.is_news(KEY):
        strategies = address.read(KEY)
        for row in range(MOST_STRATEGIES):
            _set(row, strategies[row] if row < len(strategies) else None)


def _exchange(one: int, other: int) -> None:
    first, second = _held(one), _held(other)
    _set(one, second)
    _set(other, first)


def _held(row: int) -> Strategy | None:
    """Return the strategy that the controls of a stage hold."""
    kind = st.session_state[f"stage_{row}"]
    if kind == NONE:
        return None
    number = KINDS[kind].number
    usual = 1.0 if number is None else number.usual
    return kind, tidy(float(st.session_state.get(f"stage_{row}_{kind}", usual)))


def _set(row: int, strategy: Strategy | None) -> None:
    st.session_state[f"stage_{row}"] = NONE if strategy is None else strategy[0]
    if strategy is not None:
        kind, number = strategy
        st.session_state[f"stage_{row}_{kind}"] = _typed(kind, number)


def _typed(kind: str, number: float) -> float:
    whole = KINDS[kind].number
    return int(number) if whole is not None and whole.whole else float(number)
