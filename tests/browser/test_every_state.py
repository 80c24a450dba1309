"""Every page in its states, light and dark, wide and narrow, as people and as axe see it.

Nothing sticks out of the window, nothing complains in the console, axe finds no violation of the
project's own making, and a picture of each is kept. A state is opened once; the window and the
colours that the system asks for change while it is open, as they do on a person's desk.

What counts as Streamlit's own is stated once, in OF_STREAMLIT: a rule of axe, and the elements in
which Streamlit breaks it whatever an app puts there. Everything else is ours, also a colour of our
theme in one of Streamlit's elements, and a chart or a component of ours in one of its boxes.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from charlstm.commands.measuring import DEFAULT_PROMPT
from charlstm.engine.atlases import computed, request_for
from tests.browser.driving import ROOT, Server, open_at, overflow, page_waits_until, settle

PICTURES = ROOT / "test-results"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
VIEWS: tuple[tuple[Literal["light", "dark"], Any], ...] = (
    ("light", WIDE),
    ("dark", WIDE),
    ("dark", NARROW),  # the sizes of things are those of light
)
BACKGROUND = {"light": "rgb(253, 252, 250)", "dark": "rgb(20, 22, 26)"}

OF_STREAMLIT = {"presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]'}
"""A rule of axe, and a CSS selector of the elements whose breaking it is Streamlit's."""

STATES: dict[str, tuple[str, str]] = {
    "temperature": ("?temperature=0.5&write=1&length=300&order=alphabet", ""),
    "temperature-download": ("?temperature=1.3&scale=log&write=1&length=60", "Download"),
    "temperature-model": ("?temperature=1.3", "Model: nietzsche-tbptt"),
    "compare": ("compare?fork=1&length=120", ""),
    "hand": ("hand?written=no+beedq&picked=6,7", ""),
    "hand-tree": ("hand?branches=12-101;12-101.30-32&position=12&length=80", ""),
    "hand-text": ("hand?text=The+sole+qxq&colour=rank&prompt=&temperature=1", ""),
    "strategies": (
        "strategies?temperature=1.2&strategy=top-k:12,top-p:0.8&length=90&beam=20",
        "",
    ),
    "timeline": ("timeline?checkpoint=562", ""),
    "compression": ("compression?packed=1", ""),
    "thought": ("compression?view=If+language+were+compressed", ""),
    "cells": ("cells", ""),
    "cells-find": ("cells?look=find&span=9-16", ""),
    "cells-off": ("cells?look=off&off=0.42,0.17", ""),
    "cells-step": ("cells?look=step&place=9", ""),
    "atlas": ("atlas?temperature=0.8&length=400", ""),
    "unpacking": ("compression?view=Decompress", ""),
    "source": ("source?source=nietzsche-tbptt&position=5&length=50", ""),
    "train": ("train?corpus=python", ""),
    "train-import": ("train?corpus=python", "Import a run"),
    "run": ("train?run=nietzsche-tbptt", ""),
    "run-menu": ("train?run=nietzsche-tbptt", "This run"),
    "race": ("race", ""),
    "raced": ("race?race=nietzsche-tbptt,nietzsche-book&forward=1", ""),
    "lesson": ("lesson", ""),
}
"""Every page in rich states: its address, and a button that is pressed first, or ``""``."""

WITH_CHARTS = {
    "train",
    "compression",
    "thought",
    "raced",
    "atlas",
}
WITH_DIAL = {"temperature", "run", "hand", "hand-tree", "hand-text", "timeline"}


def _ready(page: Page, name: str, button: str) -> None:
    if name in WITH_DIAL:
        page.locator(".dial[data-ready]").wait_for()
    if name == "strategies":
        page.locator(".stages[data-ready]").wait_for()
    if name in ("compare", "strategies"):
        page.locator(".fork .picked").first.wait_for()
    if name in WITH_CHARTS:
        page.get_by_test_id("stVegaLiteChart").first.wait_for(timeout=120_000)
    if (whole := page.get_by_role("button", name="Show all")).count():
        whole.evaluate("(e) => e.click()")  # at its end it is disabled
    if button:
        page.get_by_role("button", name=button).first.click()
    _drawn(page)


def _drawn(page: Page) -> None:
    """Wait until what changed stands still."""
    settle(page)
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        chart.locator("svg.marks").wait_for()
    page.wait_for_timeout(150)


def violations(page: Page, scheme: str) -> list[str]:
    """Return a line for every element that breaks a rule, but for Streamlit's own.

    In dark only what depends on colours is looked at: all else is as it was in light.
    """
    rules = {"light": {"type": "tag", "values": TAGS}, "dark": ["color-contrast"]}
    options = {"resultTypes": ["violations"], "runOnly": rules[scheme]}
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


@pytest.fixture(scope="module")
def with_atlas(server: Server) -> Server:
    """Return the server with the atlas that one of the states shows, computed already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARLSTM_HOME", str(server.home))
        patch.delenv("CHARLSTM_DATA", raising=False)
        computed(request_for(prompt=DEFAULT_PROMPT, length=400))
    return server


@pytest.mark.parametrize("name", STATES)
def test_it_fits_and_can_be_read_by_all(page: Page, with_atlas: Server, name: str) -> None:
    page.set_viewport_size(WIDE)
    PICTURES.mkdir(exist_ok=True)
    address, button = STATES[name]
    open_at(page, f"{with_atlas.url}/{address}")
    _ready(page, name, button)
    for scheme, size in VIEWS:
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUND[scheme])
        page.set_viewport_size(size)
        _drawn(page)
        page.screenshot(path=PICTURES / f"{name}-{scheme}-{size['width']}.png")
        page_waits_until(page, lambda: overflow(page) == 0, "all of it fits", 10)
        assert page.get_by_label("Vega visualization").count() == 0  # a chart without a name
        if size is WIDE:
            assert violations(page, scheme) == []
