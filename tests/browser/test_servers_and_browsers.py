"""Servers below a path, and browsers that cannot run the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from charlstm.runs.opening import open_model
from charlstm.ui.views.written import OLD_BROWSER
from tests.browser.driving import (
    WINDOW,
    Server,
    columns_written,
    console_errors,
    open_at,
    whole_text,
)

PROMPT = "the meaning of "


def test_below_a_path_pages_links_and_old_addresses_work_too(
    browser: Browser, tmp_path: Path
) -> None:
    server = Server(tmp_path, base_path="courses/language")
    server.start()
    page = browser.new_page(**WINDOW)
    errors = console_errors(page)
    model = open_model()
    asked = {"prompt": PROMPT, "length": 60, "seed": 2, "speed": "all"}
    expected = model.write(PROMPT, temperature=0.7, length=60, seed=2)
    open_at(page, server.address(**asked, temperature=0.7))
    assert whole_text(page) == expected
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    page.wait_for_url(f"{server.url}/compare*")
    open_at(page, server.address("compare", **asked, temperatures="0.7 1"))
    assert columns_written(page)[0] == expected
    open_at(page, server.address("surprise", text="the cat"))
    assert page.url.startswith(f"{server.url}/hand?")
    handout = page.request.get(f"{server.url}/charlstm/page/{model.run}/{model.step}")
    assert handout.ok
    assert errors == []
    page.close()
    server.stop()


@pytest.mark.parametrize("path", ["", "compare", "hand", "strategies", "timeline", "cells"])
def test_where_a_browser_is_too_old_a_page_says_so_and_the_server_computes(
    browser: Browser, server: Server, path: str
) -> None:
    page = browser.new_page(**WINDOW)
    page.add_init_script("delete Array.prototype.findLast")
    open_at(page, server.address(path))
    expect(page.get_by_text(OLD_BROWSER)).to_be_visible()
    shown = page.get_by_test_id("stHtml").locator("[dir=auto]")
    expect(shown.or_(page.get_by_test_id("stDataFrame")).first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.close()
