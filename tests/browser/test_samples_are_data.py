"""What a run wrote, its reason and its prompt appear literally."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from charlstm.runs.config import FAILED
from tests.browser.driving import HOSTILE, Server, as_read, open_at, without_dialogs
from tests.made import made_run


@pytest.fixture
def hostile_run(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """A failed run whose texts are all markup, among the server's runs."""
    monkeypatch.setenv("CHARLSTM_HOME", str(server.home))
    if not server.run("hostile").path.exists():
        run = made_run("hostile")
        line = {"epoch": 3, "step": 30, "temperature": 1.0, "seed": 1}
        run.append_samples(line | {"prompt": HOSTILE, "text": HOSTILE})
        run.write_status(replace(run.status(), status=FAILED, reason=HOSTILE))
    return "hostile"


def test_samples_prompt_and_reason_appear_literally(
    page: Page, server: Server, hostile_run: str
) -> None:
    with without_dialogs(page):
        open_at(page, server.address("train", run=hostile_run))
        sample = page.get_by_test_id("stHtml").filter(has_text="T = 1").first
        expect(sample).to_contain_text(HOSTILE)
        reason = page.get_by_test_id("stAlert").filter(has_text="alert(1)")
        assert as_read(reason.inner_text()) == HOSTILE
        caption = page.get_by_test_id("stCaptionContainer").filter(has_text="Epoch 3").first
        assert HOSTILE in as_read(caption.inner_text())
        expect(page.locator(".katex")).to_have_count(0)
