"""Distributions as bars: the temperature dial, and the stages that cut one step's distribution.

The dial is redrawn in the browser on dragging. Both the page and the person set the temperature;
this module decides whose value is the newest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import likeliest_rows, probability_words
from charlstm.data.symbols import spoken, visible
from charlstm.ui.components import component, on_numbers, sent
from charlstm.ui.theme import temperature_colour, temperature_scale

MOST_BARS = 60
"""Of a model of words the likeliest are shown one by one, and all others as one bar."""

ORDERS, SCALES = ("probability", "alphabet"), ("linear", "log")

_mount = component("dial", "shared/below.css")
_mount_stages = component("stage_view", "shared/below.css")


def temperature_dial(
    *,
    symbols: Sequence[str],
    logits: Sequence[float],
    temperature: float,
    key: str,
    maximum: float = 2.0,
    on_pick: Callable[[int], None] | None = None,
    compact: bool = False,
    order: str = "probability",
    scale: str = "linear",
    selected: int | None = None,
    on_view: Callable[[str, str, int | None], None] | None = None,
) -> float:
    """Show the dial with the distribution it acts on, and return where it was last let go.

    Pass back what was returned last, and nothing jumps. Any temperature that was neither passed
    nor returned in the run before moves the dial; `move_dial` moves it in every case.

    The symbols are the vocabulary in its own order, with one logit each (minus infinity excludes a
    symbol, anything else must be finite). Of tokens the likeliest MOST_BARS have a bar each, and
    all others together one more. ``on_pick`` is called with the id of a symbol whose bar is clicked
    or whose character is typed; a click then no longer selects a bar for the formula. ``selected``
    is the id of the symbol of the formula, None for the likeliest, and ``on_view`` is called with
    order, scale and that id when the person chooses others. A compact dial is the slider alone.
    """
    memory = _memory(key)
    if key not in st.session_state:
        memory.update(asked=None, shown=None)  # a new dial: nothing from before counts
    shown = _newest(memory, _clamped(temperature, maximum), _let_go(key, maximum))
    count = len(symbols)

    def viewed() -> None:
        view = sent(key, "viewed")
        asked = view if isinstance(view, dict) else {}
        order, scale, index = (asked.get(name) for name in ("order", "scale", "selected"))
        symbol = int(index) if isinstance(index, int | float) and 0 <= index < count else None
        if on_view and order in ORDERS and scale in SCALES:
            on_view(str(order), str(scale), symbol)

    _mount(
        key=key,
        on_picked_change=on_numbers(key, "picked", count, call=on_pick),
        on_viewed_change=viewed,
        data={
            "symbols": list(symbols),
            "picks": on_pick is not None,
            "labels": [visible(symbol) for symbol in symbols],
            "names": [spoken(symbol) for symbol in symbols],
            "unit": unit_of(symbols),
            "logits": [_for_json(float(logit)) for logit in logits],
            "temperature": shown,
            "revision": memory["revision"],
            "maximum": maximum,
            "colours": temperature_scale(),
            "compact": compact,
            "order": order,
            "scale": scale,
            "selected": selected,
        },
    )
    return shown


def most_bars(symbols: Sequence[str]) -> int | None:
    """Return how many symbols of a vocabulary have a bar of their own, or None where all have."""
    are_words = unit_of(symbols) == "token"
    return MOST_BARS if are_words and len(symbols) > MOST_BARS else None


def unit_of(symbols: Sequence[str]) -> str:
    """Return what a symbol of a vocabulary is called: "character", or of words "token"."""
    return "token" if any(len(symbol) > 1 for symbol in symbols) else "character"


def move_dial(key: str, temperature: float) -> None:
    """Turn the dial to a temperature, whatever it was passed before; call it before mounting.

    For a button or link whose temperature may be the very one that the page passed before the
    person turned the dial away from it.
    """
    _memory(key).update(moved=temperature)


# Streamlit cannot write a component's state from Python so that the browser learns of it: the
# browser sends its old state again with the next rerun. So every turn of the dial carries the
# revision of Python's last value, and a turn with an older revision does not count.


def _memory(key: str) -> dict[str, Any]:
    """Return what this session remembers of one dial.

    It is what the page asked for and what was shown in the last run, where `move_dial` wants the
    dial since, and the revision of Python's last value.
    """
    blank = {"asked": None, "shown": None, "moved": None, "revision": 0}
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}: dial memory", blank)
    return memory


def _newest(memory: dict[str, Any], asked: float, let_go: tuple[float, int] | None) -> float:
    """Return the temperature to show, given what the page passes now, and remember it."""
    moved = memory["moved"]
    if moved is not None or asked not in (memory["asked"], memory["shown"]):
        memory["revision"] += 1
        memory["shown"] = asked if moved is None else moved
    elif let_go is not None and let_go[1] == memory["revision"]:
        memory["shown"] = let_go[0]
    memory["asked"], memory["moved"] = asked, None
    return float(memory["shown"])


def _let_go(key: str, maximum: float) -> tuple[float, int] | None:
    """Return the temperature at which the person let go, and the revision that it answers."""
    turned = sent(key, "temperature")
    if not isinstance(turned, dict):
        return None
    return _clamped(float(turned["value"]), maximum), int(turned["revision"])


def _clamped(temperature: float, maximum: float) -> float:
    return min(max(float(temperature), 0.0), maximum)


def _for_json(logit: float) -> float | None:
    # JSON has no infinities: the browser reads null as minus infinity.
    if logit == -math.inf:
        return None
    if not math.isfinite(logit):
        raise ValueError(f"A logit is a number or minus infinity, not {logit}.")
    return logit


def stage_view(
    table: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    temperature: float,
    scale: str,
    key: str,
    on_scale: Callable[[str], None],
) -> None:
    """Show what each stage cut and what is left, as stage_table and stage_summary give it.

    The scale is that of the bars' lengths, one of SCALES; on_scale is called with the one that the
    person chooses.
    """
    if (most := most_bars(table["symbol"].tolist())) is not None:
        table = likeliest_rows(table, most)

    def scaled() -> None:
        chosen = sent(key, "scale")
        if chosen in SCALES:
            on_scale(str(chosen))

    names = summary["stage"].tolist()
    stages = []
    for position, (name, facts) in enumerate(zip(names, _stage_facts(summary), strict=True)):
        here, cut_by = table[name], table["cut_by"]
        # A symbol that the stage cut has the probability that it had before.
        shown = here.where(cut_by != name, table[names[position - 1]]) if position else here
        states = [
            "left" if p > 0 else "cut" if by == name else "gone"
            for p, by in zip(here, cut_by, strict=True)
        ]
        stages.append(
            {
                "title": name,
                "facts": facts,
                "colour": temperature_colour(temperature if position else 1.0),
                "states": states,
                "shown": shown.astype(float).tolist(),
            }
        )
    data = {
        "scale": scale,
        "words": most is not None,
        "labels": [visible(symbol) for symbol in table["symbol"]],
        "said": _symbol_words(table),
        "stages": stages,
    }
    _mount_stages(key=key, on_scale_change=scaled, data=data)


def _stage_facts(summary: pd.DataFrame) -> list[list[str]]:
    """Return the figures of each row of a stage_summary as phrases."""
    symbols = int(summary["left"].iloc[0])
    found = [[f"{symbols} symbols", f"{summary['entropy_after'].iloc[0]:.2f} bits"]]
    for position, row in enumerate(summary.iloc[1:].to_dict("records")):
        bits = f"{row['entropy_before']:.2f} → {row['entropy_after']:.2f} bits"
        if position == 0:
            found.append([bits])
            continue
        mass = probability_words(row["cut_mass"])
        cut = f"cuts {row['cut']}, {mass}" if row["cut"] else "cuts nothing"
        found.append([cut, f"leaves {row['left']}", bits])
    return found


def _symbol_words(table: pd.DataFrame) -> list[str]:
    """Return a sentence for each symbol of a stage_table: its probability after every stage."""
    names = [each for each in table.columns if each not in ("symbol", "cut_by")]
    sentences = []
    for row in table.to_dict("records"):
        parts = [f"{probability_words(row[names[0]])} in the model"]
        for stage in names[1:]:
            if row["cut_by"] == stage:
                parts.append(f"cut by {stage}")
                break
            parts.append(f"{probability_words(row[stage])} after {stage}")
        label = visible(row["symbol"])
        sentences.append(f"“{label}” ({spoken(row['symbol'])}): {', '.join(parts)}")
    return sentences
