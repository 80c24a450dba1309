"""A text is packed, its bits seen, its file saved, and got back in another browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.driving import Server, open_at, press, settle, wait_for_address

TEXT = "The soul: “½ of it”, said ZOË…\n  \n\tAnd so on 😀"


def _characters(page: Page) -> str:
    line = page.locator(".highlight[data-count] .character")
    line.first.wait_for()
    symbols = line.evaluate_all("(all) => all.map((each) => each.lastChild.textContent)")
    return "".join(symbols)


def test_what_is_typed_is_packed_saved_and_got_back(
    page: Page, server: Server, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    open_at(page, server.address("compression"))
    area = page.get_by_role("textbox", name="A text, written or pasted")
    area.fill(TEXT)
    area.press("Control+Enter")
    settle(page)
    expect(page.get_by_test_id("stMetric").nth(1)).to_contain_text("bytes")
    expect(page.locator(".character")).to_have_count(len(TEXT))  # no longer the text at first
    assert _characters(page) == TEXT
    page.locator(".character").nth(5).hover()
    expect(page.locator(".highlight .readout")).to_contain_text("bits")
    page.get_by_test_id("stVegaLiteChart").first.locator("svg, canvas").first.wait_for()
    wait_for_address(page, text=TEXT, packed=None)
    with page.expect_download() as saved:
        page.get_by_role("button", name="The packed file").click()
    path = tmp_path / "text.chz"
    saved.value.save_as(path)
    size = page.get_by_test_id("stMetric").nth(1).inner_text()
    assert f"{path.stat().st_size} bytes" in size
    # The address shows someone else the same.
    other = open_at(new_context().new_page(), page.url)
    assert _characters(other) == TEXT
    # And the file gives the text back, through its own view.
    other.get_by_role("radio", name="Decompress", exact=True).click()
    upload = other.get_by_role("region", name="A packed file").locator('input[type="file"]')
    upload.set_input_files(path)
    alerts = other.get_by_test_id("stAlert")
    expect(alerts.filter(has_text="identical to the original")).to_be_visible()
    with other.expect_download() as got:
        other.get_by_role("button", name="The text").click()
    got.value.save_as(tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == TEXT.encode()
    # A damaged one does not.
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    settle(other)
    upload.set_input_files(
        {"name": "b.chz", "mimeType": "application/octet-stream", "buffer": bytes(damaged)}
    )
    # For a moment the page still has the one before it.
    expect(alerts.filter(has_text="damaged")).to_be_visible()
    expect(alerts).to_have_count(1)


def test_long_work_shows_how_far_it_is_and_is_stopped(page: Page, server: Server) -> None:
    # The notebook's kind of model computes sixty states for every character.
    address = server.address("compression", run="nietzsche-book", source="Python's reference")
    open_at(page, address)
    press(page, "Compress")
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text("of 20,000")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Stopped.")
    wait_for_address(page, packed="0")
    expect(progress).to_have_count(0)
