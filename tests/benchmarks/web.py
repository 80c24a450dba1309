"""The web process: from its start to a page that answers, and what it holds in memory."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.benchmarks.report import Report

ROOT = Path(__file__).resolve().parents[2]


def _answers(port: int) -> tuple[float, float]:
    """Return the seconds from the server's start to the dial drawn in Chromium, and resident MB."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        options = ["--server.headless", "true", "--server.port", str(port)]
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while time.perf_counter() - began < 60:
                try:
                    page.goto(f"http://localhost:{port}")
                    page.get_by_role("slider").first.wait_for(timeout=30_000)
                    break
                except Error:  # the server does not listen yet
                    time.sleep(0.05)
            taken = time.perf_counter() - began
            status = Path(f"/proc/{server.pid}/status").read_text()
            found = re.search(r"VmRSS:\s+(\d+)", status)
            return taken, int(found[1]) / 1000 if found else float("nan")
        finally:
            server.terminate()
            server.wait()
            browser.close()


def run(report: Report, repeats: int) -> None:
    """Measure and add the rows; the first start warms the caches of the file system."""
    _answers(8790)
    measured = [_answers(8791 + number) for number in range(repeats)]
    report.row("web server", "start to a page that answers", [taken for taken, _ in measured], "s")
    report.row("web server", "resident after the first page", [held for _, held in measured], "MB")
