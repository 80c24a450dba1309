"""The thought experiment: a text and the same text compressed are learned before a viewer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from charlstm.runs.config import FINISHED, STOPPED
from tests.browser.driving import Server, curve, open_at, page_waits_until, press, query

pytestmark = pytest.mark.training


def _lowest_bits(page: Page) -> list[float]:
    """Return the lowest bits a symbol of the text and of the text compressed, where measured."""
    shown = page.get_by_test_id("stMetricValue").all_inner_texts()
    return [float(text.removesuffix(" bits")) for text in shown if text.endswith("bits")]


def _one_alone_is_learned(page: Page) -> bool:
    bits = _lowest_bits(page)
    return len(bits) == 2 and bits[0] < 4 and 7.5 < bits[1] < 9


def test_language_is_learned_and_the_same_text_compressed_is_not(
    fresh_server: Server, page: Page
) -> None:
    view = "If language were compressed"
    open_at(page, fresh_server.address("compression", view=view, corpus="python", seconds="20"))
    press(page, "Learn both")
    page_waits_until(page, lambda: "race" in query(page), "the address names both runs")
    page_waits_until(page, lambda: curve(page).count("M") >= 2, "both have a curve", 120)
    first = curve(page)
    page_waits_until(page, lambda: curve(page) != first, "the curves grow")
    page_waits_until(page, lambda: _one_alone_is_learned(page), "the text as it is is learned")
    press(page, "Stop")
    expect(page.get_by_role("button", name="Back")).to_be_visible(timeout=60_000)
    runs = [fresh_server.run(name) for name in query(page)["race"].split(",")]
    assert {run.status().status for run in runs} <= {STOPPED, FINISHED}  # 20 s may be over by now
