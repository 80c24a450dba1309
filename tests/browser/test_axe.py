"""Every page, light and dark, as axe sees it: no violation of the project's own making.

What counts as Streamlit's own is stated once, in OF_STREAMLIT: a rule of axe, and the elements in
which Streamlit breaks it whatever an app puts there. Everything else is ours, also a colour of our
theme in one of Streamlit's elements, and a chart or a component of ours in one of its boxes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.driving import Server, open_at, settle

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

OF_STREAMLIT = {"presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]'}
"""A rule of axe, and a CSS selector of the elements whose breaking it is Streamlit's."""

PAGES: dict[str, tuple[str, str]] = {
    "temperature": ("?temperature=0.5&write=1&length=120&order=alphabet", ""),
    "temperature, download": ("?temperature=1.3&scale=log&write=1&length=60", "Download"),
    "temperature, model": ("?temperature=1.3", "Model"),
    "compare": ("compare?fork=1&length=120", ""),
    "hand": ("hand?written=no+beedq&picked=6,7", ""),
    "whatif": ("whatif?branches=12-101;12-101.30-32&position=12&length=80", ""),
    "surprise": ("surprise?colour=rank", ""),
    "strategies": (
        "strategies?temperature=1.2&strategy=top-k:12,top-p:0.8&write=1&length=90&beam=20",
        "",
    ),
    "timeline": ("timeline?checkpoint=1126", ""),
    "atlas": ("atlas?temperature=0.8&length=200&atlas=1", ""),
    "cells": ("cells", ""),
    "cells, a span": ("cells?look=find&span=9-16", ""),
    "cells, off": ("cells?look=off&off=0.42,0.17", ""),
    "cells, a step": ("cells?look=step&place=9", ""),
    "compression": ("compression?packed=1", ""),
    "compression, a file": ("compression?view=Decompress", ""),
    "compression, a thought": ("compression?view=If+language+were+compressed", ""),
    "source": ("source?source=nietzsche-tbptt&position=5&length=50", ""),
    "train": ("train?corpus=python", ""),
    "train, import": ("train?corpus=python", "Import a run"),
    "run": ("train?run=nietzsche-tbptt", ""),
    "run, menu": ("train?run=nietzsche-tbptt", "This run"),
    "race": ("race", ""),
    "raced": ("race?race=nietzsche-tbptt,nietzsche-book&forward=1", ""),
    "speed": ("speed", ""),
    "lesson": ("lesson", ""),
}
"""Every page in a rich state: its address, and a button that is pressed first, or ``""``."""


def _settled(page: Page, button: str) -> None:
    if "/atlas" in page.url:
        page.get_by_test_id("stVegaLiteChart").first.wait_for(timeout=120_000)  # it is computed
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        chart.locator("svg.marks").wait_for()
    if (whole := page.get_by_role("button", name="Show all")).count():
        whole.click()
    if button:
        page.get_by_role("button", name=button).first.click()
    settle(page)
    page.wait_for_timeout(800)


def violations(page: Page) -> list[str]:
    """Return a line for every element that breaks a rule, but for Streamlit's own."""
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
        if not _is_streamlits(page, rule["id"], node["target"])
    ]


def _is_streamlits(page: Page, rule: str, target: list[Any]) -> bool:
    """Return whether an element that breaks a rule is one for which that is Streamlit's doing."""
    if rule not in OF_STREAMLIT or len(target) != 1:
        return False
    found = page.locator(target[0]).first
    return bool(found.evaluate("(e, selector) => e.matches(selector)", OF_STREAMLIT[rule]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_of_our_own_making(
    new_context: Callable[..., BrowserContext], server: Server, name: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    address, button = PAGES[name]
    open_at(page, f"{server.url}/{address}")
    _settled(page, button)
    assert violations(page) == []
