"""Temperature by hand, with clicks and keys; each test is one visit to a page.

A fork is opened, characters are picked, branches are grown and walked in, a text is coloured.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from charlstm import (
    LanguageModel,
    compare,
    fork_table,
    open_model,
)
from tests.browser.driving import (
    Server,
    dial,
    open_at,
    page_waits_until,
    press,
    settle,
    wait_for_address,
)

PROMPT = "the soul of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _characters(page: Page) -> Locator:
    return page.locator(".highlight[data-token] .character")


def _text(page: Page) -> str:
    symbols = _characters(page).evaluate_all(
        "(all) => all.map((each) => each.lastChild.textContent)"
    )
    return "".join(symbols)


def _marked(page: Page) -> list[int]:
    found = page.locator(".highlight[data-token] .character.marked")
    return [int(index) for index in found.evaluate_all("(all) => all.map((e) => e.dataset.index)")]


def _waits_for_text(page: Page, wanted: str, marked: list[int]) -> None:
    page_waits_until(
        page, lambda: (_text(page), _marked(page)) == (wanted, marked), f"it says {wanted!r}"
    )


def _bar(page: Page, symbol: str, model: LanguageModel) -> Locator:
    index = model.vocabulary.symbols.index(symbol)
    return dial(page).locator(f'.bar[data-index="{index}"]')


def test_columns_go_on_together_and_an_opened_fork_shows_why_they_part(
    page: Page, server: Server, model: LanguageModel, tmp_path: Path
) -> None:
    result = compare(model, PROMPT, [0.2, 0.8, 1.4], length=120, seed=1)
    assert len(result.forks) == 2
    open_at(
        page,
        server.address("compare", prompt=PROMPT, temperatures="0.2 0.8 1.4", length=120, seed=1),
    )
    columns = page.locator(".typewriter[data-token] .page")
    expect(columns).to_have_count(3)
    page.get_by_role("button", name="Again", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.keyboard.press("ArrowRight")
    shown = ["".join(column.locator(".shown").all_text_contents()) for column in columns.all()]
    count = int(page.locator(".typewriter").get_attribute("data-shown") or "-1")
    assert count >= 2
    assert shown == [text[:count] for text in result.texts]
    wait_for_address(page, shown=str(count))
    other = page.context.new_page()
    open_at(other, page.url)
    expect(other.locator(".typewriter[data-token]")).to_have_attribute("data-shown", str(count))
    expect(other.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    other.close()
    page.get_by_role("button", name="Show all").click()
    wait_for_address(page, shown=None)
    assert [column.locator(".text").text_content() for column in columns.all()] == [
        PROMPT + text for text in result.texts
    ]
    marks = columns.nth(2).locator("mark.reached")
    fork = result.forks[1]
    assert marks.all_text_contents() == [fork.symbols[1]]

    # A mark opens its fork, and brings it into view.
    marks.first.click()
    wait_for_address(page, fork="1")
    expect(page.get_by_role("radio", name="0.8 | 1.4", exact=True)).to_be_checked()
    expect(page.get_by_role("heading", name="Why do they differ?")).to_be_in_viewport()
    columns.nth(0).locator("mark.reached").click()
    wait_for_address(page, fork=None)
    page.get_by_role("radio", name="0.8 | 1.4", exact=True).click()
    wait_for_address(page, fork="1")
    main = page.get_by_test_id("stMain")
    one, other = fork.symbols
    expect(main).to_contain_text(f"The random number {fork.uniform:.3f} picks")
    assert {one, other} & {"\n", " "} == set()
    expect(main).to_contain_text(f"“{one}” at T = 0.8, “{other}” at T = 1.4")
    settle(page)

    # What is drawn: pieces as long as they are probable, and the uniform across the two it hit.
    table = fork_table(model, result, fork)
    chart = page.get_by_test_id("stVegaLiteChart").locator("svg.marks")
    pieces = chart.locator(".mark-rect path")
    expect(pieces).to_have_count(len(table))
    widths = np.array([_box(piece)["width"] for piece in pieces.all()])
    widths -= widths.min()  # the line around each is a part of its box
    assert np.abs(widths / widths.sum() * 2 - table["probability"]).max() < 0.001
    rule = _box(chart.locator(".mark-rule line"))
    hit = [_box(piece) for piece in pieces.all() if piece.get_attribute("fill") == "#d55e00"]
    assert len(hit) == 2
    for box in hit:
        assert box["x"] - 1 <= rule["x"] + rule["width"] / 2 <= box["x"] + box["width"] + 1

    # And exactly: the file of what is shown.
    press(page, "Download")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Where these two differ (CSV)", exact=True).click()
    file = tmp_path / "fork.csv"
    waiting.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    for name in ("temperature", "probability", "from", "to"):
        assert [float(row[name]) for row in rows] == table[name].tolist()
    struck = [row for row in rows if row["hit"] == "True"]
    assert [row["symbol"] for row in struck] == [one, other]
    for row in struck:
        assert float(row["from"]) <= fork.uniform < float(row["to"])


def test_a_mark_that_two_forks_share_opens_one_after_the_other(
    page: Page, server: Server, model: LanguageModel
) -> None:
    def forks(seed: int) -> list[int]:
        result = compare(model, "the soul ", [0.2, 0.8, 1.4], length=40, seed=seed)
        return [fork.position for fork in result.forks]

    seed = next(each for each in range(100) if forks(each) == [0, 0])
    open_at(
        page,
        server.address(
            "compare",
            prompt="the soul ",
            temperatures="0.2 0.8 1.4",
            length=40,
            seed=seed,
            shown=3,
        ),
    )
    mark = page.locator(".typewriter[data-token] .page").nth(1).locator("mark.reached")
    mark.click()
    wait_for_address(page, fork="1", shown="3")
    mark.click()
    wait_for_address(page, fork=None, shown="3")
    expect(page.get_by_role("radio", name="0.2 | 0.8", exact=True)).to_be_checked()


def _box(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box is not None
    return box
