"""The distribution of one step after every stage: all symbols, one row of bars per stage."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from charlstm.analysis.distribution import likeliest_rows, probability_words
from charlstm.ui.components import component, sent
from charlstm.ui.components.dial import SCALES, most_bars
from charlstm.ui.text import spoken, visible
from charlstm.ui.theme import temperature_colour

_mount = component(
    "stage_view", "shared/probability.js", "shared/bars.js", "shared/picture.js", "shared/below.css"
)


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
    _mount(key=key, on_scale_change=scaled, data=data)


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
