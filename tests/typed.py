"""What people type for several temperatures, and what is read."""

from __future__ import annotations

TEMPERATURES: list[tuple[str, tuple[float, ...] | None]] = [
    ("0.2,0.5", (0.2, 0.5)),
    ("0 2", (0.0, 2.0)),
    (" 1;  1.5 , 2", (1.0, 1.5, 2.0)),
    ("1", None),
    ("0,2; 1,2", (0.2, 1.2)),
    ("0,2;1,2", (0.2, 1.2)),
    ("0,2 1,2 1", (0.2, 1.2, 1.0)),
    ("0, 1, 2", (0.0, 1.0, 2.0)),
    ("0.2, 0.5,1", (0.2, 0.5, 1.0)),
    (".2 ,.5", (0.2, 0.5)),
    ("0,2", None),
    ("1,2", None),
    ("0,2,1,2", None),
    ("0,2, 1,2", None),
    ("0, 2; 1, 2", None),
    ("0, 2; 1,2", None),
    ("0.2; 1,2", None),
    ("0.2 1,2", None),
    ("0,2,5; 1", None),
]
