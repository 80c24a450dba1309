"""The written text, revealed character by character in the browser.

Knows how to mount the component; knows nothing of models or of how the text was drawn, and hears
nothing back.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from charlstm.ui.colour import temperature_colour

_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "charlstm_reveal_text",
    html=(_HERE / "reveal.html").read_text(encoding="utf-8"),
    css=(_HERE / "reveal.css").read_text(encoding="utf-8"),
    js=(_HERE / "reveal.js").read_text(encoding="utf-8"),
)


def reveal_text(
    *, prompt: str, text: str, temperature: float, key: str, token: str, asked: int = 0
) -> None:
    """Show a prompt and, directly after it, the text written from it as it appears.

    Args:
        prompt: What the text goes on from; shown at once, set apart by weight.
        text: The written text, any characters; never read as Markdown or HTML.
        temperature: What it was written at; colours the edge.
        key: Names this text's place on the page.
        token: Names this text: with the same token a rerun leaves the reading where it is, with a
            new one it starts from the first character.
        asked: How often a text was asked for by now; the page scrolls to it when this has grown.
    """
    _mount(
        key=key,
        data={
            "prompt": prompt,
            "text": text,
            "colour": temperature_colour(temperature),
            "key": key,
            "token": token,
            "asked": asked,
        },
    )
