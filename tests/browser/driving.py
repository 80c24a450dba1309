"""What a person does with the app in a browser, and what they read there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Dialog, Locator, Page, WebSocket, expect

from charlstm.runs.folder import RunFolder

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    "<script>alert(1)</script> **b** _i_ `c` $x^2$ [a](b) :red[r] -> :smile: -- :material/home: # h"
)
WAIT_MS = 30_000
WINDOW: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

expect.set_options(timeout=WAIT_MS)


class Server:
    """``streamlit run app.py`` as a process, with a home and a port of its own."""

    def __init__(self, folder: Path, *, stand_by: bool = False, base_path: str = "") -> None:
        self._stand_by = stand_by
        self._base_path = base_path
        self.home = folder / "home"
        self.log = folder / "server.log"
        self._cache = folder / "cache"
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://localhost:{self.port}/{base_path}".rstrip("/")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; no page is asked for."""
        environment = dict(os.environ)
        environment.pop("CHARLSTM_DATA", None)
        environment |= {
            "CHARLSTM_STAND_BY": "1" if self._stand_by else "0",
            "CHARLSTM_HOME": str(self.home),
            "XDG_CACHE_HOME": str(self._cache),
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1,localhost",
        }
        options = ["--server.port", str(self.port), "--server.headless", "true"]
        options += ["--server.baseUrlPath", self._base_path]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, "the web server answers")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        plain = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with plain.open(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """End the web server, and nothing else."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def address(self, path: str = "", **query: object) -> str:
        """Return the address of a page."""
        return f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else "")

    def run(self, name: str) -> RunFolder:
        """Return a run of this server."""
        return RunFolder(self.home / "runs" / name)


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something is so; fail with what was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(0.1)


def page_waits_until(page: Page, holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait like wait_until, while the page goes on."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        page.wait_for_timeout(100)


def training_pids(home: Path, name: str = "") -> list[int]:
    """Return the processes that train runs of a home; Linux only."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
            environment = (path / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        trains = (
            b"charlstm" in words and b"resume" in words and (not name or name.encode() in words)
        )
        if trains and f"CHARLSTM_HOME={home}".encode() in environment:
            found.append(int(path.name))
    return found


# The page as such

ELEMENT = '[data-testid="stElementContainer"]:not(.st-key-page_name *)'


def open_at(page: Page, address: str) -> Page:
    """Open an address and wait until the page has settled."""
    page.goto(address)
    settle(page)
    return page


# A component of ours is a shadow tree with a root, which comes a moment after the element.
_SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  if (app?.dataset.testScriptState !== "notRunning") return false;
  if (document.querySelector("[data-testid=stSkeleton]")) return false;
  const invisible = "[class*=st-key-navigation], [class*=st-key-live_]";
  for (const host of document.querySelectorAll("[data-testid=stBidiComponentIsolated]")) {
    if (host.closest(invisible)) continue;
    const root = host.shadowRoot?.querySelector(".root");
    if (!root?.hasAttribute("aria-busy")) return false;
    if (root.matches("[aria-busy=true]") || root.querySelector("[aria-busy=true]")) return false;
  }
  return true;
}"""


def settle(page: Page) -> None:
    """Wait until a page is shown, no script runs, and no component reads a model or writes."""
    page.locator(f'[data-testid="stMain"] {ELEMENT}').first.wait_for()
    looks = [False]

    def rests() -> bool:
        looks.append(bool(page.evaluate(_SETTLED)))
        return all(looks[-2:])  # one element can bring the next

    page_waits_until(page, rests, "the page has settled", WAIT_MS / 1000)


def query(page: Page) -> dict[str, str]:
    """Return what the address bar asks for."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def wait_for_address(page: Page, **wanted: str | None) -> None:
    """Wait until the address bar asks for all of this; None is for what it does not name."""
    page_waits_until(
        page,
        lambda: {key: query(page).get(key) for key in wanted} == wanted,
        f"the address has {wanted}",
    )


def console_errors(page: Page) -> list[str]:
    """Return a list that fills with the errors of a page, except Streamlit's own."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))

    def note(message: Any) -> None:
        where = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not re.search(r"_stcore/|favicon", where):
            found.append(where)

    page.on("console", note)
    return found


class Tab:
    """A tab in which one test after the other is done, and nothing of ours may complain."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._complaints = console_errors(page)

    @contextmanager
    def used(self) -> Iterator[Page]:
        """Give the tab as if it were new."""
        self._page.set_viewport_size(WINDOW["viewport"])
        self._page.emulate_media(color_scheme="light")
        yield self._page
        self._page.goto("about:blank")
        complaints = self._complaints[:]
        self._complaints.clear()
        assert complaints == []


@contextmanager
def without_dialogs(page: Page) -> Iterator[None]:
    """Check that nothing opens a dialog meanwhile, as a script in a text would."""
    opened: list[str] = []

    def note(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    yield
    page.remove_listener("dialog", note)
    assert opened == []


def frames_sent(page: Page) -> list[bytes | str]:
    """Return a list that fills with what the page sends to the server; call it before opening."""
    sent: list[bytes | str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    page.on("websocket", listen)
    return sent


def wait_for_silence(page: Page, sent: list[bytes | str]) -> int:
    """Wait until a page has sent nothing for a while; return how much it has sent by then."""
    counts = [-1] * 5

    def silent() -> bool:
        counts.append(len(sent))
        return len(set(counts[-5:])) == 1

    page_waits_until(page, silent, "the page sends nothing")
    return len(sent)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(
        page.evaluate(
            "Math.max(...[document.documentElement, ...document.querySelectorAll("
            "'[data-testid=stMain], [data-testid=stAppViewContainer], .stMainBlockContainer')]"
            ".map((each) => each.scrollWidth - each.clientWidth))"
        )
    )


def as_read(text: str) -> str:
    """Return text as a person reads it: without characters that have no width."""
    return re.sub("[\u200b\u2060]", "", text)


# The dial


def dial(page: Page) -> Locator:
    """Return the dial, drawn."""
    found = page.locator(".dial[data-ready]")
    found.wait_for()
    return found


def probabilities(page: Page) -> list[float]:
    """Return the distribution that the dial shows, in vocabulary order."""
    return [float(p) for p in json.loads(dial(page).get_attribute("data-probabilities") or "")]


def temperature(page: Page) -> float:
    """Return the temperature that the dial shows."""
    return float(dial(page).get_attribute("data-temperature") or "nan")


class Drag:
    """The slider held by the mouse."""

    def __init__(self, page: Page) -> None:
        slider = page.get_by_role("slider", name="Temperature")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        self._page = page
        self._left, self._width = box["x"], box["width"]
        self._y = box["y"] + box["height"] / 2
        page.mouse.move(self._position(temperature(page)), self._y)
        page.mouse.down()

    def _position(self, value: float, maximum: float = 2.0, thumb: float = 16) -> float:
        return self._left + thumb / 2 + value / maximum * (self._width - thumb)

    def to(self, value: float) -> float:
        """Drag to about a temperature, and return the one that is shown."""
        self._page.mouse.move(self._position(value), self._y, steps=5)
        return temperature(self._page)

    def release(self) -> None:
        self._page.mouse.up()


# The text that the model writes in the browser


def writer(page: Page) -> Locator:
    """Return the writer, with its dial drawn."""
    dial(page)
    return page.locator(".writer")


def text_shown(page: Page) -> str:
    """Return the characters after the prompt, once as many are written as are shown."""
    page.locator('.writer[aria-busy="false"]').wait_for()
    characters = page.locator(".writer .text .character")
    return "".join(characters.all_text_contents())


def whole_text(page: Page) -> str:
    """Let the whole text be shown, and return it."""
    button = writer(page).get_by_role("button", name="Show all", exact=True)
    if button.is_enabled():
        button.click()
    done = '[data-complete="true"]'
    page.locator(f".writer{done}").wait_for()
    counter = page.locator(".writer .counter")
    length = int(counter.inner_text().split()[-1])
    page_waits_until(page, lambda: len(text_shown(page)) >= length, "the text is written")
    return text_shown(page)


# Columns that the model writes in the browser


def columns(page: Page) -> Locator:
    """Return the columns of a comparison."""
    return page.locator(".comparison .page")


def columns_written(page: Page) -> list[str]:
    """Return the characters after the prompt in each column."""
    page.locator(".comparison[aria-busy=false]").wait_for()
    characters = (
        "(e) => Array.from(e.querySelectorAll('.character'), (c) => c.textContent).join('')"
    )
    return [str(column.evaluate(characters)) for column in columns(page).all()]


# A training


def step_shown(page: Page) -> int:
    """Return the step that the page of a run shows."""
    text = page.locator(".training .figures").inner_text()
    found = re.search(r"step ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else -1


def badge(page: Page, status: str) -> Locator:
    """Return the element with the status of a run."""
    return page.get_by_test_id("stMarkdownContainer").get_by_text(status, exact=True).first


def see_more_steps(page: Page, seconds: float = 60) -> None:
    """Wait until the page shows that training goes on."""
    before = step_shown(page)
    page_waits_until(page, lambda: step_shown(page) > before, "the step grows", seconds)


def curve(page: Page) -> str:
    """Return the path of the loss curves as they are drawn, of a run or of a race."""
    marks = page.locator(".training .curves path, .mark-line path")
    # All in one look: a chart that is renewed meanwhile has other elements.
    return str(marks.evaluate_all("(all) => all.map((each) => each.getAttribute('d')).join(' ')"))


def press(page: Page, name: str) -> None:
    """Press a button of the page, not before the page has come to rest, as a person would."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    page.wait_for_timeout(150)
    settle(page)
    button.click()


def choose(page: Page, option: str) -> None:
    """Choose one of a row of pills."""
    page.get_by_role("radio", name=option, exact=True).click()
    settle(page)


def enter(page: Page, label: str, value: object) -> None:
    """Type a number into a field."""
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(str(value))
    field.press("Enter")
    settle(page)


def start_training(page: Page, server: Server) -> RunFolder:
    """Start a preset with other cells and epochs on Python's reference, from the Train page."""
    open_at(page, server.address("train"))
    choose(page, "python")
    page.get_by_role("radio", name="overnight", exact=True).click()
    wait_for_address(page, preset="overnight")
    settle(page)
    enter(page, "Cells", 64)
    enter(page, "Epochs", 500)
    press(page, "Start")
    page_waits_until(page, lambda: "run" in query(page), "the address names the run")
    return server.run(query(page)["run"])
