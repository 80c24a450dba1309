"""The numbers on a page, and those that the Python API gives.

``numbers_on`` collects every number that stands in a page's sentences, metrics, choices and tables;
``explained`` takes those that one line of the Python API gives, written as the page writes them.
What is left over on either side fails a test that compares them.
"""

from __future__ import annotations

import io
import re

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

import charlstm
from tests.pages.opened import prose, read, said


def numbers(text: str) -> list[str]:
    """Return the numbers in a text, as they are written."""
    return re.findall(r"∞|\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[+-]?\d+)?", text)


def numbers_on(app: AppTest) -> set[str]:
    """Return every number of a page outside its tables, charts and written texts."""
    metrics = [f"{each.label} {each.value} {each.delta or ''}" for each in app.metric]
    options = [read(option) for each in app.radio for option in each.options]
    expanders = [each.label for each in app.expander]
    headings = [each.value for each in [*app.title, *app.header, *app.subheader]]
    others = map(read, metrics + options + expanders + headings)
    return set(numbers(" ".join([said(app), prose(app), *others])))


def explained(*sentences: str) -> set[str]:
    """Return every number in sentences made of what the API gives."""
    return set(numbers(" ".join(sentences)))


def model_words(model: charlstm.LanguageModel) -> str:
    return f"{model.step:,} {len(model.vocabulary)}"


def chart_data(app: AppTest, position: int = 0) -> pd.DataFrame:
    """Return the largest table that a chart of Altair's is drawn from."""
    chart = app.get("vega_lite_chart")[position].proto
    tables = [
        pa.ipc.open_stream(io.BytesIO(each.data.data)).read_pandas() for each in chart.datasets
    ]
    return max(tables, key=len)


def same(shown: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Check that the numbers of two tables are the same, to the last bit."""
    for name in expected.columns:
        if pd.api.types.is_numeric_dtype(expected[name]):
            assert shown[name].tolist() == pytest.approx(
                expected[name].tolist(), abs=0, nan_ok=True
            )
