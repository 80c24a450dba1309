"""The buttons of the Train page: each has its own position, and works when it is needed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from filelock import FileLock
from playwright.sync_api import BrowserContext, FloatRect, Page, expect

from charlstm.engine.process import PAUSE, delete_run, take_command
from charlstm.runs.config import FINISHED, PAUSED, RUNNING, STOPPED
from charlstm.runs.folder import RunFolder
from tests.browser.driving import (
    Server,
    badge,
    choose,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    wait_for_address,
)
from tests.made import made_run, prose

NewContext = Callable[..., BrowserContext]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
WRITE = "Write with this model"
NUMBERS = itertools.count(1)
ACTIONS = ("Start", "Watch it", "Resume", "Pause", "Stop", WRITE, "Delete", "Delete for good")


@pytest.fixture
def run(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunFolder]:
    """A run of the server; the test says how it stands and holds its lock."""
    monkeypatch.setenv("CHARLSTM_HOME", str(own_server.home))
    made = made_run(f"mine-{next(NUMBERS)}")  # a name is given once
    yield made
    made.write_status(replace(made.status(), status=FINISHED, phase=""))
    delete_run(made)


def _says(run: RunFolder, status: str, phase: str = "training") -> None:
    run.write_status(replace(run.status(), status=status, phase=phase, steps=40))


def _positions(page: Page) -> list[tuple[str, FloatRect]]:
    """Return where the buttons are that do something."""
    settle(page)
    page.wait_for_timeout(300)
    return [
        (name, box)
        for name in ACTIONS
        for role in ("button", "link")
        for button in page.get_by_role(role, name=name, exact=True).all()  # type: ignore[arg-type]
        if (box := button.bounding_box()) is not None
    ]


def _overlap(a: FloatRect, b: FloatRect) -> bool:
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_button_stands_where_another_one_stood(
    new_context: NewContext, own_server: Server, run: RunFolder, size: dict[str, int]
) -> None:
    page = new_context().new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    open_at(page, own_server.address("train", corpus="python"))
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    views = [_positions(page)]
    with FileLock(run.path / "lock"):
        _says(run, RUNNING)
        open_at(page, own_server.address("train"))
        expect(page.get_by_role("button", name="Watch it", exact=True)).to_be_visible()
        watch = _positions(page)
        press(page, "Watch it")
        expect(badge(page, "running")).to_be_visible()
        views.append(_positions(page))
        _says(run, PAUSED)
        expect(badge(page, "paused")).to_be_visible()
        views.append(_positions(page))
    _says(run, STOPPED, "")
    expect(badge(page, "stopped")).to_be_visible()
    views.append(_positions(page))
    page.get_by_role("button", name="This run").click()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    views.append(_positions(page))
    press(page, "Delete")
    expect(page.get_by_role("button", name="Delete for good", exact=True)).to_be_visible()
    views.append(_positions(page))
    assert {name for view in [watch, *views] for name, _ in view} == set(ACTIONS)
    for before, after in [(watch, views[1]), *itertools.pairwise(views)]:
        for (one, a), (other, b) in itertools.product(before, after):
            assert one == other or not _overlap(a, b), (one, other, a, b)


def test_a_click_on_pause_is_seen_before_the_training_pauses(
    page: Page, own_server: Server, run: RunFolder
) -> None:
    with FileLock(run.path / "lock"):
        _says(run, RUNNING)
        open_at(page, own_server.address("train", run=run.name))
        press(page, "Pause")
        expect(badge(page, "pausing…")).to_be_visible()
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_disabled()
        assert take_command(run) == PAUSE
        _says(run, PAUSED)
        expect(badge(page, "paused")).to_be_visible()


def test_a_finished_run_is_written_with_at_the_first_glance(
    page: Page, own_server: Server, run: RunFolder
) -> None:
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    open_at(page, own_server.address("train", run=run.name, temperature="1.3"))
    link = page.get_by_role("link", name=WRITE, exact=True)
    expect(link).to_be_in_viewport(ratio=1)
    expect(link).to_have_css("background-color", "rgb(42, 92, 138)")  # as the primary buttons have
    expect(link).to_have_attribute("href", re.compile("temperature=1.3"))
    link.click()
    wait_for_address(page, run=run.name, temperature="1.3", checkpoint="20")
    expect(page.locator(".writer .text")).to_be_visible()


def test_the_menu_of_a_phone_has_a_name_and_nothing_lies_over_it(
    new_context: NewContext, own_server: Server
) -> None:
    page = new_context().new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    open_at(page, own_server.address("train", corpus="python"))
    opener = page.get_by_test_id("stExpandSidebarButton")
    label = "(e) => getComputedStyle(e, '::after').content"
    page_waits_until(page, lambda: opener.evaluate(label) == '"Menu"', "the menu has its name")
    page.get_by_role("button", name="Copy link").click(trial=True)
    opener.click()
    menu = page.get_by_test_id("stSidebar")
    expect(menu.get_by_role("link", name="Temperature")).to_be_visible()
    page.wait_for_timeout(500)
    box = menu.bounding_box()
    assert box is not None
    on_top = "([x, y]) => !!document.elementFromPoint(x, y).closest('[data-testid=stSidebar]')"
    for x, y in itertools.product(range(5, int(box["width"]) - 5, 15), range(5, 80, 10)):
        assert page.evaluate(on_top, [x, y]), (x, y)


@pytest.mark.training
def test_what_is_being_trained_writes_and_can_be_written_with_from_its_first_checkpoint_on(
    page: Page, own_server: Server
) -> None:
    open_at(page, own_server.address("train", corpus="python", seconds=20, units=16))
    press(page, "Start")
    page_waits_until(page, lambda: "run" in query(page), "the address names the run")
    run = own_server.run(query(page)["run"])
    page_waits_until(page, lambda: bool(run.samples()), "it has written", 600)
    before = run.status().status
    expect(page.get_by_text("What it wrote as it learned")).to_be_visible()
    link = page.get_by_role("link", name=WRITE, exact=True)
    expect(link).to_have_attribute("href", re.compile("checkpoint="))
    expect(page.get_by_role("textbox", name="The model writes after")).to_have_value("the ")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert before == RUNNING
    page_waits_until(page, lambda: run.status().status == FINISHED, "it has trained", 600)


def test_a_pasted_text_is_started_and_a_second_click_does_not_stop_it(
    page: Page, own_server: Server
) -> None:
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_at(page, own_server.address("train", seconds=4, epochs=1000, units=8))
    choose(page, "paste a text")
    there = {path.name for path in (own_server.home / "runs").glob("*")}
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_disabled()
    page.get_by_role("textbox", name="Your text").click()
    page.evaluate("(text) => navigator.clipboard.writeText(text)", prose(3000))
    page.keyboard.press("Control+V")
    expect(start).to_be_enabled()
    box = start.bounding_box()
    assert box is not None
    position = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.dblclick(*position)
    page_waits_until(page, lambda: "run" in query(page), "the address names the run")
    page.wait_for_timeout(1500)
    page.mouse.click(*position)
    run = own_server.run(query(page)["run"])
    page_waits_until(page, lambda: run.status().status == FINISHED, "it has trained", 600)
    assert run.text() == prose(3000)
    assert run.status().reason == ""
    assert {each.name for each in run.path.parent.iterdir()} - there == {run.name}
    time = page.locator(".training .figures div").first
    expect(time).to_contain_text("Training time")
    expect(time).to_contain_text("4 of 4 s")
    expect(page.get_by_role("link", name=WRITE, exact=True)).to_be_in_viewport(ratio=1)
