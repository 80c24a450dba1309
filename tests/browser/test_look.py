"""Every page, light and dark, wide and narrow: nothing sticks out, and a picture is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from charlstm.commands.atlas import DEFAULT_PROMPT
from charlstm.runs.atlas_process import computed
from charlstm.runs.atlases import request_for
from tests.browser.driving import ROOT, Server, console_errors, open_at, overflow

PICTURES = ROOT / "test-results"
PAGES = {
    "temperature": "?temperature=0.5&write=1&length=300",
    "compare": "compare",
    "hand": "hand?written=no+beedq&picked=6,7",
    "whatif": "whatif?branches=12-101;12-101.30-32",
    "surprise": "surprise",
    "race": "race",
    "raced": "race?race=nietzsche-tbptt,nietzsche-book",
    "strategies": "strategies?temperature=1.2&strategy=top-k:12,top-p:0.8&write=1&length=300",
    "timeline": "timeline?checkpoint=1126",
    "compression": "compression?packed=1",
    "thought": "compression?view=If+language+were+compressed",
    "cells": "cells",
    "cells-find": "cells?look=find&span=9-16",
    "cells-off": "cells?look=off&off=0.42,0.17",
    "cells-step": "cells?look=step&place=9",
    "atlas": "atlas?temperature=0.8&length=400",
    "source": "source",
    "speed": "speed",
    "train": "train",
    "run": "train?run=nietzsche-tbptt",
    "lesson": "lesson",
}


WITH_CHARTS = [
    "train",
    "run",
    "compare",
    "speed",
    "strategies",
    "compression",
    "thought",
    "raced",
    "atlas",
]


def _settled(page: Page, name: str) -> None:
    if name in ("temperature", "run", "hand", "whatif", "timeline"):
        page.locator(".dial[data-ready]").wait_for()
    if name == "strategies":
        page.locator(".stages[data-ready]").wait_for()
    if name in WITH_CHARTS:
        page.get_by_test_id("stVegaLiteChart").first.locator("svg").wait_for()
    if name in ("temperature", "compare", "strategies"):
        page.get_by_role("button", name="Show all").click()
    page.wait_for_timeout(300)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=["wide", "narrow"])
def test_no_page_is_wider_than_its_window(
    new_context: Callable[..., BrowserContext],
    server: Server,
    scheme: str,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHARLSTM_HOME", str(server.home))
    computed(request_for(prompt=DEFAULT_PROMPT, length=400))
    width, height = size
    context = new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    complaints = console_errors(page)
    PICTURES.mkdir(exist_ok=True)
    too_wide = {}
    for name, path in PAGES.items():
        open_at(page, f"{server.url}/{path}")
        _settled(page, name)
        page.screenshot(path=PICTURES / f"{name}-{scheme}-{width}.png")
        too_wide[name] = overflow(page)
    assert too_wide == dict.fromkeys(PAGES, 0)
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_takes_the_colours_that_the_system_asks_for(
    new_context: Callable[..., BrowserContext], server: Server, scheme: str
) -> None:
    page = open_at(new_context(color_scheme=scheme).new_page(), server.address("lesson"))
    colour = page.get_by_test_id("stApp").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert colour == {"light": "rgb(253, 252, 250)", "dark": "rgb(20, 22, 26)"}[scheme]
