"""The distribution of one step after every stage: all symbols, one row of bars per stage."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from charlstm.analysis.distribution import likeliest_rows
from charlstm.ui.colour import temperature_colour
from charlstm.ui.components.dial import SCALES, most_bars
from charlstm.ui.components.mount import component, sent
from charlstm.ui.strategy_words import stage_facts, symbol_words
from charlstm.ui.symbols import visible

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
    for position, (name, facts) in enumerate(zip(names, stage_facts(summary), strict=True)):
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
        "said": symbol_words(table),
        "stages": stages,
    }
    _mount(key=key, on_scale_change=scaled, data=data)
