"""The HTML of a text on a page, escaped: a sample with its temperature, a box that scrolls.

Pure text; what comes from a user or a model is shown literally.
"""

from __future__ import annotations

import html

from charlstm.ui.text import Spans, marked_html
from charlstm.ui.theme import temperature_colour


def sample_card(text: str, temperature: float, invented: Spans = (), prompt: str = "") -> str:
    """Return the HTML of one sample: its temperature, and what was written, escaped.

    Args:
        text: What was written.
        temperature: At which.
        invented: Start and end of each invented word in the text; they are underlined.
        prompt: What it goes on from; shown before it, apart by weight.
    """
    colour = temperature_colour(temperature)
    marked = marked_html(text, invented=invented)
    if prompt:
        marked = f'<span class="prompt-read">{marked_html(prompt)}</span>{marked}'
    return (
        f'<section style="border-left:4px solid {colour};padding:.1rem 0 .1rem .9rem">'
        f'<div style="color:{colour};font-weight:700;font-size:1.15rem">T = {temperature:g}</div>'
        '<div dir="auto" style="font-family:\'Source Serif\',Georgia,serif;font-size:1.02rem;'
        f'line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere">{marked}</div></section>'
    )


def text_box(text: str, label: str = "The beginning of the text") -> str:
    """Return the HTML of a text in a low box that is scrolled by mouse and by keyboard, escaped."""
    return (
        '<div class="text-box" dir="auto" tabindex="0" role="region"'
        f' aria-label="{html.escape(label)}"'
        ' style="height:150px;overflow:auto;padding:.6rem .9rem;border:1px solid color-mix(in srgb,'
        " currentcolor 20%, transparent);border-radius:.3rem;white-space:pre-wrap;"
        f'overflow-wrap:anywhere">{html.escape(text)}</div>'
    )
