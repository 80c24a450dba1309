"""The first address that a fresh server is asked for may be any page's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Server, open_at


@pytest.mark.parametrize(
    ("path", "sight", "title"),
    [
        ("train?run=nietzsche-book", "finished", "Train"),
        ("lesson", "Four steps make a text", "Lesson"),
        ("strategies?seed=4", "Rule out unlikely characters", "Strategies"),
        ("?temperature=0.3&write=1", "of 400", "Temperature"),
    ],
)
def test_a_deep_link_shows_its_page_within_the_app(
    fresh_server: Server, page: Page, path: str, sight: str, title: str
) -> None:
    open_at(page, f"{fresh_server.url}/{path}")
    for name in ("Temperature", "Compare", "Lesson"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_text(sight).first).to_be_visible()
    expect(page).to_have_title(f"{title} · charlstm")
    assert path in page.url


@pytest.mark.parametrize(("old", "new"), [("speed?race=race-lstm", "race?race=race-lstm")])
def test_the_address_of_an_older_page_leads_to_the_one_that_has_taken_it_in(
    server: Server, page: Page, old: str, new: str
) -> None:
    open_at(page, f"{server.url}/{old}")
    page.wait_for_url(f"{server.url}/{new}")
    expect(page.get_by_text("lstm 128").first).to_be_visible()
