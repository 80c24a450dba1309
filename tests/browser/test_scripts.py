"""Texts in scripts that run from right to left, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import Server, open_at
from tests.made import made_run

ARABIC = "مرحبا بالعالم هذا نص قصير\nالجسر القديم على النهر\n"
LATIN = "hello world this is short\nthe old bridge over it\n"


@pytest.fixture
def two_scripts(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that has learned lines of both scripts, among the server's runs."""
    monkeypatch.setenv("CHARLSTM_HOME", str(server.home))
    if not server.run("scripts").path.exists():
        run = made_run("scripts", text=(ARABIC + LATIN) * 20)
        line = {"epoch": 3, "step": 30, "seed": 1, "prompt": "a "}
        run.append_samples(line | {"temperature": 1.0, "text": ARABIC})
        run.append_samples(line | {"temperature": 0.5, "text": LATIN})
    return "scripts"


def _direction(element: Locator) -> str:
    return str(element.evaluate("element => getComputedStyle(element).direction"))


def _sides(line: Locator) -> list[str]:
    """Return for each line of a text the margin that its first letter stands at."""
    return list(
        line.evaluate(
            """line => {
              const box = line.getBoundingClientRect();
              const characters = [...line.querySelectorAll(".character")];
              const ends = characters.map((letter) => letter.textContent.endsWith("\\n"));
              const firsts = characters.filter((_, index) => index === 0 || ends[index - 1]);
              return firsts.map((letter) => {
                const { left, right } = letter.getBoundingClientRect();
                return left - box.left < box.right - right ? "left" : "right";
              });
            }"""
        )
    )


@pytest.mark.parametrize(("text", "direction"), [(ARABIC, "rtl"), (LATIN, "ltr")])
def test_a_line_runs_as_its_script_does(
    page: Page, server: Server, two_scripts: str, text: str, direction: str
) -> None:
    open_at(page, server.address("hand", run=two_scripts, prompt="", text=text))
    line = page.locator(".text.shown")
    expect(line).to_contain_text(text.split()[0])
    assert _direction(line) == direction

    open_at(page, server.address(run=two_scripts, prompt=text))
    written = page.locator(".writer .text")
    expect(written).to_contain_text(text.split()[0])
    assert _direction(written) == direction

    open_at(page, server.address("timeline", run=two_scripts, prompt=text))
    film = page.locator(".timeline .text")
    expect(film).to_contain_text(text.split()[0])
    assert _direction(film) == direction

    open_at(page, server.address("train", run=two_scripts))
    sample = page.get_by_test_id("stHtml").locator("[dir=auto]").filter(has_text=text.split()[0])
    expect(sample.first).to_be_visible()
    assert _direction(sample.first) == direction


def test_lines_of_both_scripts_stand_at_their_own_margins(
    page: Page, server: Server, two_scripts: str
) -> None:
    open_at(page, server.address("hand", run=two_scripts, prompt="", text=LATIN + ARABIC))
    line = page.locator(".text.shown")
    expect(line).to_contain_text("hello")
    assert _sides(line) == ["left", "left", "right", "right"]
