"""Writing in the browser against writing in NumPy: characters per second of one text, float64."""

from __future__ import annotations

import shutil
import time

from playwright.sync_api import sync_playwright

from charlstm import open_model
from charlstm.runs.store import find
from charlstm.sampling.network import use_one_thread
from tests.benchmarks.report import Report
from tests.browser.modules import Modules

RUNS = ["nietzsche-tbptt", "nietzsche-overnight", "race-gru", "race-conv1d"]
ASKED = {"prompt": "the meaning of ", "temperature": 0.5, "seed": 0}
LENGTH = 10_000
ROUNDS = 8


def run(report: Report, _repeats: int) -> None:
    """Let the browser and NumPy take turns of about half a second; add the rows."""
    use_one_thread()
    path = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        modules = Modules(browser.new_page())
        modules.open([find(name) for name in RUNS])
        for name in RUNS:
            model = open_model(name)
            ours, numpys = [], []
            modules.seconds(name, **ASKED, length=LENGTH)
            for _ in range(ROUNDS):
                ours.append(LENGTH / modules.seconds(name, **ASKED, length=LENGTH))
                began = time.perf_counter()
                model.write(**ASKED, length=LENGTH)
                numpys.append(LENGTH / (time.perf_counter() - began))
            report.row("writing in the browser", name, ours, "characters/s")
            report.ratio("writing in the browser", f"{name}, over NumPy", ours, numpys)
        browser.close()
