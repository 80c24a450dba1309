"""Every page in its states, light and dark, wide and narrow, as people and as axe see it.

Nothing sticks out of the window, nothing complains in the console, axe finds no violation of the
project's own making, and a picture of each is kept. A state is opened once; the window and the
colours that the system asks for change while it is open, as they do on a person's desk, menus are
opened, charts are saved, and last its link is copied for someone else.

What counts as Streamlit's own is stated once, in OF_STREAMLIT: a rule of axe, and the elements in
which Streamlit breaks it whatever an app puts there. Everything else is ours, also a colour of our
theme in one of Streamlit's elements, and a chart or a component of ours in one of its boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from charlstm.commands.atlas import DEFAULT_PROMPT
from charlstm.runs.atlas_process import computed
from charlstm.runs.atlases import request_for
from tests.browser.driving import (
    ROOT,
    Server,
    Tab,
    open_at,
    overflow,
    page_waits_until,
    press,
    query,
    settle,
)
from tests.browser.files import fetch, png_size
from tests.browser.sameness import rest, whole
from tests.browser.states import STATES, State

PICTURES = ROOT / "test-results"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
BACKGROUND = {"light": "rgb(253, 252, 250)", "dark": "rgb(20, 22, 26)"}

OF_STREAMLIT = {"presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]'}
"""A rule of axe, and a CSS selector of the elements whose breaking it is Streamlit's."""


def _ready(page: Page, name: str) -> None:
    state = STATES[name]
    if state.dial:
        page.locator(".dial[data-ready]").wait_for()
    if name == "strategies":
        page.locator(".stages[data-ready]").wait_for()
    if state.charts:
        page.get_by_test_id("stVegaLiteChart").first.wait_for(timeout=120_000)
    if (whole := page.get_by_role("button", name="Show all")).count():
        whole.evaluate("(e) => e.click()")  # at its end it is disabled


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
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()  # a page reads it once
    found: list[dict[str, Any]] = axe.run(page, options=options).response["violations"]
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


@dataclass(frozen=True)
class Visit:
    """A page that was opened in a state, and what its address asked for then."""

    page: Page
    state: State
    asked: dict[str, str]


# pytest does all that is asked of one state before it goes on to the next.
@pytest.fixture(scope="module")
def visit(request: pytest.FixtureRequest, shared_tab: Tab, with_atlas: Server) -> Iterator[Visit]:
    """A page in a state, opened once for all that is said of it."""
    name: str = request.param
    with shared_tab.used() as page:
        page.set_viewport_size(WIDE)
        open_at(page, f"{with_atlas.url}/{STATES[name].address}")
        asked = query(page)
        _ready(page, name)
        yield Visit(page, STATES[name], asked)


def _where(holds: Callable[[State], object]) -> pytest.MarkDecorator:
    names = [name for name, state in STATES.items() if holds(state)]
    return pytest.mark.parametrize("visit", names, indirect=True)


def _open_menu(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()


def _close_menu(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def _look(page: Page, picture: str) -> None:
    _drawn(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUND[scheme])
        for size in (WIDE, NARROW) if scheme == "light" else (WIDE,):  # dark has the same sizes
            page.set_viewport_size(size)
            _drawn(page)
            page.screenshot(path=PICTURES / f"{picture}-{scheme}-{size['width']}.png")
            page_waits_until(page, lambda: overflow(page) == 0, "all of it fits", 10)
            assert page.get_by_label("Vega visualization").count() == 0  # a chart without a name
            if size is WIDE:
                assert violations(page, scheme) == []
    page.emulate_media(color_scheme="light")


@_where(lambda state: state.looks)
def test_it_fits_and_can_be_read_by_all(visit: Visit) -> None:
    PICTURES.mkdir(exist_ok=True)
    for picture, button in visit.state.looks.items():
        if button:
            _open_menu(visit.page, button)
        _look(visit.page, picture)
        if button:
            _close_menu(visit.page)


@_where(lambda state: state.pictures)
def test_every_chart_is_a_picture_that_needs_nothing_else(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    drawn = page.locator("svg.marks, .dial[data-ready], .stages[data-ready], .strip[data-ready]")
    drawn.or_(page.locator(".step[data-numbers]")).first.wait_for()
    press(page, "Download")
    for chart, words in visit.state.pictures.items():
        name, picture = fetch(page, f"{chart} as SVG", tmp_path)
        assert name.endswith(".svg")
        root = ElementTree.fromstring(picture)
        assert words in " ".join(text for text in root.itertext())
        assert b"var(--" not in picture
        assert b"color-mix" not in picture
        _, data = fetch(page, f"{chart} as PNG", tmp_path)
        width, height = png_size(data)
        assert width > 600
        assert height > 200
        expect(page.get_by_text(f"{chart}: saved as PNG.")).to_be_visible()
    _close_menu(page)


@pytest.fixture(scope="module")
def others_tab(shared_context: BrowserContext) -> Tab:
    return Tab(shared_context.new_page())


@pytest.fixture
def other(others_tab: Tab) -> Iterator[Page]:
    """The tab of someone who is given a link."""
    with others_tab.used() as opened:
        yield opened


@_where(lambda state: state.shown)
def test_a_link_that_is_copied_shows_the_same_to_someone_else(visit: Visit, other: Page) -> None:
    page, where = visit.page, visit.state.shown
    rest(page, where)
    if visit.state.as_asked:
        assert query(page) == visit.asked
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("The link to this view is on the clipboard.")).to_be_attached()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    open_at(other, link)
    page_waits_until(other, lambda: whole(other, where) == whole(page, where), "both show the same")
    assert "address asks" not in other.locator("body").inner_text()
