"""``python -m tests.benchmarks.tried``: writes the table of choice.csv into TRIED.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.benchmarks.choose import EPOCHS, TABLE, VARIANTS
from tests.benchmarks.report import put_table

PAGE = Path(__file__).with_name("TRIED.md")


def table() -> str:
    """Return the variants as a Markdown table: losses after the first and the last epoch."""
    found = pd.read_csv(TABLE)
    lines = [
        f"| as the first row, but | after 1 epoch | after {EPOCHS} epochs | lowest to highest |",
        "|---|---|---|---|",
    ]
    for variant in VARIANTS:
        losses = found[found["variant"] == variant].set_index("epoch")["nats"]
        last = losses.loc[[EPOCHS]]
        lines.append(
            f"| {variant} | {losses.loc[[1]].mean():.3f} | {last.mean():.3f} |"
            f" {last.min():.3f} to {last.max():.3f} (n = {len(last)}) |"
        )
    return "\n".join(lines)


def main() -> None:
    """Put the table between its two marks."""
    put_table(table(), "table", PAGE)


if __name__ == "__main__":
    main()
