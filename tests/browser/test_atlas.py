"""The atlas in a real browser: computed by a process, survives a reload, clicked, and read."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from charlstm import atlas, open_model
from charlstm.exploring.atlas import TEMPERATURES
from tests.browser.driving import (
    Server,
    console_errors,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    wait_for_address,
)

PROMPT = "the soul "


def _text(page: Page) -> str:
    return page.get_by_role("region", name="The text at this temperature").inner_text()


def _wait_for_text(page: Page, text: str) -> None:
    page_waits_until(page, lambda: _text(page) == text, "the text of this temperature is shown")
    settle(page)


def _panel(page: Page, number: int = 0) -> Locator:
    panel = page.get_by_test_id("stVegaLiteChart").nth(number)
    panel.locator("svg").wait_for()
    return panel


def _click_chart(page: Page, number: int, temperature: float) -> None:
    """Click a panel where a temperature stands on its axis, half way up."""
    strips = _panel(page, number).locator(".mark-rect path, .mark-rect rect")
    strip = strips.nth(TEMPERATURES.index(temperature))
    box = strip.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page_waits_until(
        page, lambda: query(page).get("temperature") == repr(temperature), "the address follows"
    )
    settle(page)


def test_an_atlas_is_computed_clicked_and_read(
    page: Page, own_server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    complaints = console_errors(page)
    open_at(page, own_server.address("atlas", prompt=PROMPT, length=1500))
    press(page, "Compute the atlas")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="T = 0.5")).to_be_visible(timeout=180_000)
    model = open_model()
    _wait_for_text(page, PROMPT + model.write(PROMPT, temperature=0.5, length=1500))

    _click_chart(page, 1, 1.2)
    expect(page.get_by_role("heading", name="T = 1.2")).to_be_visible()
    _wait_for_text(page, PROMPT + model.write(PROMPT, temperature=1.2, length=1500))
    table = atlas(prompt=PROMPT, length=1500).set_index("temperature")
    row = table.loc[1.2]
    underlined = page.get_by_role("region").locator(".invented")
    assert underlined.count() >= len(row["invented"])
    assert {word.lower() for word in underlined.all_text_contents()} == set(row["invented"])
    style = underlined.first.evaluate("(e) => getComputedStyle(e).textDecorationLine")
    assert style == "underline"
    words = page.get_by_test_id("stMarkdownContainer").filter(has_text="words").first.inner_text()
    assert re.search(rf"{row['words']} words", words)

    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    slider.press("ArrowRight")
    wait_for_address(page, temperature="1.25")
    expect(page.get_by_role("heading", name="T = 1.25")).to_be_visible()
    _wait_for_text(page, PROMPT + table.loc[1.25, "text"])

    other = open_at(new_context().new_page(), page.url)
    expect(other.get_by_role("heading", name="T = 1.25")).to_be_visible()
    _wait_for_text(other, _text(page))
    assert complaints == []


def test_a_computation_can_be_stopped(page: Page, own_server: Server) -> None:
    address = own_server.address("atlas", run="nietzsche-book", prompt=PROMPT, length=4000)
    open_at(page, address)
    press(page, "Compute the atlas")
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text(re.compile(r"[1-9][\d,]* of 4,000 each"), timeout=180_000)
    press(page, "Stop")
    expect(page.get_by_text("It was stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Compute the atlas")).to_be_enabled()


def test_a_copy_leads_to_its_position(page: Page, own_server: Server) -> None:
    """Python's language reference is at hand everywhere, so a run on it can show the place."""
    import shutil

    from charlstm.data.named import load
    from charlstm.runs.config import FINISHED, Status
    from charlstm.runs.new import new_run
    from charlstm.settings import settings_for
    from tests.made import random_weights

    corpus = load("python").lowered()
    run = new_run(corpus, settings_for("tbptt", units=8), "reference")
    run.write_checkpoint(1, random_weights(len(corpus.vocabulary)))
    run.write_status(Status(status=FINISHED, step=1, steps=1))
    shutil.copytree(run.path, own_server.home / "runs" / run.name)
    passage = corpus.text[90_000:90_070]
    open_at(page, own_server.address("hand", run="reference", prompt="", text="xq " + passage))
    page.get_by_role("link", name=re.compile("characters copied from the corpus")).first.click()
    expect(page.get_by_role("heading", name="In the corpus")).to_be_visible()
    marked = page.locator(".copied").inner_text()
    assert " ".join(passage.split())[10:50] in " ".join(marked.split())
    wait_for_address(page, source="reference")
