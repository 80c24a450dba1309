"""The distribution of one step after every stage: all symbols, one row of bars per stage.

Knows how to mount the component; every figure comes from charlstm.analysis.distribution.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import likeliest_rows, probability_words
from charlstm.ui.components.dial import SCALES, most_bars
from charlstm.ui.components.mount import component
from charlstm.ui.text import spoken, visible
from charlstm.ui.theme import temperature_colour

_mount = component(
    "stage_view",
    scripts=(
        "shared/probability.js",
        "shared/bars.js",
        "shared/picture.js",
        "stage_view/stage_picture.js",
    ),
)

LEFT, CUT, GONE = "left", "cut", "gone"


def stage_view(
    table: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    temperature: float,
    scale: str,
    key: str,
    on_scale: Callable[[str], None],
) -> None:
    """Show what each stage cut and what is left.

    Args:
        table: As stage_table gives it.
        summary: As stage_summary gives it, of the same distribution.
        temperature: Colours the bars, as everywhere.
        scale: What the lengths of the bars mean, one of SCALES.
        key: Names this view among the page's widgets.
        on_scale: Called with the scale when the person chooses another.
    """
    if (most := most_bars(table["symbol"].tolist())) is not None:
        table = likeliest_rows(table, most)

    def scaled() -> None:
        chosen = getattr(st.session_state.get(key), "scale", None)
        if chosen in SCALES:
            on_scale(str(chosen))

    names = summary["stage"].tolist()
    _mount(
        key=key,
        on_scale_change=scaled,
        data={
            "scale": scale,
            "words": most is not None,
            "labels": [visible(symbol) for symbol in table["symbol"]],
            "said": _symbol_words(table),
            "stages": [
                {
                    "title": name,
                    "facts": facts,
                    "colour": temperature_colour(temperature if position else 1.0),
                    "states": _states(table, name),
                    "shown": _shown(table, names, position),
                }
                for position, (name, facts) in enumerate(
                    zip(names, _stage_facts(summary), strict=True)
                )
            ],
        },
    )


def _states(table: pd.DataFrame, stage: str) -> list[str]:
    """Return for every symbol whether it is left after a stage, cut by it, or gone before."""
    rows = zip(table[stage], table["cut_by"], strict=True)
    return [LEFT if p > 0 else CUT if by == stage else GONE for p, by in rows]


def _shown(table: pd.DataFrame, names: list[str], position: int) -> list[float]:
    """Return the probability that each symbol has after a stage, or had if that stage cut it."""
    if position == 0:
        return [float(p) for p in table[names[0]]]
    here, before = table[names[position]], table[names[position - 1]]
    cut = table["cut_by"] == names[position]
    return [float(p) for p in here.where(~cut, before)]


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
    said = []
    for row in table.to_dict("records"):
        parts = [f"{probability_words(row[names[0]])} in the model"]
        for stage in names[1:]:
            if row["cut_by"] == stage:
                parts.append(f"cut by {stage}")
                break
            parts.append(f"{probability_words(row[stage])} after {stage}")
        label = visible(row["symbol"])
        said.append(f"“{label}” ({spoken(row['symbol'])}): {', '.join(parts)}")
    return said
