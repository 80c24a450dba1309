"""Written text as HTML with marked stretches: invented words underlined, copies on a ground.

Pure text: what comes from a model is escaped. The looks of the classes are in style.py.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import pairwise

Spans = Sequence[tuple[int, int]]

INVENTED, COPIED = "invented", "copied"
_TITLES = {
    INVENTED: "invented: in neither the corpus nor an English word list",
    COPIED: "copied from the corpus",
}


def marked_html(text: str, *, invented: Spans = (), copied: Spans = ()) -> str:
    """Return text as HTML, its stretches in spans with a class and a title.

    Args:
        text: Any characters.
        invented: Start and end of each invented word.
        copied: Start and end of each copied passage.
    """
    kinds = {INVENTED: invented, COPIED: copied}
    edges = {0, len(text), *(edge for spans in kinds.values() for span in spans for edge in span)}
    positions = sorted(edge for edge in edges if 0 <= edge <= len(text))
    pieces = []
    for start, end in pairwise(positions):
        here = [kind for kind, spans in kinds.items() if any(s <= start < e for s, e in spans)]
        piece = html.escape(text[start:end])
        if here:
            title = "; ".join(_TITLES[kind] for kind in here)
            piece = f'<span class="{" ".join(here)}" title="{title}">{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)
