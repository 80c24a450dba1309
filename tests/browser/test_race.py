"""A race of two networks from the Race page: it is started, watched by two, and ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from charlstm.runs.config import FINISHED
from tests.browser.driving import (
    Server,
    curve,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    wait_for_address,
    wait_until,
)

pytestmark = pytest.mark.training


def _select(page: Page, label: str, option: str, position: int = 0) -> None:
    page.get_by_role("combobox", name=label).nth(position).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def test_two_networks_race_before_two_viewers_and_all_end(
    fresh_server: Server, page: Page, new_context: Callable[..., BrowserContext]
) -> None:
    runners = "gru-32x1-tbptt,conv1d-32x1-book"
    open_at(page, fresh_server.address("race", runners=runners))
    _select(page, "Recipe", "fast", 1)
    page_waits_until(
        page,
        lambda: query(page).get("runners", "").endswith("conv1d-32x1-tbptt"),
        "the address names who races",
    )
    seconds = page.get_by_role("radiogroup", name="Seconds of training for each")
    seconds.get_by_role("radio", name="5", exact=True).click()
    press(page, "Start")
    page_waits_until(page, lambda: "race" in query(page), "the address names the race")
    names = query(page)["race"].split(",")
    assert names == ["python-tbptt-gru-1", "python-tbptt-conv1d-1"]
    page_waits_until(page, lambda: curve(page).count("M") >= 2, "all have a curve", 300)
    first = curve(page)
    other = open_at(new_context().new_page(), page.url)
    expect(other.get_by_text("gru 32, fast").first).to_be_visible()
    page_waits_until(page, lambda: curve(page) != first, "the curves grow")
    address = page.url
    for viewer in (page, other):  # who looks on takes the processor from who learns
        viewer.goto("about:blank")
    wait_until(
        lambda: all(fresh_server.run(name).status().status == FINISHED for name in names),
        "all have ended",
        900,
    )
    for viewer in (page, other):
        open_at(viewer, address)
        expect(viewer.get_by_role("button", name="Another race")).to_be_visible()
    for name in names:
        run = fresh_server.run(name)
        assert run.status().status == FINISHED
        over = [float(line["seconds"]) >= 5 for line in run.history()]
        assert over == [False] * (len(over) - 1) + [True]  # the steps that reached 5 s are its last
    expect(page.get_by_text("n-gram of order 6")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("conv1d 32, fast").click()
    page_waits_until(page, lambda: "forward" in query(page), "the address names who is forward")
    press(page, "Another race")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
    wait_for_address(page, race=None)
    page_waits_until(
        page,
        lambda: query(page).get("runners", "").startswith("gru-32x1-tbptt,conv1d"),
        "the address names who races",
    )
