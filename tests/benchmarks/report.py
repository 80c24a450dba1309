"""Figures with their spread: printed as they come, and kept as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pandas as pd


@dataclass
class Report:
    """Rows of a table: what was measured, of whom, its median and range over repeats."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def row(self, what: str, who: str, values: Sequence[float], unit: str) -> None:
        """Add and print the median and the range of repeated measurements."""
        low, middle, high = min(values), median(values), max(values)
        self.rows.append(
            {"what": what, "who": who, "median": middle, "low": low, "high": high}
            | {"unit": unit, "n": len(values)}
        )
        shown = f"{middle:>12,.4g} {unit:<14} ({low:,.4g} to {high:,.4g}, n = {len(values)})"
        print(f"{what:<42} {who:<30}{shown}", flush=True)

    def ratio(self, what: str, who: str, ours: Sequence[float], peers: Sequence[float]) -> None:
        """Add ours over the peer's, pair by pair, as they were measured in turn."""
        self.row(what, who, [a / b for a, b in zip(ours, peers, strict=True)], "times")

    def write(self, path: Path) -> None:
        """Put the rows into a CSV, replacing those of the same ``what``."""
        new = pd.DataFrame(self.rows)
        if path.exists():
            old = pd.read_csv(path)
            new = pd.concat([old[~old["what"].isin(new["what"])], new])
        new.to_csv(path, index=False, float_format="%.6g")


def put_table(table: str, mark: str, page: Path) -> None:
    """Put a Markdown table between its mark and the next end in a page."""
    marked = re.compile(rf"<!-- {mark} -->.*?<!-- end -->", re.DOTALL)
    new = f"<!-- {mark} -->\n{table}\n<!-- end -->"
    page.write_text(marked.sub(lambda _: new, page.read_text("utf-8")), encoding="utf-8")
