"""``python -m tests.benchmarks.tried``: writes the table of choice.csv into TRIED.md."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from tests.benchmarks.choose import EPOCHS, TABLE, VARIANTS

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
    text = PAGE.read_text(encoding="utf-8")
    marked = re.compile(r"<!-- table -->.*<!-- end -->", re.DOTALL)
    new = f"<!-- table -->\n{table()}\n<!-- end -->"
    PAGE.write_text(marked.sub(lambda _: new, text), encoding="utf-8")


if __name__ == "__main__":
    main()
