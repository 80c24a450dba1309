"""Texts that a person gives: uploaded or pasted."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import HOSTILE, Server, choose, open_at, settle, without_dialogs


@pytest.fixture
def form(page: Page, server: Server) -> Page:
    return open_at(page, server.address("train"))


def _upload(page: Page, name: str, content: bytes) -> None:
    choose(page, "upload files")
    file = page.locator('input[type="file"]')
    file.wait_for(state="attached")
    file.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def test_a_file_in_latin_1_names_its_encoding(form: Page) -> None:
    text = "Ein schöner Satz über Käse, Öl und süße Grüße an alle Gäste.\n" * 40
    _upload(form, "gruß.txt", text.encode("latin-1"))
    expect(form.get_by_text("was read as cp1252.")).to_be_visible()
    expect(form.locator(".text-box")).to_contain_text("schöner satz über käse")
    expect(form.get_by_role("button", name="Start", exact=True)).to_be_enabled()


def test_a_binary_file_is_refused_with_a_sentence(form: Page) -> None:
    _upload(form, "picture.bin", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    expect(form.get_by_test_id("stAlert")).to_contain_text("save it as plain text in UTF-8")
    expect(form.get_by_role("button", name="Start", exact=True)).to_be_disabled()


def test_a_pasted_text_that_is_too_short_is_refused_and_kept(form: Page) -> None:
    choose(form, "paste a text")
    area = form.get_by_role("textbox", name="Your text")
    area.fill("far too short")
    area.press("Control+Enter")
    expect(form.get_by_test_id("stAlert")).to_contain_text("This text has 13 characters")
    expect(area).to_have_value("far too short")
    expect(form.get_by_role("button", name="Start", exact=True)).to_be_disabled()


def test_markup_in_a_text_appears_literally_and_nothing_is_executed(form: Page) -> None:
    with without_dialogs(form):
        choose(form, "paste a text")
        area = form.get_by_role("textbox", name="Your text")
        area.fill(HOSTILE * 30)
        area.press("Control+Enter")
        expect(form.locator(".text-box")).to_contain_text(HOSTILE.lower())
        settle(form)
