"""A race of two recipes from the Speed page: it is started, watched by two, and ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from driving import Server, curve, open_at, page_waits_until, press, query, settle
from playwright.sync_api import BrowserContext, Page, expect

from charlstm.runs.folder import FINISHED


def _select(page: Page, label: str, option: str, place: int = 0) -> None:
    page.get_by_role("combobox", name=label).nth(place).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def test_two_recipes_race_before_two_viewers_and_both_end(
    page: Page, fresh_server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    open_at(page, fresh_server.address("speed"))
    for place in (0, 1):
        _select(page, "Cells", "32", place)
    page.get_by_role("radio", name="10", exact=True).click()
    press(page, "Start")
    page_waits_until(page, lambda: "race" in query(page), "the address names the race")
    names = query(page)["race"].split(",")
    assert names == ["python-tbptt-1", "python-book-1"]
    page_waits_until(page, lambda: curve(page).count("M") >= 2, "both have a curve", 90)
    first = curve(page)
    other = open_at(new_context().new_page(), page.url)
    expect(other.get_by_text("book, 32 cells").first).to_be_visible()
    page_waits_until(page, lambda: curve(page) != first, "the curves grow")
    expect(page.get_by_role("button", name="Another race")).to_be_visible(timeout=120_000)
    expect(other.get_by_role("button", name="Another race")).to_be_visible()
    for name in names:
        status = fresh_server.run(name).status()
        assert status.status == FINISHED
        assert status.seconds == pytest.approx(10, abs=0.5)
    press(page, "Another race")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
    assert "race" not in query(page)
