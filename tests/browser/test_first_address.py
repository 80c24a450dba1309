"""The first address that a fresh server is asked for may be any page's.

The Train page's is held in test_training_loop.py, whose server is fresh, too.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.driving import Server, opens_within_the_app


@pytest.mark.parametrize(
    ("path", "sight", "title"),
    [
        ("lesson", "Four steps make a text", "Lesson"),
        ("strategies?seed=4", "Explore › Strategies", "Strategies"),
        ("?temperature=0.3&write=1", "400 characters", "Temperature"),
    ],
)
def test_a_deep_link_shows_its_page_within_the_app(
    fresh_server: Server, page: Page, path: str, sight: str, title: str
) -> None:
    opens_within_the_app(page, fresh_server, path, sight, title)
