"""A link is copied the old way; the files that a page gives; and a run as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from charlstm import (
    LanguageModel,
    effective_choices,
    entropy_bits,
    open_model,
    probability_words,
    reweight,
)
from tests.browser.driving import (
    Server,
    dial,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
)
from tests.browser.files import fetch, png_size

SVG = "{http://www.w3.org/2000/svg}"


def test_the_link_is_copied_where_the_browser_offers_only_the_old_way(
    shared_context: BrowserContext, server: Server
) -> None:
    page = shared_context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_at(page, server.address(prompt="the soul "))
    page.evaluate(
        "document.addEventListener('copy', () => { window.copied = document.activeElement.value })"
    )
    page.get_by_role("button", name="Copy link").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == page.url
    page.close()


# Files


Fetch = Callable[[Page, str], tuple[str, bytes]]


@pytest.fixture
def fetched(tmp_path: Path) -> Fetch:
    """Press a button of a page's open menu, and return the name and the content of the file."""
    return lambda page, label: fetch(page, label, tmp_path)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


@pytest.fixture(scope="module")
def soul(new_tab: Callable[[], Page], server: Server) -> Page:
    """The Temperature page with a text, for more than one test."""
    address = server.address(prompt="the soul ", temperature=0.8, length=90, write=1)
    return open_at(new_tab(), address)


def test_the_temperature_page_gives_its_text_its_figures_and_its_bars(
    soul: Page, model: LanguageModel, fetched: Fetch
) -> None:
    page = soul
    press(page, "Download")
    name, text = fetched(page, "Prompt and text (text)")
    assert name == "charlstm-text.txt"
    expected = "the soul " + model.write("the soul ", temperature=0.8, length=90)
    assert text.decode() == expected
    name, table = fetched(page, "The distribution (CSV)")
    assert name == "charlstm-distribution.csv"
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    after = reweight(model.logits("the soul "), 0.8)
    by_symbol = dict(zip(model.vocabulary.symbols, after, strict=True))
    assert {row["symbol"]: float(row["after"]) for row in rows} == pytest.approx(by_symbol, abs=0)
    name, drawn = fetched(page, "The distribution as SVG")
    assert name == "charlstm-distribution.svg"
    root = ElementTree.fromstring(drawn)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"␣", "⏎", "q"} <= set(texts)
    assert "T = 0.80" in str(texts[0])
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + 2 * len(model.vocabulary)
    name, picture = fetched(page, "The distribution as PNG")
    assert name == "charlstm-distribution.png"
    width, height = png_size(picture)
    assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))


def test_the_figures_of_the_dial_are_those_of_the_public_functions(
    soul: Page, model: LanguageModel
) -> None:
    dial(soul)
    before, after = model.next("the soul ", 1.0), model.next("the soul ", 0.8)
    expected = {
        "entropy-before": f"{entropy_bits(before):.2f}",
        "entropy-after": f"{entropy_bits(after):.2f}",
        "choices-before": f"{effective_choices(before):.2f}",
        "choices-after": f"{effective_choices(after):.2f}",
        "likeliest-probability": probability_words(after.max()),
        "result": probability_words(after.max()),
        "logit": f"{model.logits('the soul ').max():.3f}",
        "readout-before": probability_words(before.max()),
        "readout-after": probability_words(after.max()),
        "readout-bits": f"{-np.log2(after.max()):.2f}",
    }
    for name, figure in expected.items():
        shown = soul.locator(f'.dial [data-text="{name}"]').first.text_content()
        assert str(shown).replace("−", "-") == figure, name


def test_compared_columns_and_a_chart_of_altairs_are_files_too(
    page: Page, server: Server, model: LanguageModel, fetched: Fetch
) -> None:
    open_at(page, server.address("compare", prompt="the soul ", temperatures="0.2 1", length=80))
    page.get_by_test_id("stVegaLiteChart").locator("svg.marks").wait_for()
    press(page, "Download")
    _, text = fetched(page, "All columns (text)")
    for t in (0.2, 1.0):
        column = model.write("the soul ", temperature=t, length=80)
        assert f"T = {t:g}\nthe soul {column}\n" in text.decode()
    name, drawn = fetched(page, "Where these two part as SVG")
    assert name == "charlstm-fork.svg"
    assert "cumulative probability" in "".join(ElementTree.fromstring(drawn).itertext())
    _, picture = fetched(page, "Where these two part as PNG")
    assert min(png_size(picture)) > 200
    expect(page.get_by_text("Where these two part: saved as PNG.")).to_be_visible()


def test_the_curves_of_a_run_are_files_too(page: Page, server: Server, fetched: Fetch) -> None:
    open_at(page, server.address("train", run="nietzsche-tbptt"))
    page.get_by_test_id("stVegaLiteChart").first.locator("svg.marks").wait_for()
    press(page, "Download")
    name, table = fetched(page, "The loss (CSV)")
    assert name == "nietzsche-tbptt-loss.csv"
    lines = list(csv.DictReader(io.StringIO(table.decode())))
    assert {"step", "loss", "held_out_loss"} <= set(lines[0])
    _, samples = fetched(page, "What it wrote (text)")
    assert samples.decode().startswith("Epoch 1, T = 0.2\n")
    name, drawn = fetched(page, "The loss as SVG")
    assert name == "nietzsche-tbptt-loss.svg"
    assert "nats" in "".join(ElementTree.fromstring(drawn).itertext())


def test_a_run_is_exported_imported_renamed_and_deleted(
    page: Page,
    new_context: Callable[..., BrowserContext],
    server: Server,
    tmp_path: Path,
) -> None:
    open_at(page, server.address("train", run="nietzsche-tbptt"))
    press(page, "This run")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as a file").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "nietzsche-tbptt.zip"
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_disabled()

    open_at(page, server.address("train"))
    press(page, "Import a run")
    page.locator('[data-testid="stFileUploaderDropzone"] input').set_input_files(file)
    page_waits_until(page, lambda: query(page).get("run") == "nietzsche-tbptt-2", "it is here")
    settle(page)
    assert server.run("nietzsche-tbptt-2").problems() == []
    expect(page.get_by_text("nietzsche-tbptt-2 is here now.")).to_be_visible()

    press(page, "This run")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_label("New name").fill("taken along")
    page.get_by_role("button", name="Rename it").click()
    expect(page.get_by_text("A run's name is 1 to 64 letters")).to_be_visible()
    page.get_by_label("New name").fill("taken-along")
    page.get_by_role("button", name="Rename it").click()
    page_waits_until(page, lambda: query(page).get("run") == "taken-along", "the address follows")
    settle(page)

    prompt, at = "the soul ", {"temperature": 0.8, "length": 120, "seed": 4}
    link = server.address(prompt=prompt, run="taken-along", write=1, **at)
    others = new_context()
    other = open_at(others.new_page(), link)
    written = other.locator(".reveal").evaluate(
        "(root) => root.querySelector('.shown').textContent"
        " + root.querySelector('.rest').textContent"
    )
    assert written == open_model().write(prompt, temperature=0.8, length=120, seed=4)

    watching = open_at(others.new_page(), server.address("train", run="taken-along"))
    open_at(page, page.url)
    press(page, "This run")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    page_waits_until(page, lambda: "run" not in query(page), "the address lets go")
    settle(page)
    expect(page.get_by_text("taken-along is deleted.")).to_be_visible()
    assert not server.run("taken-along").path.exists()
    for left in (watching, other):
        left.get_by_role("textbox", name="Prompt").fill("it ")
        left.get_by_role("textbox", name="Prompt").press("Control+Enter")
        settle(left)
        left.wait_for_timeout(500)
        assert left.get_by_test_id("stException").count() == 0
        expect(left.locator("body")).to_contain_text("is")
    expect(watching.get_by_text("The run taken-along is no longer here.")).to_be_visible()
