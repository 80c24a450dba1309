"""What stands in the text files that pages give: several texts, one after the other, as written.

Pure text for a file; nothing is escaped, because a text file is read as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charlstm.exploring.compare import Comparison
from charlstm.exploring.timeline import Moment
from charlstm.runs.files import by_moment
from charlstm.ui.words import column_name


def compared_text(comparison: Comparison) -> str:
    """Return all columns of a comparison, each with its prompt."""
    return "\n".join(
        f"{column_name(comparison, number)}\n{comparison.prompt}{text}\n"
        for number, text in enumerate(comparison.texts)
    )


def samples_text(samples: Sequence[dict[str, Any]]) -> str:
    """Return all samples of a run, each with its prompt.

    Args:
        samples: As RunFolder.samples gives them.
    """
    return "\n".join(
        f"{moment_words(name)}, T = {line['temperature']:g}\n{line['prompt']}{line['text']}\n"
        for name, lines in by_moment(samples).items()
        for line in lines
    )


def moment_words(name: str) -> str:
    """Return when samples were written, as a heading; the name is that of by_moment."""
    return f"Epoch {name}" if name.isdecimal() else name.capitalize()


def film_text(moments: Sequence[Moment], prompt: str) -> str:
    """Return what every checkpoint wrote, or why it could not, each with its prompt."""
    return "\n".join(
        f"Step {moment.step}\n{moment.written.failure or prompt + moment.written.text}\n"
        for moment in moments
    )
