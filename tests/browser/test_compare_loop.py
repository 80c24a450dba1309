"""The Compare page in a browser: columns that are written there, marks, and why they differ."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from charlstm import LanguageModel, compare, fork_table, open_model
from charlstm.data.vocabulary import visible
from charlstm.exploring.compare import Comparison, Fork
from charlstm.ui.controls.writing import NO_TEMPERATURES, SEVERAL
from charlstm.web.addresses import module_address
from tests.browser.driving import (
    HOSTILE,
    WINDOW,
    Server,
    columns,
    columns_written,
    frames_sent,
    open_at,
    overflow,
    page_waits_until,
    press,
    wait_for_address,
    wait_for_silence,
    without_dialogs,
)
from tests.typed import TEMPERATURES

PROMPT = "the soul "
THREE = {"prompt": PROMPT, "temperatures": "0.2 0.8 1.4", "length": 120, "seed": 1}


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


@pytest.fixture(scope="module")
def three(model: LanguageModel) -> Comparison:
    """What the page THREE shows."""
    result = compare(model, PROMPT, [0.2, 0.8, 1.4], length=120, seed=1)
    assert len(result.forks) == 2
    return result


def why(page: Page) -> str:
    return page.locator(".why-words").inner_text()


def said_of(fork: Fork, temperatures: tuple[float, ...]) -> str:
    one, other = (f"“{visible(symbol)}”" for symbol in fork.symbols)
    left, right = (temperatures[column] for column in (fork.left, fork.right))
    return (
        f"The random number {fork.uniform:.3f} picks character {fork.position + 1}: {one} at"
        f" T = {left:g}, {other} at T = {right:g}."
    )


def mark(page: Page, column: int) -> Locator:
    return columns(page).nth(column).locator(".differs")


def test_columns_are_written_live_together_and_can_be_paused_and_stepped(
    page: Page, server: Server, three: Comparison
) -> None:
    open_at(page, server.address("compare", **THREE, speed=10))
    expect(columns(page)).to_have_count(3)
    page.get_by_role("button", name="Again", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.keyboard.press("ArrowRight")
    count = int(page.locator(".comparison").get_attribute("data-shown") or "-1")
    assert count >= 2
    assert columns_written(page) == [text[:count] for text in three.texts]
    wait_for_address(page, shown=str(count))
    other = page.context.new_page()
    open_at(other, page.url)
    expect(other.locator(".comparison")).to_have_attribute("data-shown", str(count))
    expect(other.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    other.close()
    page.get_by_role("button", name="Show all").click()
    wait_for_address(page, shown=None)
    assert columns_written(page) == list(three.texts)
    assert columns(page).locator(".column-name").all_inner_texts() == [
        "T = 0.2",
        "T = 0.8",
        "T = 1.4",
    ]
    assert columns(page).locator(".prompt").all_text_contents() == [PROMPT] * 3


def test_marks_stand_where_neighbours_differ_and_open_why(
    page: Page, server: Server, three: Comparison
) -> None:
    sent = frames_sent(page)
    open_at(page, server.address("compare", **THREE, speed="all"))
    first, second = three.forks
    for column in range(3):
        own = {f.position for f in three.forks if column in (f.left, f.right)}
        expect(mark(page, column)).to_have_count(len(own))
        found = mark(page, column).evaluate_all("(all) => all.map((e) => +e.dataset.index)")
        assert sorted(found) == sorted(own)
    assert said_of(first, three.temperatures) in why(page)
    before = PROMPT + "".join(three.written_before(first))
    assert f"Both texts were the same up to “{before}”" in why(page)
    page.wait_for_timeout(1000)  # the texts are told to the server, which underlines words
    told = wait_for_silence(page, sent)
    mark(page, 2).click()
    assert said_of(second, three.temperatures) in why(page)
    assert page.locator(".neighbours input:checked").get_attribute("value") == "1"
    expect(page.locator(".why")).to_be_in_viewport()
    page.locator(".neighbours").get_by_text("0.2 | 0.8").click()
    assert said_of(first, three.temperatures) in why(page)
    mark(page, 2).click()
    assert len(sent) == told  # a click is answered in the browser
    wait_for_address(page, fork="1")
    page.reload()
    page_waits_until(
        page, lambda: said_of(second, three.temperatures) in why(page), "it shows the second fork"
    )


def test_both_lines_are_the_distributions_and_the_random_number_hits_what_was_drawn(
    page: Page, server: Server, three: Comparison, model: LanguageModel
) -> None:
    open_at(page, server.address("compare", **THREE, speed="all", fork=1))
    fork = three.forks[1]
    page_waits_until(page, lambda: said_of(fork, three.temperatures) in why(page), "why is shown")
    table = fork_table(model, three, fork)
    needle = _box(page.locator(".fork .needle"))
    middle = needle["x"] + needle["width"] / 2
    assert page.locator(".fork-names span").all_inner_texts() == ["T = 0.8", "T = 1.4"]
    for line, (temperature, rows) in enumerate(table.groupby("temperature")):
        pieces = page.locator(".fork .pieces").nth(line)
        whole = _box(pieces)
        assert (middle - whole["x"]) / whole["width"] == pytest.approx(fork.uniform, abs=0.004)
        picked = _box(pieces.locator(".picked"))
        assert picked["x"] - 1 <= middle <= picked["x"] + picked["width"] + 1
        hit = rows[rows["hit"]].iloc[0]
        assert picked["width"] / whole["width"] == pytest.approx(hit["probability"], abs=0.002)
        likely = rows[rows["probability"] >= 0.016]
        labelled = [each for each in pieces.locator("span").all() if each.text_content()]
        assert [each.text_content() for each in labelled] == likely["symbol"].map(visible).tolist()
        widths = np.array([_box(each)["width"] for each in labelled]) / whole["width"]
        assert np.abs(widths - likely["probability"].to_numpy()).max() < 0.002, temperature


def test_before_they_differ_both_lines_show_each_new_character(
    page: Page, server: Server, model: LanguageModel
) -> None:
    def parts(seed: int) -> int:
        forks = compare(model, PROMPT, [0.5, 0.6], length=60, seed=seed).forks
        return forks[0].position if forks else -1

    seed = next(each for each in range(100) if parts(each) > 5)
    result = compare(model, PROMPT, [0.5, 0.6], length=60, seed=seed)
    (fork,) = result.forks
    address = {"prompt": PROMPT, "temperatures": "0.5 0.6", "length": 60, "seed": seed}
    open_at(page, server.address("compare", **address, shown=3))
    symbol, number = visible(result.texts[0][2]), result.uniforms[2]
    in_both = f"The random number {number:.3f} picks character 3: “{symbol}” in both."
    page_waits_until(page, lambda: why(page) == in_both, "the third is shown")
    assert page.locator(".differs").count() == 0
    page.get_by_role("button", name="Show all").click()
    assert said_of(fork, result.temperatures) in why(page)


def test_a_mark_that_two_forks_share_opens_one_after_the_other(
    page: Page, server: Server, model: LanguageModel
) -> None:
    def forks(seed: int) -> list[int]:
        result = compare(model, PROMPT, [0.2, 0.8, 1.4], length=40, seed=seed)
        return [fork.position for fork in result.forks]

    seed = next(each for each in range(100) if forks(each) == [0, 0])
    open_at(page, server.address("compare", **THREE | {"length": 40, "seed": seed}, shown=3))
    mark(page, 1).click()
    wait_for_address(page, fork="1", shown="3")
    mark(page, 1).click()
    wait_for_address(page, fork=None, shown="3")
    assert page.locator(".neighbours input:checked").get_attribute("value") == "0"


def test_columns_that_never_part_are_said_to_be_the_same(page: Page, server: Server) -> None:
    open_at(page, server.address("compare", temperatures="1, 1", length=50, speed="all"))
    page_waits_until(page, lambda: why(page).startswith("They do not: all columns"), "it is said")
    assert page.locator(".differs").count() == 0


def test_a_new_seed_writes_all_columns_anew(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("compare", **THREE, speed="all"))
    press(page, "New seed")
    wait_for_address(page, seed="2")
    expected = compare(model, PROMPT, [0.2, 0.8, 1.4], length=120, seed=2).texts
    assert columns_written(page) == list(expected)
    page.get_by_role("spinbutton", name="Characters").fill("30")
    page.keyboard.press("Enter")
    wait_for_address(page, length="30")
    assert columns_written(page) == [text[:30] for text in expected]


def test_temperatures_are_typed_and_what_cannot_be_is_said_in_words(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("compare", **THREE, speed="all"))
    field = page.get_by_role("textbox", name="2 to 6 temperatures")
    field.fill("0,3; 0,9")
    field.press("Enter")
    expect(columns(page)).to_have_count(2)
    expected = compare(model, PROMPT, [0.3, 0.9], length=120, seed=1).texts
    assert columns_written(page) == list(expected)
    wait_for_address(page, temperatures="0,3; 0,9")
    note = page.locator(".temperatures-note")
    expect(note).to_be_hidden()
    field.fill("0,3")
    field.press("Enter")
    expect(note).to_have_text(NO_TEMPERATURES)
    expect(field).to_have_attribute("aria-invalid", "true")
    usual = compare(model, PROMPT, SEVERAL, length=120, seed=1).texts
    assert columns_written(page) == list(usual)


def test_temperatures_are_read_in_the_browser_as_in_python(page: Page, server: Server) -> None:
    page.goto(server.address("_stcore/health"))
    script = """async ([address, texts]) => {
        const { readTemperatures } = await import(address);
        const limits = { fewest: 2, most: 6, maximum: 2 };
        return texts.map((text) => readTemperatures(text, limits));
    }"""
    address = f"/{module_address('ui/components/compare/temperatures.js')}"
    given = [*TEMPERATURES, ("nan, 1", None), ("0x1, 1", None), ("", None), ("-1, 1", None)]
    found = page.evaluate(script, [address, [text for text, _ in given]])
    assert found == [None if values is None else list(values) for _, values in given]


def test_a_strategy_acts_in_every_column(page: Page, server: Server, model: LanguageModel) -> None:
    open_at(page, server.address("compare", **THREE, strategy="top-k:3", speed="all"))
    expected = compare(
        model, PROMPT, [0.2, 0.8, 1.4], length=120, seed=1, strategies=[("top-k", 3)]
    )
    page_waits_until(
        page, lambda: columns_written(page) == list(expected.texts), "the texts are those"
    )


def test_a_model_that_reads_a_window_writes_in_slices(page: Page, server: Server) -> None:
    address = THREE | {"run": "nietzsche-book", "length": 60}
    open_at(page, server.address("compare", **address, speed="all"))
    expected = compare(
        open_model("nietzsche-book"), PROMPT, [0.2, 0.8, 1.4], length=60, seed=1
    ).texts
    page_waits_until(page, lambda: columns_written(page) == list(expected), "all of it is written")


def test_both_distributions_are_a_file(
    page: Page, server: Server, model: LanguageModel, three: Comparison, tmp_path: Path
) -> None:
    open_at(page, server.address("compare", **THREE, speed="all"))
    mark(page, 2).click()
    wait_for_address(page, fork="1")
    press(page, "Download")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Where these two differ (CSV)", exact=True).click()
    file = tmp_path / "fork.csv"
    waiting.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    fork = three.forks[1]
    table = fork_table(model, three, fork)
    for name in ("temperature", "probability", "from", "to"):
        assert [float(row[name]) for row in rows] == table[name].tolist()
    struck = [row for row in rows if row["hit"] == "True"]
    assert [row["symbol"] for row in struck] == list(fork.symbols)
    for row in struck:
        assert float(row["from"]) <= fork.uniform < float(row["to"])


def test_a_random_number_drops_once_and_then_stays(
    page: Page, server: Server, three: Comparison
) -> None:
    open_at(page, server.address("compare", **THREE, shown=2))
    needle = page.locator(".fork .needle")
    moving = "(e) => e.getAnimations().length"
    page_waits_until(page, lambda: needle.evaluate(moving) == 0, "it has dropped")
    position = max(three.forks[0].position, 2) + 1
    for _ in range(position):
        page.get_by_role("button", name="Step", exact=True).click()
    assert said_of(three.forks[0], three.temperatures) in why(page)
    page_waits_until(page, lambda: needle.evaluate(moving) == 0, "it has dropped again")
    page.get_by_role("button", name="Step", exact=True).click()
    assert needle.evaluate(moving) == 0


def test_markup_in_a_prompt_is_data_in_every_column(
    page: Page, server: Server, model: LanguageModel
) -> None:
    with without_dialogs(page):
        open_at(page, server.address("compare", prompt=HOSTILE, length=20, speed="all"))
        read = model.read(HOSTILE).text
        assert columns(page).locator(".prompt").all_text_contents() == [read] * 4
        assert page.locator(".comparison script, .comparison b").count() == 0


def test_where_a_browser_is_too_old_the_server_writes(
    browser: Browser, server: Server, three: Comparison
) -> None:
    page = browser.new_page(**WINDOW)
    page.add_init_script("delete Array.prototype.findLast")
    open_at(page, server.address("compare", **THREE))
    expect(page.get_by_text("This browser cannot run the model")).to_be_visible()
    texts = page.get_by_test_id("stHtml").locator("[dir=auto]")
    expect(texts).to_have_text([PROMPT + text for text in three.texts], use_inner_text=False)
    open_at(page, server.address("strategies", prompt=PROMPT, temperature=0.2, seed=1, length=120))
    expect(texts.first).to_have_text(PROMPT + three.texts[0], use_inner_text=False)
    expect(page.locator("table.paths")).to_contain_text("drawn at T = 0.2")
    page.close()


def test_on_a_phone_the_texts_come_before_the_controls(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_at(page, server.address("compare", **THREE, speed="all"))
    text = _box(columns(page).first)
    assert text["y"] + 100 < 844
    for control in (
        page.get_by_role("textbox", name="Prompt"),
        page.get_by_role("textbox", name="2 to 6 temperatures"),
        page.get_by_role("button", name="New seed"),
    ):
        assert _box(control)["y"] > text["y"] + text["height"]
    assert overflow(page) == 0


def _box(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box is not None
    return box
