"""A class at one server: thirty viewers open pages, and one real browser among them drags.

A viewer is a websocket client that opens pages by address, as people do, with two to six seconds
between two. It opens what its browser would fetch as well: the modules and the model, once.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import expect, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from charlstm.data.named import load_named
from charlstm.engine import process, standby
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.settings import settings_for
from tests.benchmarks.report import Report
from tests.benchmarks.running import ROOT

sys.path.insert(0, str(ROOT / "tests" / "browser"))

from tests.browser.driving import Drag, Server, frames_sent, open_at, text_shown, writer

PAGES = (
    "?temperature=0.7",
    "?temperature=1.1&seed=4&length=400",
    "compare",
    "compare?temperatures=0.3+0.9",
    "hand",
    "strategies",
    "timeline",
    "lesson",
    "cells",
)
CLASS, SECONDS = 30, 60
WHAT = "a class at one server"


class Viewer:
    """One person: opens pages, waits, opens the next one."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._random = np.random.default_rng(number)
        self.milliseconds: list[float] = []

    async def open_pages(self, until: float) -> None:
        await asyncio.sleep(4 * self._random.random())
        while time.monotonic() < until:
            page = PAGES[int(self._random.integers(len(PAGES)))]
            began = time.perf_counter()
            await self._open(page)
            self.milliseconds.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(2 + 4 * self._random.random())

    async def _open(self, page: str) -> None:
        """Open an address in a session of its own, until its script has finished."""
        path, _, query = page.partition("?")
        ask = BackMsg()
        ask.rerun_script.query_string = query
        ask.rerun_script.page_name = path
        ask.rerun_script.context_info.url = f"http://localhost:{self._port}/{page}"
        url = f"ws://localhost:{self._port}/_stcore/stream"
        async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:
            await socket.send(ask.SerializeToString())
            async for data in socket:
                message = ForwardMsg.FromString(data)
                if message.WhichOneof("type") == "script_finished":
                    status = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
                    assert status == "FINISHED_SUCCESSFULLY", f"{page}: {status}"
                    return


@contextmanager
def _served() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        os.environ["CHARLSTM_HOME"] = str(server.home)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _opened(port: int, viewers: int, seconds: float) -> list[float]:
    """Let viewers open pages; return the milliseconds of every opening."""

    async def all_of_them() -> list[float]:
        crowd = [Viewer(port, number) for number in range(viewers)]
        until = time.monotonic() + seconds
        await asyncio.gather(*(viewer.open_pages(until) for viewer in crowd))
        return [each for viewer in crowd for each in viewer.milliseconds]

    return asyncio.run(all_of_them())


def _drags(server: Server, seconds: float) -> list[float]:
    """Drag the dial in Chromium; return the milliseconds from each movement to another text."""
    found = []
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        open_at(page, server.address(length=400, speed="all"))
        expect(writer(page).locator(".text .character")).to_have_count(400)
        writer(page).evaluate(_WATCH)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        end = time.monotonic() + seconds
        drag = Drag(page)
        while time.monotonic() < end:
            for at in (0.3, 0.8, 1.3, 0.6):
                drag.to(at)
                page.wait_for_timeout(50)
        assert text_shown(page)
        assert requests == []
        drag.release()
        found = page.evaluate("window.delays")
        browser.close()
    return [float(each) for each in found]


# In the page itself: from an input event of the slider to the first frame with another text.
_WATCH = """(writer) => {
  window.delays = [];
  const text = writer.querySelector(".text");
  writer.querySelector(".slider").addEventListener("input", (event) => {
    const began = event.timeStamp;
    const before = text.textContent;
    const look = () => {
      if (text.textContent !== before) window.delays.push(performance.now() - began);
      else if (performance.now() - began < 2000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""


@contextmanager
def _training() -> Iterator[RunFolder]:
    """A training at full speed, beside the server."""
    run = new_run(load_named("python").lowered(), settings_for("tbptt", epochs=1000), "busy")
    standby.start(run)
    while run.status().phase != "training":
        time.sleep(0.2)
    try:
        yield run
    finally:
        process.tell(run, process.STOP)
        while process.is_alive(run):
            time.sleep(0.2)


async def _watch(port: int, run: RunFolder, until: float) -> list[float]:
    """Follow a run as the page Train does; return the seconds from each new line to its arrival."""
    await Viewer(port, 0)._open(f"train?run={run.name}")
    url = f"http://localhost:{port}/charlstm/runs/{run.name}/progress"
    seen, found, tag = 0, [], ""
    while time.monotonic() < until:
        request = urllib.request.Request(url, headers={"If-None-Match": tag})
        answer = await asyncio.to_thread(_fetched, request)
        if answer is not None:
            tag, content = answer
            points = len(content["training"])
            if points > seen and seen:
                written = max(line["seconds"] for line in run.history()[-1:])
                found.append(max(0.0, written - content["training"][-1][0]))
            seen = points
        await asyncio.sleep(1)
    return found


def _fetched(request: urllib.request.Request) -> tuple[str, dict[str, list[list[float]]]] | None:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers["ETag"], json.loads(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return None
        raise


def _resident(server: Server) -> float:
    """Return the megabytes that the web server holds."""
    assert server._process is not None
    status = Path(f"/proc/{server._process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1000 if found else float("nan")


def _of_95(values: list[float]) -> float:
    return float(np.quantile(values, 0.95))


def run(report: Report, repeats: int) -> None:
    """Measure one viewer and a class in turn, without and with a training; add the rows."""
    with _served() as server:
        _opened(server.port, 2, 15)  # what is compiled and read once
        before = _resident(server)
        for name in ("no training", "beside a training"):
            alone, together = [], []
            with _training() if name != "no training" else _nothing():
                for _ in range(repeats):
                    alone.append(_of_95(_opened(server.port, 1, SECONDS)))
                    together.append(_of_95(_opened(server.port, CLASS, SECONDS)))
            report.row(WHAT, f"1 viewer, {name}: 95 % of openings", alone, "ms")
            report.row(WHAT, f"{CLASS} viewers, {name}: 95 % of openings", together, "ms")
            report.ratio(WHAT, f"{CLASS} viewers over 1, {name}", together, alone)
        report.row(WHAT, "drag to text, 1 viewer, 95 %", [_of_95(_drags(server, 15))], "ms")
        report.row(WHAT, f"drag to text among {CLASS}, 95 %", [_dragged_among(server)], "ms")
        with _training() as training:
            lags, asked = _watched(server.port, training), _asked_while_watching(server, training)
            report.row(WHAT, f"{CLASS} watch a training: lag of a point, 95 %", [_of_95(lags)], "s")
            report.row(WHAT, "a page that watches a training: script runs", [asked], "per second")
        report.row(WHAT, "growth of the web server", [_resident(server) - before], "MB")


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _dragged_among(server: Server) -> float:
    """Return the same while a class opens pages in another process."""
    import multiprocessing

    crowd = multiprocessing.get_context("spawn").Process(
        target=_opened, args=(server.port, CLASS, 40)
    )
    crowd.start()
    time.sleep(8)
    found = _of_95(_drags(server, 20))
    crowd.join()
    return found


def _watched(port: int, training: RunFolder, seconds: float = 60) -> list[float]:
    """Let a class watch a training; return the seconds from each new line to its arrival."""

    async def all_of_them() -> list[float]:
        until = time.monotonic() + seconds
        watching = (_watch(port, training, until) for _ in range(CLASS))
        return [each for found in await asyncio.gather(*watching) for each in found]

    return asyncio.run(all_of_them())


def _asked_while_watching(server: Server, training: RunFolder, seconds: float = 60) -> float:
    """Return how often per second a page of Chromium that watches a training asks for a script."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        sent = frames_sent(page)
        open_at(page, server.address("train", run=training.name))
        before = len(sent)
        page.wait_for_timeout(1000 * seconds)
        asked = len(sent) - before
        browser.close()
    return asked / seconds
