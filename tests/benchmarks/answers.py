"""How soon pages answer: from Start to the first point, and clicks while a training runs.

Drives Chromium, one viewer, on a server of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.report import Report
from tests.benchmarks.running import ROOT

sys.path.insert(0, str(ROOT / "tests" / "browser"))

from tests.browser.driving import (
    Drag,
    Server,
    dial,
    open_at,
    settle,
    training_pids,
)

_START, _CLICKS = "click on Start to the first point", "answers while a training runs"
CLICKS = 40


@contextmanager
def _opened(folder: Path, *, stand_by: bool) -> Iterator[tuple[Server, Page]]:
    folder.mkdir()
    server = Server(folder, stand_by=stand_by)
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.add_init_script(_WATCH)
        try:
            yield server, page
        finally:
            browser.close()
            server.stop()
            for pid in training_pids(server.home):
                os.kill(pid, 9)


def _start(server: Server, page: Page, wait: float) -> float:
    """Press Start and return the seconds until the chart with the first point is drawn."""
    open_at(page, server.address("train"))
    page.wait_for_timeout(1000 * wait)
    settle(page)
    began = time.perf_counter()
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".training .curves path.of-training").wait_for(state="attached")
    taken = time.perf_counter() - began
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    page.wait_for_timeout(3000)
    return taken


# Time is taken in the page itself: driving a browser adds its own milliseconds.
_WATCH = """
document.addEventListener("pointerup", () => { window.released = performance.now(); }, true);
for (const name of ["pushState", "replaceState"]) {
  const old = history[name];
  history[name] = function (...words) {
    const before = location.search;
    old.apply(this, words);
    if (location.search !== before) window.addressed = performance.now();
  };
}
new MutationObserver(() => {
  const heading = document.querySelector("h2, h3")?.textContent ?? "";
  if (heading === window.heading) return;
  window.heading = heading;
  window.headed = performance.now();
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def _releases(server: Server, page: Page) -> list[float]:
    """Return the milliseconds from letting the dial go to the server's answer in the address."""
    open_at(page, server.address())
    dial(page)
    taken = []
    for number in range(CLICKS):
        drag = Drag(page)
        drag.to(0.3 + 1.4 * ((number * 7) % CLICKS) / CLICKS)
        page.wait_for_timeout(300)
        drag.release()
        page.wait_for_function("window.addressed > window.released")
        taken.append(float(page.evaluate("window.addressed - window.released")))
        page.wait_for_timeout(400)
    return taken


def _clicks(server: Server, page: Page) -> list[float]:
    """Return the milliseconds from a click on another page to its heading."""
    open_at(page, server.address("lesson"))
    headings = {"Train": "The text", "Lesson": "Four steps make a text"}
    taken = []
    for number in range(CLICKS):
        name = list(headings)[number % 2]
        page.wait_for_timeout(600)
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=headings[name]).wait_for()
        page.wait_for_function("window.headed > window.released")
        taken.append(float(page.evaluate("window.headed - window.released")))
    return taken


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        times: dict[str, list[float]] = {"cold": [], "with a process kept warm": []}
        with _opened(home / "cold", stand_by=False) as (server, page):
            times["cold"] += [_start(server, page, 2) for _ in range(repeats)]
        with _opened(home / "warm", stand_by=True) as (server, page):
            warm = times["with a process kept warm"]
            warm += [_start(server, page, 20) for _ in range(repeats)]
        for name, several in times.items():
            report.row(_START, name, several, "s")
        with _opened(home / "busy", stand_by=False) as (server, page):
            for state in ("idle", "training"):
                if state == "training":
                    open_at(page, server.address("train"))
                    field = page.get_by_role("spinbutton", name="Epochs", exact=True)
                    field.fill("500")
                    field.press("Enter")
                    settle(page)
                    page.get_by_role("button", name="Start", exact=True).click()
                    page.get_by_test_id("stVegaLiteChart").first.wait_for()
                for what, measure in (("dial released", _releases), ("page clicked", _clicks)):
                    taken = measure(server, page)
                    assert bool(training_pids(server.home)) == (state == "training")
                    late = float(np.percentile(taken, 95))
                    report.row(_CLICKS, f"{what}, {state}: all", taken, "ms")
                    report.row(_CLICKS, f"{what}, {state}: 95 % within", [late], "ms")
