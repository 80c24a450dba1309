"""The Cells page: a cell is chosen, searched with, switched off and taken apart."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from charlstm import LanguageModel, activations, cell_step, open_model
from charlstm.cells.states import effect_without
from tests.browser.driving import (
    Server,
    columns_written,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    wait_for_address,
    without_dialogs,
)

TEXT = 'he said "no" (twice). then he left'


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _characters(page: Page) -> Locator:
    found = page.locator(".cells[aria-busy=false] .character")
    found.first.wait_for()
    return found


def _fractions(page: Page) -> list[float]:
    """Return how strongly each letter is coloured, below 0 where it is in the other colour."""
    found = _characters(page).evaluate_all(
        "(all) => all.map((e) => e.style.getPropertyValue('--fraction') *"
        " (e.classList.contains('negative') ? -1 : 1))"
    )
    return [float(share) for share in found]


def _middle(box: FloatRect) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _colours(page: Page) -> list[str]:
    return list(
        _characters(page).evaluate_all(
            "(all) => all.map((e) => getComputedStyle(e).backgroundColor)"
        )
    )


def _waits_for_share(page: Page, wanted: np.ndarray) -> None:
    page_waits_until(
        page,
        lambda: bool(np.abs(np.array(_fractions(page)) - wanted).max() < 1e-4),
        "the colours are those of the cell",
    )


def test_choosing_a_cell_colours_the_text_with_its_states(
    page: Page, server: Server, model: LanguageModel
) -> None:
    read = activations(model, TEXT)
    open_at(page, server.address("cells", text=TEXT, cell=20, state="h"))
    _waits_for_share(page, read.h[0, :, 20])
    before = _colours(page)
    assert len(set(before)) > 5
    known = page.get_by_role("button", name=re.compile(r"^cell \d+, .*AUC"))
    known.first.wait_for()
    label = known.first.get_attribute("aria-label") or ""
    chosen = re.match(r"cell (\d+), ([ch])", label)
    assert chosen
    known.first.click()
    page_waits_until(page, lambda: query(page).get("cell") == chosen[1], "the address follows")
    cell, state = int(chosen[1]), chosen[2]
    states = read.of(state)[:, cell]
    _waits_for_share(page, np.tanh(states) if state == "c" else states)
    assert _colours(page) != before
    expect(page.locator(".properties [aria-pressed=true]")).to_have_text(f"cell {cell}")
    page.reload()
    settle(page)
    _waits_for_share(page, np.tanh(states) if state == "c" else states)


def test_every_character_has_its_states_in_words(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("cells", text=TEXT, cell=20))
    read = activations(model, TEXT)
    said = _characters(page).evaluate_all("(all) => all.map((e) => e.getAttribute('aria-label'))")
    for position, words in enumerate(said):
        c, h = read.c[0, position, 20], read.h[0, position, 20]
        assert words.endswith(f"c = {c:.3f}, h = {h:.3f}".replace("-", "−"))
    _characters(page).nth(4).hover()
    expect(page.locator(".highlight .readout")).to_have_text(said[4])


def test_another_cell_state_or_view_is_shown_without_the_server(
    page: Page, server: Server, model: LanguageModel
) -> None:
    read = activations(model, TEXT)
    open_at(page, server.address("cells", text=TEXT, cell=20, state="h"))
    _waits_for_share(page, read.h[0, :, 20])
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    field = page.get_by_role("spinbutton", name="Cell")
    for cell in (21, 63, 127):
        field.fill(str(cell))
        np.testing.assert_allclose(_fractions(page), read.h[0, :, cell], atol=1e-9)
    page.get_by_text("memory c", exact=True).click()
    np.testing.assert_allclose(_fractions(page), np.tanh(read.c[0, :, 127]), atol=1e-9)
    about = page.locator(".cells .meaning")
    expect(about).to_contain_text("Mostly about: ")
    page.get_by_text("One step", exact=True).click()
    numbers = json.loads(page.locator(".step[data-numbers]").get_attribute("data-numbers") or "")
    assert numbers["c"] == pytest.approx(read.c[0, 0, 127], abs=1e-9)
    assert requests == []
    wait_for_address(page, cell="127", state="c", look="step")


def test_the_states_appear_while_a_long_text_is_read(page: Page, server: Server) -> None:
    text = ("the soul of man is " * 26)[:480]
    open_at(page, server.address("cells", run="nietzsche-book", text=text, cell=5, state="h"))
    expect(_characters(page)).to_have_count(480)
    wanted = activations(open_model("nietzsche-book"), text).h[0, :, 5]
    np.testing.assert_allclose(_fractions(page), wanted, atol=1e-9)
    heatmap = page.locator(".heatmap[data-ready]")
    assert heatmap.get_attribute("data-columns") == "300"


def test_the_picture_of_all_cells_chooses_with_the_mouse_and_with_keys(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("cells", text=TEXT, cell=20, state="h"))
    heatmap = page.locator(".heatmap[data-ready]")
    heatmap.wait_for()
    assert heatmap.get_attribute("data-cells") == "128"
    canvas = heatmap.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(
        position={
            "x": box["width"] * 10.5 / len(TEXT),
            "y": box["height"] * 60.5 / 128,
        }
    )
    page_waits_until(
        page,
        lambda: (query(page).get("cell"), query(page).get("position")) == ("60", "10"),
        "the address names the cell and the character",
    )
    settle(page)
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        canvas.press(key)
    expect(heatmap.locator(".said")).to_contain_text(f"cell 62 after “{TEXT[:12]}”")
    canvas.press("Enter")
    page_waits_until(
        page,
        lambda: (query(page).get("cell"), query(page).get("position")) == ("62", "11"),
        "the address names the next ones",
    )


def test_a_span_is_drawn_with_the_mouse_and_with_keys(page: Page, server: Server) -> None:
    open_at(page, server.address("cells", text=TEXT, look="find", cell=20))
    settle(page)
    characters = _characters(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    start, end = characters.nth(8).bounding_box(), characters.nth(11).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(*_middle(start))
    page.mouse.down()
    page.mouse.move(*_middle(end), steps=6)
    expect(page.locator(".character.within")).to_have_count(4)
    page.mouse.up()
    page_waits_until(page, lambda: query(page).get("span") == "8-12", "the span is kept")
    expect(page.get_by_text("Where the same cells are active")).to_be_visible()
    expect(page.get_by_text(re.compile(r"likeness 0\.\d\d")).first).to_be_visible()
    settle(page)
    characters = _characters(page)
    characters.nth(0).focus()
    page.keyboard.down("Shift")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.up("Shift")
    page_waits_until(page, lambda: query(page).get("span") == "0-3", "keys draw one too")


def test_switching_a_cell_off_changes_what_the_model_expects_and_writes(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("cells", text=TEXT, look="off", cell=20, off="none"))
    press(page, "Switch off cell 20")
    page_waits_until(page, lambda: query(page).get("off") == "0.20", "the address names it")
    effect = effect_without(model, [(0, 20)], TEXT)
    metric = page.get_by_test_id("stMetric").first
    expect(metric).to_contain_text(f"{effect.bits_before:.3f} → {effect.bits_after:.3f}")
    chart = page.get_by_test_id("stVegaLiteChart").locator("svg")
    chart.wait_for()
    bars = chart.locator(".mark-rect path[aria-label]")
    expect(bars).to_have_count(2 * len(model.vocabulary))
    page.get_by_role("button", name="Show all").click()
    assert columns_written(page) == [effect.written_before, effect.written_after]
    assert effect.written_before != effect.written_after


def test_the_diagram_of_a_step_has_the_numbers_of_the_function(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("cells", text=TEXT, look="step", cell=20, position=9))
    diagram = page.locator(".step[data-numbers]")
    diagram.wait_for()

    def shown() -> dict[str, float]:
        return dict(json.loads(diagram.get_attribute("data-numbers") or "{}"))

    def wanted(position: int) -> dict[str, float]:
        step = cell_step(model, TEXT, position)
        return {name: float(getattr(step, name)[20]) for name in shown()}

    def close(position: int) -> bool:
        return shown() == pytest.approx(wanted(position), abs=1e-9)

    assert close(9)
    expect(page.get_by_text(f"character 10 of {len(TEXT)}, cell 20")).to_be_visible()
    texts = diagram.locator("svg").text_content() or ""
    for value in wanted(9).values():
        if value != wanted(9)["h_before"]:
            assert f"{value:.4f}".replace("-", "−") in texts
    characters = _characters(page)
    characters.nth(20).click()
    page_waits_until(page, lambda: query(page).get("position") == "20", "the address follows")
    page_waits_until(page, lambda: close(20), "the diagram follows")
    press(page, "Next character")
    page_waits_until(page, lambda: close(21), "the diagram goes on")


def test_markup_in_a_text_appears_literally_and_nothing_is_executed(
    page: Page, server: Server
) -> None:
    hostile = "<img src=x onerror=alert(1)> **b** $x$ <script>alert(2)</script> end of it"
    with without_dialogs(page):
        for look in ("see", "find", "off", "step"):
            address = server.address("cells", text=hostile, look=look, span="0-6", off="0.20")
            open_at(page, address)
            page.wait_for_timeout(500)
            assert page.locator(".stMainBlockContainer img").count() == 0
            assert page.locator(".stMainBlockContainer .katex").count() == 0


@pytest.mark.parametrize("look", ["see", "find"])
def test_labels_stand_on_one_line_and_so_do_the_words_of_the_controls(
    page: Page, server: Server, look: str
) -> None:
    open_at(page, server.address("cells", look=look, span="9-16"))
    rows = [["See", "Find", "Cell", "Coloured by its", "memory c"]]
    if look == "find":
        rows += [["From character", "to character", "Search in"]]
    for row in rows:
        parts = [page.get_by_text(words, exact=True).first for words in row]
        if row is rows[0]:
            parts.append(page.get_by_role("spinbutton", name="Cell"))
        middles = []
        for part in parts:
            box = part.bounding_box()
            assert box is not None
            middles.append(box["y"] + box["height"] / 2)
        assert max(middles) - min(middles) <= 2, row
