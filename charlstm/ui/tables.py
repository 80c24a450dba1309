"""Tables of all the numbers: how a column of probabilities is shown in them.

Knows streamlit's columns; a table keeps every digit of what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

DIGITS = "%.9f"


def probability_columns(names: Iterable[str]) -> dict[str, Any]:
    """Return the configuration of columns of probabilities: nine digits each, all of one length."""
    return {name: st.column_config.NumberColumn(format=DIGITS) for name in names}
