"""From page to page by the menu, in one session: nothing breaks, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from charlstm import open_model
from tests.browser.driving import (
    Server,
    dial,
    open_at,
    page_waits_until,
    query,
    settle,
    temperature,
    wait_for_address,
    whole_text,
    writer,
)

MENU = {
    "": "Temperature",
    "compare": "Compare",
    "train": "Train",
    "lesson": "Lesson",
    "hand": "By hand",
    "strategies": "Strategies",
    "atlas": "Atlas",
    "cells": "Cells",
    "timeline": "Timeline",
    "compression": "Compression",
    "race": "Race",
}
SECTIONS = {
    **dict.fromkeys(("train", "timeline", "race"), "Train"),
    **dict.fromkeys(("strategies", "atlas", "cells", "compression"), "Explore"),
}
STATES = {
    "": {"length": "120", "shown": "30"},
    "compare": {"temperatures": "0.3 0.9", "length": "40", "fork": "0"},
    "train": {"corpus": "python", "recipe": "book", "epochs": "3", "seed": "9"},
    "hand": {"length": "60", "branches": "12-113", "position": "20", "colour": "rank"},
    "strategies": {"length": "40", "width": "2", "beam": "20"},
    "atlas": {"length": "300"},
    "cells": {"text": "he said no", "look": "step", "position": "4"},
    "timeline": {"length": "20", "checkpoint": "562", "pace": "5"},
    "compression": {"text": "The sole qxq", "packed": "1"},
    "race": {"runners": "gru-64x1-tbptt,lstm-32x2-book", "corpus": "python", "seconds": "40"},
}
"""What somebody chose on each page; besides it, all pages share SHARED."""
SHARED = {"prompt": "the soul ", "seed": "3", "temperature": "0.8"}
KNOW_SHARED = {
    **{path: {*SHARED} for path in ("", "hand", "strategies", "atlas", "timeline", "race")},
    "compare": {"prompt", "seed"},
}


def go(page: Page, path: str) -> None:
    """Choose a page in the menu."""
    if section := SECTIONS.get(path):
        page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
        page.get_by_role("menuitem", name=MENU[path], exact=True).click()
    else:
        page.get_by_test_id("stTopNavLink").filter(has_text=MENU[path]).click()
    page_waits_until(page, lambda: page.url.split("?")[0].rsplit("/", 1)[1] == path, path)
    settle(page)
    page.wait_for_timeout(100)
    settle(page)
    assert page.get_by_test_id("stException").count() == 0, path


def every_pair(paths: list[str]) -> list[str]:
    """Return a walk that goes from every page to every other one, each way once."""
    left = {path: [other for other in paths if other != path] for path in paths}
    walk, stack = [], [paths[0]]
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            walk.append(stack.pop())
    return walk[::-1]


def test_every_page_is_as_it_was_left_whatever_page_one_comes_from(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("lesson"))
    for path, state in STATES.items():  # in one session: a link of the page itself, then a walk
        asked = state | {key: SHARED[key] for key in KNOW_SHARED.get(path, ())}
        page.evaluate(
            """(url) => {
                history.pushState({}, "", url);
                window.dispatchEvent(new PopStateEvent("popstate"));
            }""",
            f"/{path}?{urlencode(asked)}",
        )
        page_waits_until(page, lambda: asked.items() <= query(page).items(), path)  # noqa: B023
        page.wait_for_timeout(300)  # until its script runs
        settle(page)
    for path in every_pair(list(MENU))[1:]:
        go(page, path)
        asked = STATES.get(path, {}) | {key: SHARED[key] for key in KNOW_SHARED.get(path, ())}
        page_waits_until(page, lambda: query(page) == asked, f"{path} is at {asked}", 120)  # noqa: B023


def test_a_page_that_is_opened_by_the_menu_has_only_its_defaults(
    page: Page, server: Server
) -> None:
    open_at(page, server.address())
    for path in every_pair(["", "compare", "hand", "strategies", "timeline", "atlas"])[1:]:
        go(page, path)
        assert query(page) == {}, path
        expect(page.get_by_role("spinbutton", name="Seed", exact=True)).to_have_value("0")
        usual = {"hand": "200", "timeline": "200", "atlas": "4000"}.get(path, "400")
        for length in page.get_by_role("spinbutton", name="Characters", exact=True).all():
            expect(length).to_have_value(usual)


def test_a_text_is_still_there_when_one_comes_back(page: Page, server: Server) -> None:
    open_at(page, server.address(prompt="the soul ", speed="all"))
    text = whole_text(page)
    page.get_by_role("button", name="New seed").click()
    wait_for_address(page, seed="1")
    other = whole_text(page)
    assert other != text
    go(page, "compare")
    go(page, "")
    assert whole_text(page) == other
    wait_for_address(page, prompt="the soul ", speed="all", seed="1")


def test_the_run_that_is_watched_is_the_model_of_the_other_pages(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("train", run="nietzsche-book"))
    go(page, "")
    wait_for_address(page, run="nietzsche-book")
    expect(page.get_by_role("button", name="Model: nietzsche-book")).to_be_in_viewport()
    go(page, "hand")
    expect(page.get_by_role("button", name="Model: nietzsche-book")).to_be_in_viewport()
    go(page, "train")
    wait_for_address(page, run="nietzsche-book")


@pytest.mark.parametrize("path", ["compare", "hand", "train"])
def test_one_click_on_the_menu_is_one_entry_of_the_history(
    new_context: Callable[..., BrowserContext], server: Server, path: str
) -> None:
    page = new_context().new_page()  # a tab that was used for long counts no further than 50
    open_at(page, server.address(prompt="the soul ", temperature=0.8))
    dial(page)
    before = page.evaluate("history.length")
    go(page, path)
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    wait_for_address(page, prompt="the soul ", temperature="0.8")
    page_waits_until(page, lambda: temperature(page) == 0.8, "the dial is back")


def test_every_press_counts(page: Page, server: Server) -> None:
    open_at(page, server.address(prompt="the soul ", length=60))
    writer(page)
    for _ in range(6):
        page.get_by_role("button", name="New seed").click()
    wait_for_address(page, seed="6")
    expected = open_model().write("the soul ", temperature=0.5, length=60, seed=6)
    assert whole_text(page) == expected
