"""``python -m tests.benchmarks.readme``: writes the tables of figures, presets and settings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from charlstm.analysis.curves import speed_table
from charlstm.settings import FIELDS
from charlstm.ui.text import figure
from tests.benchmarks import presets
from tests.benchmarks.report import put_table
from tests.benchmarks.running import ROOT

_TO, _AFTER = "training to 1.56 nats, held out", "held-out window loss after 60 s"
_SPEED, _BOOK = "tbptt training, batch 32 x 60", "book recipe, a step of 128 windows"
_WRITING, _CLICKS = "writing", "answers while a training runs"
_MEMORY = "peak memory of a training"
_START, _SEED = "click on Start to the first point", "the notebook's program"
ROWS: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "time of training to a held-out window loss of 1.56 nats",
        [("charlstm", _TO, "charlstm"), ("PyTorch with this recipe", _TO, "PyTorch, same recipe"),
         ("PyTorch with its usual embedding", _TO, "PyTorch, embedding"),
         ("Keras", _TO, "Keras, same recipe"), ("the notebook", _TO, _SEED)],
    ),
    (
        "held-out window loss after a minute of training",
        [("charlstm", _AFTER, "charlstm"), ("PyTorch", _AFTER, "PyTorch, same recipe"),
         ("Keras", _AFTER, "Keras, same recipe")],
    ),
    (
        "characters learned per second, batch 32",
        [("charlstm", _SPEED, "charlstm"), ("PyTorch", _SPEED, "torch.nn.LSTM, one-hot"),
         ("Keras", _SPEED, "keras.layers.LSTM")],
    ),
    (
        "one step of the book recipe",
        [("charlstm", _BOOK, "charlstm"), ("PyTorch", _BOOK, "torch.nn.LSTM, one-hot"),
         ("the notebook", _BOOK, _SEED)],
    ),
    (
        "characters written per second, one text",
        [("charlstm in float64", _WRITING, "one stream, state carried, float64"),
         ("PyTorch in float32", _WRITING, "torch.nn.LSTMCell, one stream, float32"),
         ("the notebook", _WRITING, _SEED)],
    ),
    (
        "characters written per second, 41 texts at once, float32",
        [("charlstm", _WRITING, "41 streams, state carried, float32"),
         ("PyTorch", _WRITING, "torch.nn.LSTMCell, 41 streams, float32")],
    ),
    (
        "characters written per second, each from the last 60 alone",
        [("float32", _WRITING, "one stream, exact window, float32"),
         ("float64", _WRITING, "one stream, exact window, float64")],
    ),
    (
        "click on Start to the first point of the curve",
        [("cold", _START, "cold"), ("prepared", _START, "with a process kept warm")],
    ),
    (
        "answers while a training keeps the cores busy, 95 % within",
        [("dial let go", _CLICKS, "dial released, training: 95 % within"),
         ("page clicked", _CLICKS, "page clicked, training: 95 % within")],
    ),
    (
        "peak memory of a training",
        [("charlstm", _MEMORY, "charlstm, tbptt"), ("the notebook", _MEMORY, _SEED)],
    ),
]  # fmt: skip
IN_README = (0, 2, 4, 5, 7, 9)
"""Which of the rows stand in the project's README."""


def table(rows: Sequence[int] = range(len(ROWS))) -> str:
    """Return the rows as a Markdown table: the median, and the range where there are repeats."""
    found = speed_table()
    lines = ["| two cores, no graphics card | |", "|---|---|"]
    for title, cells in (ROWS[row] for row in rows):
        shown = [f"{who} {_cell(found, what, name)}" for who, what, name in cells]
        lines.append(f"| {title} | {'; '.join(shown)} |")
    return "\n".join(lines)


def _cell(found: pd.DataFrame, what: str, who: str) -> str:
    row = found[(found["what"] == what) & (found["who"] == who)].iloc[0]
    unit = "" if row["unit"] == "characters/s" else f" {row['unit']}"
    spread = f" ({figure(row['low'])} to {figure(row['high'])})" if row["n"] > 1 else ""
    return f"**{figure(row['median'])}{unit}**{spread}"


def settings_table() -> str:
    """Return what each setting of a training can be, as a Markdown table."""
    lines = ["| setting | limits | default | option | what it does |", "|---|---|---|---|---|"]
    for field in FIELDS.values():
        limits, option = field.limits, f"`{field.options[0]}`"
        if field.high_on_page is not None:
            limits += f" ({field.high_on_page:,} on the page)"
        default = {"None": "none", "True": "on", "False": "off"}.get(
            f"{field.default}", f"{field.default}"
        )
        cells = (field.spoken, limits, default, option, field.help)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Put each table between its two marks."""
    put_table(table(IN_README), "speed", ROOT / "README.md")
    put_table(table(), "figures", ROOT / "tests/benchmarks/README.md")
    put_table(presets.table(), "presets", presets.PAGE)
    put_table(settings_table(), "settings", ROOT / "charlstm/settings/README.md")


if __name__ == "__main__":
    main()
