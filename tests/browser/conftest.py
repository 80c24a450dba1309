"""Fixtures: a web server of its own for the tests, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.driving import WAIT_MS, WINDOW, Server, Tab, training_pids

NO_CHROMIUM = "no Chromium here: all tests in a real browser are left out"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # A page is looked at for a few seconds: compiling its scripts well costs more than it saves.
    "--js-flags=--no-maglev --no-opt",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark these tests; where there is no Chromium, keep one of them to say so."""
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    # What trains waits long and comes first: at the end no worker waits for another's long file.
    items.sort(key=lambda item: item in ours and not item.get_closest_marker("training"))
    if ours and not _chromium():
        config.hook.pytest_deselected(items=ours[1:])
        items[:] = [item for item in items if item not in ours[1:]]


def _chromium() -> str | None:
    # The shell is Chromium without its windows: the same pages for a fifth less of the processor.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; without one the test is skipped, or fails where it is required."""
    path = _chromium()
    if path is None:
        if os.environ.get("CHARLSTM_REQUIRE_BROWSER"):
            pytest.fail(f"{NO_CHROMIUM}, and CHARLSTM_REQUIRE_BROWSER is set", pytrace=False)
        pytest.skip(NO_CHROMIUM)
    return path


@pytest.fixture(scope="session")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001
    """The web server that most tests share, with no runs but the shipped ones."""
    started = Server(tmp_path_factory.mktemp("web"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def fresh_server(chromium: str, tmp_path: Path) -> Iterator[Server]:  # noqa: ARG001
    """A web server that nobody has asked for a page yet."""
    started = Server(tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def own_server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001
    """A web server for the tests of one file, which may train; no training outlives them."""
    started = Server(tmp_path_factory.mktemp("own"))
    started.start()
    yield started
    started.stop()
    for pid in training_pids(started.home):
        os.kill(pid, 9)


# A browser for one file of tests only: an event loop that stays open would disturb other tests.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """A browser that remembers nothing, for another person."""
    started = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
    yield started
    started.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open another browser, with nothing remembered."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        opened.append(browser.new_context(**WINDOW, **options))
        opened[-1].set_default_timeout(WAIT_MS)
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a browser keeps Streamlit's own code as it compiled it: half a second a page."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def shared_context(
    chromium: str, playwright: Playwright, profile: Path
) -> Iterator[BrowserContext]:
    """The browser of a person who has been here before."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium,
        args=list(OPTIONS),
        color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"],
        **WINDOW,
    )
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def shared_tab(shared_context: BrowserContext) -> Tab:
    """The tab in which most tests of a file are done, one after the other."""
    return Tab(shared_context.new_page())


# A tab that stays has Streamlit's code at hand; every address it opens is a session of its own.
@pytest.fixture
def page(shared_tab: Tab) -> Iterator[Page]:
    """A tab of Chromium; at the end nothing of ours may have complained in its console."""
    with shared_tab.used() as opened:
        yield opened
