"""Probabilities are written in the browser as they are in Python."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Page

from charlstm import path_words, probability_words
from charlstm.analysis.distribution import power_words
from charlstm.ui.text import figure
from tests.browser.driving import ROOT

MODULE = ROOT / "charlstm/ui/components/shared/probability.js"
RULE = MODULE.read_text(encoding="utf-8").replace("export ", "")


def test_both_write_the_same(page: Page) -> None:
    rng = np.random.default_rng(0)
    tiny = 10 ** rng.uniform(-12, 0, 4000)
    edges = [0.5, 0.995, 0.0995, 0.00995, 0.0001, 1e-6, 1 / 99_500, 0.9995, 0.99995, 1.0, 0.0]
    near = [np.nextafter(edge, way) for edge in edges for way in (0, 1)]
    ties = np.arange(1, 2**12) / 2**12
    grid = np.arange(20_000) / 20_000
    values = [float(p) for p in [*tiny, *(1 - tiny), *edges, *near, *ties, *grid, 5e-324]]
    script = f"(values) => {{ {RULE}; return values.map(probabilityWords); }}"
    assert page.evaluate(script, values) == [probability_words(p) for p in values]
    powers = [3.1e-300, -2.26e-5, 1.5e7, -9.99e20]
    script = f"(values) => {{ {RULE}; return values.map(powerOfTen); }}"
    assert page.evaluate(script, powers) == [power_words(value) for value in powers]


def test_paths_and_measured_numbers_too(page: Page) -> None:
    rng = np.random.default_rng(1)
    paths = [float(log2) for log2 in [*-(10 ** rng.uniform(-3, 5, 3000)), -999.9, -1000.1, -0.0]]
    script = f"(values) => {{ {RULE}; return values.map(pathWords); }}"
    assert page.evaluate(script, paths) == [path_words(log2) for log2 in paths]
    values = [float(bits) for bits in 10 ** rng.uniform(-9, 7, 3000)]
    values += [0.0, 99.95, 99.96, 100.0, 0.00012, 1234.5, 12.0]
    script = f"(values) => {{ {RULE}; return [...values.map(figure), figure(Infinity)]; }}"
    expected = [figure(value) for value in [*values, np.inf]]
    assert page.evaluate(script, values) == expected


def test_what_is_no_probability_is_an_error(page: Page) -> None:
    script = f"""() => {{ {RULE}
        return [-1e-9, 1.001, NaN, Infinity].map((p) => {{
            try {{ return probabilityWords(p); }} catch (error) {{ return error.name; }}
        }});
    }}"""
    assert page.evaluate(script) == ["RangeError"] * 4
