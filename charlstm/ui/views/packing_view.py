"""What a packed text looks like on a page: its sizes, its letters, and all who pack it.

Knows streamlit; every figure comes from charlstm.compression.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from charlstm.compression.baselines import AFTER, ALONE, Rounding, Row, comparison, pays_from
from charlstm.compression.packer import Packing
from charlstm.ui.charts.bar_charts import baselines_chart
from charlstm.ui.components.highlight import fraction_of_bits, letters
from charlstm.ui.figures import figure
from charlstm.ui.symbols import visible
from charlstm.ui.words import literal

MOST_LETTERS = 3000
_LETTERS_IN_VIEW, _LETTERS_HEIGHT = 500, 330
_LONG_ENOUGH = 10_000
"""Characters from which a rate is that of a program and no longer that of the head of its file."""

_HEAD = (
    "The head says which model unpacks the file, how long the text is, and how its SHA-256 begins."
)
_ROUNDED = (
    "The file is packed with the model's weights as integers, which changes this by {:+.4f}{}."
)

HINT = "The stronger the colour, the more bits. Point at a character, or walk with the arrow keys."


def show_sizes(packing: Packing, costs: Rounding) -> None:
    """Show what went in and what came out."""
    rate, characters = packing.bits_per_character, len(packing.text)
    per_character = (
        ("–", "of no characters")
        if rate is None
        else (f"{rate:.3f}", f"{packing.bits.sum() / characters:.3f} without the head")
    )
    read = costs.characters
    of_all = "" if read == characters else f", over {read:,} of {characters:,} characters"
    rounded = _ROUNDED.format(costs.cost, of_all) if read else None
    part = (
        f"{len(packing.data) / packing.plain_bytes:.0%}".replace("%", " %") if characters else "–"
    )
    shown = [
        ("The text", f"{packing.plain_bytes:,} bytes", f"{characters:,} characters", None),
        ("Packed", f"{len(packing.data):,} bytes", f"{packing.head} of them the head", _HEAD),
        ("Packed to", part, "of its size", None),
        ("Bits per character", *per_character, rounded),
    ]
    for container, (label, value, besides, hint) in zip(st.columns(len(shown)), shown, strict=True):
        container.metric(label, value, besides, help=hint, delta_color="off", delta_arrow="off")


def show_letters(packing: Packing) -> None:
    """Show the text, coloured by the bits that each character cost."""
    shown = packing.text[:MOST_LETTERS]
    bits = packing.bits[:MOST_LETTERS]
    height: Literal["content"] | int = (
        _LETTERS_HEIGHT if len(shown) > _LETTERS_IN_VIEW else "content"
    )
    with st.container(height=height, border=False):
        letters(
            "",
            list(shown),
            [fraction_of_bits(cost) for cost in bits],
            [
                f"“{visible(symbol)}”: {cost:.2f} bits"
                for symbol, cost in zip(shown, bits, strict=True)
            ],
            key="letters",
            label="The text, coloured by the bits that each character cost",
            hint=HINT,
        )
    if len(packing.text) > MOST_LETTERS:
        st.caption(f"The first {MOST_LETTERS:,} of {len(packing.text):,} characters.")


def show_text(text: str) -> None:
    """Show a text as it is, with its spaces and line ends: st.text would take some away."""
    style = (
        "font-family:'Source Serif',Georgia,serif;font-size:1.1rem;line-height:1.6;"
        "white-space:pre-wrap;overflow-wrap:anywhere"
    )
    with st.container(height=_LETTERS_HEIGHT, border=True):
        st.html(f'<div dir="auto" style="{style}">{html.escape(text)}</div>')


def show_baselines(rows: Sequence[Row], of_model: int, characters: int) -> None:
    """Show who packs best, and what each needs besides.

    Args:
        rows: All who packed the text.
        of_model: Which of them is the model that this page shows.
        characters: Of the text.
    """
    table = comparison(rows, characters)
    st.altair_chart(
        baselines_chart(table),
        width="stretch",
        alt="Bits per character of every way to pack the text; all figures are in the table below",
    )
    mine = rows[of_model]
    alone = min((row for row in rows if row.way == ALONE), key=lambda row: row.bits)
    length = pays_from(mine, alone, characters)
    sentences = [
        f"To unpack, the model must be at hand: {mine.needed:,} bytes, its weights as integers,"
        " packed by xz."
    ]
    if after := [row for row in rows if row.way == AFTER]:
        best = min(after, key=lambda row: row.bits)
        sentences.append(
            f"So must the training text where others learned from it: {best.needed:,} bytes by"
            f" {best.who}."
        )
    else:
        sentences.append(
            "The training text is not at hand, or too long for a page: so n-grams, which are"
            " counted on it, are missing here, and the others pack the text alone."
        )
    if characters >= _LONG_ENOUGH:
        sentences.append(
            f"With that counted, the model wins against {alone.who} on the text alone from"
            f" {figure(length)} characters like these on."
            if length < float("inf")
            else f"It does not win against {alone.who} on this text alone."
        )
    st.markdown(literal(" ".join(sentences)))
    with st.expander("All figures"):
        st.table(_for_people(table))
        if after:
            st.caption(
                literal(
                    f"“{AFTER}”: what both texts take together, less what the training text takes."
                    " gzip looks back 32 kB only. N-grams are counted on the training text, and"
                    " need no more than it."
                )
            )


def _for_people(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "who": table["who"],
            "how": table["way"],
            "bytes": [f"{value:,.0f}" for value in table["bytes"]],
            "bits per character": [f"{value:.3f}" for value in table["bits"]],
            "bytes needed besides": [f"{v:,}" if v else "–" for v in table["needed"]],
            "with these counted": [f"{value:,.3f}" for value in table["bits_in_all"]],
        }
    ).set_index("who")
