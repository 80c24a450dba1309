"""A link is a view: what one person copies, another sees; and the files that a page gives."""

from __future__ import annotations

import csv
import io
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Download, Page, expect

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
    Tab,
    console_errors,
    dial,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    whole_text,
)

SVG = "{http://www.w3.org/2000/svg}"

VIEWS: dict[str, tuple[str, str]] = {
    "temperature": (
        "?prompt=the+soul+&temperature=0.83&seed=7&length=150&write=1&order=alphabet&scale=log"
        "&run=nietzsche-book&symbol=q&speed=100",
        ".dial",
    ),
    "compare": (
        "compare?prompt=the+soul+&temperatures=0.3+0.9+1.4&seed=5&length=120&fork=1&checkpoint=281",
        ".comparison, [data-testid=stMarkdown]",
    ),
    "hand": (
        "hand?prompt=the+soul+&written=of+mq&picked=3,4&temperature=0.8&seed=3&scale=log",
        ".hand",
    ),
    "hand-tree": (
        "hand?prompt=the+soul+&branches=12-101;12-101.30-32&branch=1&position=20&length=90"
        "&temperature=0.9&seed=2&beside=2&colour=rank",
        ".hand",
    ),
    "hand-text": ("hand?prompt=&temperature=1&text=The+sole+qxq&colour=probability", ".hand"),
    "strategies": (
        "strategies?prompt=the+soul+&temperature=1.2&strategy=top-k:12,top-p:0.8&write=1&length=90"
        "&seed=3&width=3&beam=20&scale=log&speed=all",
        ".dial, .stages, .comparison, [data-testid=stHtml]",
    ),
    "timeline": (
        "timeline?run=nietzsche-tbptt&checkpoint=562&prompt=the+soul+&temperature=0.8&length=60"
        "&pace=5",
        ".timeline",
    ),
    "train": (
        "train?corpus=python&case=kept&recipe=book&units=48&layers=2&learning_rate=0.003&batch=64"
        "&epochs=7&seed=9",
        "[data-testid=stMetric], [data-testid=stNumberInput], .text-box",
    ),
    "run": (
        "train?run=nietzsche-tbptt&prompt=the+q&temperature=1.3&epoch=5&symbol=z",
        ".dial, [data-testid=stMetric], [data-testid=stSelectbox], [data-testid=stExpander]",
    ),
    "cells": (
        "cells?text=he+said+%22no%22+(twice)&look=off&cell=20&off=0.42,0.17&seed=3&temperature=0.8",
        "[data-testid=stMetric], [data-testid=stNumberInput], .side-by-side",
    ),
    "cells, a span": (
        "cells?text=he+said+%22no%22+(twice)&look=find&cell=20&state=h&span=8-11",
        ".highlight, [data-testid=stHtml], [data-testid=stNumberInput]",
    ),
    "compression": (
        "compression?text=The+sole+qxq&packed=1",
        ".highlight, [data-testid=stMetric]",
    ),
    "thought": (
        "compression?view=If+language+were+compressed&compressor=bz2+-9&seconds=20",
        "[data-testid=stMetric], [data-testid=stButtonGroup]",
    ),
    "race": (
        "race?runners=gru-64x1-tbptt,lstm-32x2-book&seconds=40&corpus=python",
        "[data-testid=stSelectbox], [data-testid=stButtonGroup]",
    ),
}
"""Every page in a rich state, and where the figures and texts of it stand."""

AS_ASKED = {"temperature", "hand", "hand-tree", "hand-text", "train", "race"}
"""The views whose address stays as it was asked for; others leave out what goes without saying."""


def _shown(page: Page, where: str) -> list[str]:
    """Return all texts, numbers and states that stand in some parts of a page."""
    return [
        str(text)
        for part in page.locator(where).all()
        for text in part.evaluate(
            """(root) => {
                const all = (tag, say) => Array.from(root.querySelectorAll(tag), say);
                return [
                    root.textContent,
                    JSON.stringify({ ...root.dataset, shown: 0, complete: 0 }),
                    ...all("input", (e) => `${e.value} ${e.checked}`),
                    ...all("button", (e) => e.dataset.selected ?? ""),
                    ...all(".character", (e) => e.className + e.style.cssText),
                ];
            }"""
        )
    ]


def _whole(page: Page, where: str) -> list[str]:
    """Return what stands in some parts of a page when nothing runs and all of its text is there."""
    settle(page)
    whole = page.get_by_role("button", name="Show all")
    whole.evaluate_all("(all) => all.forEach((e) => e.click())")  # at its end it is disabled
    return _shown(page, where)


def _rest(page: Page, where: str) -> None:
    """Wait until a page stands still."""
    seen: list[list[str]] = [[], []]

    def still() -> bool:
        seen.append(_whole(page, where))
        return len(seen[-1]) > 1 and seen[-1] == seen[-2] == seen[-3]

    page_waits_until(page, still, "the page stands still")


@pytest.fixture(scope="module")
def copying(shared_context: BrowserContext) -> Tab:
    return Tab(shared_context.new_page())


@pytest.fixture
def copier(copying: Tab) -> Iterator[Page]:
    """The tab of someone who copies links."""
    with copying.used() as opened:
        yield opened


@pytest.mark.parametrize("name", VIEWS)
def test_a_link_that_is_copied_shows_the_same_to_someone_else(
    copier: Page, page: Page, server: Server, name: str
) -> None:
    address, where = VIEWS[name]
    open_at(copier, f"{server.url}/{address}")
    asked = query(copier)
    _rest(copier, where)
    if name in AS_ASKED:
        assert query(copier) == asked
    copier.get_by_role("button", name="Copy link").click()
    expect(copier.get_by_text("The link to this view is on the clipboard.")).to_be_attached()
    link = copier.evaluate("navigator.clipboard.readText()")
    assert link == copier.url
    other = open_at(page, link)
    page_waits_until(
        other, lambda: _whole(other, where) == _whole(copier, where), "both show the same"
    )
    assert "address asks" not in other.locator("body").inner_text()


def test_what_is_chosen_on_a_page_is_in_its_link(page: Page, server: Server) -> None:
    open_at(page, server.address("hand"))
    page.locator(".text.shown .character").first.wait_for()
    page.locator(".colours").get_by_text("rank", exact=True).click()
    page_waits_until(page, lambda: query(page).get("colour") == "rank", "the address follows")
    open_at(page, server.address(prompt="the "))
    dial(page).get_by_text("by probability").click()
    page_waits_until(page, lambda: query(page).get("order") == "probability", "the address follows")
    assert dial(page).get_attribute("data-order") == "probability"
    dial(page).get_by_text("log scale").click()
    page_waits_until(page, lambda: query(page).get("scale") == "log", "the address follows")
    dial(page).get_by_text("by alphabet").click()
    page_waits_until(page, lambda: "order" not in query(page), "the address follows")
    dial(page).locator(".bar").nth(3).click()
    index = int(dial(page).locator(".bar").nth(3).get_attribute("data-index") or "-1")
    symbol = open_model().vocabulary.symbols[index]
    page_waits_until(page, lambda: query(page).get("symbol") == symbol, "the address follows")
    page.keyboard.press("Escape")
    page_waits_until(page, lambda: "symbol" not in query(page), "the address follows")
    page.get_by_role("combobox", name="Speed").select_option("100")
    page_waits_until(page, lambda: query(page).get("speed") == "100", "the address follows")
    open_at(page, server.address("strategies"))
    page.locator(".stages").get_by_text("log scale").click()
    page_waits_until(page, lambda: query(page).get("scale") == "log", "the address follows")
    open_at(page, server.address("timeline", length=20))
    page.locator(".timeline").get_by_text("5/s").click()
    page_waits_until(page, lambda: query(page).get("pace") == "5", "the address follows")
    open_at(page, server.address("hand", length=60))
    page.locator(".text.shown .character").nth(17).click()
    page_waits_until(page, lambda: query(page).get("position") == "17", "the address follows")


def test_the_link_is_copied_where_the_browser_offers_only_the_old_way(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    page = new_context().new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_at(page, server.address(prompt="the soul "))
    page.evaluate(
        "document.addEventListener('copy', () => { window.copied = document.activeElement.value })"
    )
    button = page.get_by_role("button", name="Copy link")
    expect(button).to_be_enabled()
    button.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == page.url


# Files


def _content(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


@pytest.fixture
def fetch(page: Page, tmp_path: Path) -> Callable[[str], tuple[str, bytes]]:
    """Press a button of the open menu, and return the name and the content of the file."""

    def get(label: str) -> tuple[str, bytes]:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        return waiting.value.suggested_filename, _content(waiting.value, tmp_path)

    return get


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">2I", data[16:24])
    return width, height


def test_the_temperature_page_gives_its_text_its_figures_and_its_bars(
    page: Page, server: Server, model: LanguageModel, fetch: Callable[[str], tuple[str, bytes]]
) -> None:
    open_at(page, server.address(prompt="the soul ", temperature=0.8, length=90, write=1))
    press(page, "Download")
    name, text = fetch("Prompt and text (text)")
    assert name == "charlstm-text.txt"
    expected = "the soul " + model.write("the soul ", temperature=0.8, length=90)
    assert text.decode() == expected
    name, table = fetch("The distribution (CSV)")
    assert name == "charlstm-distribution.csv"
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    after = reweight(model.logits("the soul "), 0.8)
    by_symbol = dict(zip(model.vocabulary.symbols, after, strict=True))
    assert {row["symbol"]: float(row["after"]) for row in rows} == pytest.approx(by_symbol, abs=0)
    name, drawn = fetch("The distribution as SVG")
    assert name == "charlstm-distribution.svg"
    root = ElementTree.fromstring(drawn)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"␣", "⏎", "q"} <= set(texts)
    assert "T = 0.80" in str(texts[0])
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + 2 * len(model.vocabulary)
    name, picture = fetch("The distribution as PNG")
    assert name == "charlstm-distribution.png"
    width, height = _png_size(picture)
    assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))


def _choices(p: NDArray[np.float64]) -> str:
    """Return among how many equally likely characters a choice is, in few digits."""
    choices = effective_choices(p)
    return f"{choices:.0f}" if choices >= 9.95 else f"{choices:.1f}".removesuffix(".0")


def test_the_figures_of_the_dial_are_those_of_the_public_functions(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt="the soul ", temperature=0.8, shown=0))
    dial(page)
    before, after = model.next("the soul ", 1.0), model.next("the soul ", 0.8)
    expected = {
        "entropy-before": f"{entropy_bits(before):.2f}",
        "entropy-after": f"{entropy_bits(after):.2f}",
        "choices-before": f" instead of {_choices(before)}",
        "choices-after": f"{_choices(after)} characters",
        "likeliest-probability": probability_words(after.max()),
        "result": probability_words(after.max()),
        "logit": f"{model.logits('the soul ').max():.3f}",
        "readout-before": probability_words(before.max()),
        "readout-after": probability_words(after.max()),
        "readout-bits": f"{-np.log2(after.max()):.2f}",
    }
    for name, figure in expected.items():
        shown = page.locator(f'.dial [data-text="{name}"]').first.text_content()
        assert str(shown).replace("−", "-") == figure, name


def test_compared_columns_and_both_distributions_are_files_too(
    page: Page, server: Server, model: LanguageModel, fetch: Callable[[str], tuple[str, bytes]]
) -> None:
    open_at(page, server.address("compare", prompt="the soul ", temperatures="0.2 1", length=80))
    page.locator(".fork .picked").first.wait_for()
    press(page, "Download")
    _, text = fetch("All columns (text)")
    for t in (0.2, 1.0):
        column = model.write("the soul ", temperature=t, length=80)
        assert f"T = {t:g}\nthe soul {column}\n" in text.decode()
    name, drawn = fetch("Where these two differ as SVG")
    assert name == "charlstm-fork.svg"
    assert "cumulative probability" in "".join(ElementTree.fromstring(drawn).itertext())
    _, picture = fetch("Where these two differ as PNG")
    assert min(_png_size(picture)) > 200
    expect(page.get_by_text("Where these two differ: saved as PNG.")).to_be_visible()


def test_the_curves_of_a_run_are_files_too(
    page: Page, server: Server, fetch: Callable[[str], tuple[str, bytes]]
) -> None:
    open_at(page, server.address("train", run="nietzsche-tbptt"))
    page.locator(".training .curves path.of-training").wait_for(state="attached")
    press(page, "Download")
    name, table = fetch("The loss (CSV)")
    assert name == "nietzsche-tbptt-loss.csv"
    lines = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert {"step", "loss", "held_out_loss"} <= set(lines[0])
    _, samples = fetch("What it wrote (text)")
    assert samples.decode().startswith("Epoch 1, T = 0.2\n")
    name, drawn = fetch("The loss as SVG")
    assert name == "nietzsche-tbptt-loss.svg"
    assert "nats" in "".join(ElementTree.fromstring(drawn).itertext())


@pytest.mark.parametrize(
    ("address", "chart", "words"),
    [
        ("timeline?checkpoint=562&length=20", "The loss", "best"),
        ("timeline?checkpoint=562&length=20", "The distribution here", "Next symbol at step"),
        ("strategies?strategy=top-k:12", "The stages", "top-k 12"),
        ("strategies?strategy=top-k:2&speed=all", "Where these two differ", "T = 0.5, cut"),
        ("cells", "All cells, all characters", "orange is positive"),
        ("cells?look=step&place=9", "This step of this cell", "candidate g"),
        ("cells?look=off&off=0.42", "Both distributions", "probability"),
        ("compression?packed=1", "Compressors compared", "bits per character"),
        ("compression?view=If+language+were+compressed", "The loss", "nothing to learn"),
    ],
)
def test_every_chart_is_a_picture_that_needs_nothing_else(
    page: Page,
    server: Server,
    fetch: Callable[[str], tuple[str, bytes]],
    address: str,
    chart: str,
    words: str,
) -> None:
    open_at(page, f"{server.url}/{address}")
    drawn = page.locator("svg.marks, .dial[data-ready], .stages[data-ready], .heatmap[data-ready]")
    drawn.or_(page.locator(".step[data-numbers]")).first.wait_for()
    press(page, "Download")
    name, picture = fetch(f"{chart} as SVG")
    assert name.endswith(".svg")
    root = ElementTree.fromstring(picture)
    assert words in " ".join(text for text in root.itertext())
    assert b"var(--" not in picture
    assert b"color-mix" not in picture
    _, data = fetch(f"{chart} as PNG")
    width, height = _png_size(data)
    assert width > 600
    assert height > 200
    expect(page.get_by_text(f"{chart}: saved as PNG.")).to_be_visible()


# A run as a file


def test_a_run_is_exported_imported_renamed_and_deleted(
    new_context: Callable[..., BrowserContext], own_server: Server, tmp_path: Path
) -> None:
    page = new_context().new_page()
    complaints = console_errors(page)
    open_at(page, own_server.address("train", run="nietzsche-tbptt"))
    press(page, "This run")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as a file").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "nietzsche-tbptt.zip"
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_disabled()

    open_at(page, own_server.address("train"))
    press(page, "Import a run")
    page.locator('[data-testid="stFileUploaderDropzone"] input').set_input_files(file)
    page_waits_until(page, lambda: query(page).get("run") == "nietzsche-tbptt-2", "it is here")
    settle(page)
    assert own_server.run("nietzsche-tbptt-2").problems() == []
    expect(page.get_by_text("nietzsche-tbptt-2 was imported.")).to_be_visible()

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
    link = own_server.address(prompt=prompt, run="taken-along", speed="all", **at)
    other = open_at(new_context().new_page(), link)
    assert whole_text(other) == open_model().write(prompt, temperature=0.8, length=120, seed=4)

    watching = open_at(new_context().new_page(), own_server.address("train", run="taken-along"))
    open_at(page, page.url)
    press(page, "This run")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    page_waits_until(page, lambda: "run" not in query(page), "the address lets go")
    settle(page)
    expect(page.get_by_text("taken-along is deleted.")).to_be_visible()
    assert not own_server.run("taken-along").path.exists()
    for left in (watching, other):
        prompt_field = left.get_by_role("textbox", name=re.compile("Prompt|writes after"))
        prompt_field.fill("it ")
        prompt_field.press("Control+Enter")
        prompt_field.blur()
        settle(left)
        left.wait_for_timeout(500)
        assert left.get_by_test_id("stException").count() == 0
        expect(left.locator("body")).to_contain_text("is")
    expect(watching.get_by_text("The run taken-along no longer exists.")).to_be_visible()
    assert complaints == []
