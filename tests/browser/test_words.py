"""A model of words in the browser: sixty bars and all others, exact at every temperature."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from charlstm import LanguageModel, open_model, probability_words, reweight, surprise
from charlstm.ui.text import figure
from tests.browser.driving import (
    Drag,
    Server,
    dial,
    open_at,
    overflow,
    page_waits_until,
    press,
    probabilities,
    query,
    settle,
    wait_for_address,
)
from tests.made import made_run, wordy

MOST_BARS = 60  # of words; all others share one bar


@pytest.fixture
def words(server: Server, monkeypatch: pytest.MonkeyPatch) -> LanguageModel:
    """Return the model of a run of words that the server has."""
    monkeypatch.setenv("CHARLSTM_HOME", str(server.home))
    if not server.run("words").path.exists():
        made_run("words", text=wordy(4000), level="word", units=64)
    return open_model("words")


def _others(page: Page) -> float:
    return float(dial(page).get_attribute("data-others") or "nan")


def test_the_likeliest_have_a_bar_each_and_all_others_one(
    page: Page, server: Server, words: LanguageModel
) -> None:
    asked = {"shown": 0, "order": "probability", "temperature": 0.9}
    open_at(page, server.address(run="words", prompt="", **asked))
    logits = words.logits("")
    likeliest = np.argsort(-logits, kind="stable")
    bars = dial(page).get_by_role("option")
    expect(bars).to_have_count(MOST_BARS + 1)
    shown = [int(bar.get_attribute("data-index") or "-1") for bar in bars.all()]
    assert shown == [*likeliest[:MOST_BARS], len(logits)]
    expect(bars.last).to_contain_text("all others")
    number = len(logits) - MOST_BARS
    assert f"all {number} others" in (bars.last.get_attribute("aria-label") or "")

    def exact(at: float) -> None:
        p = reweight(logits, at)
        np.testing.assert_allclose(probabilities(page), p, atol=1e-9)
        assert _others(page) == pytest.approx(p[likeliest[MOST_BARS:]].sum(), abs=1e-9)

    exact(0.9)
    drag = Drag(page)
    for wanted in (1.7, 0.3):
        exact(drag.to(wanted))
    drag.release()
    bars.last.click()
    expect(dial(page).locator(".readout")).to_contain_text("others")
    expect(dial(page).locator(".formula")).not_to_contain_text("NaN")


def test_a_word_is_picked_by_its_bar_and_all_others_are_none(
    page: Page, server: Server, words: LanguageModel
) -> None:
    open_at(page, server.address("hand", run="words", prompt="", temperature=1, written=""))
    top = int(words.logits("").argmax())
    bars = dial(page).get_by_role("option")
    bars.last.click()
    bars.first.click()
    wait_for_address(page, written=str(top), picked="0")
    characters = page.locator(".text.shown .character")
    expect(characters).to_have_count(1)
    press(page, "Let it draw")
    expect(characters).to_have_count(2)
    page_waits_until(page, lambda: "." in query(page)["written"], "the address follows")

    # A word that has no bar is typed; one that the model does not know is its unknown word.
    symbols = words.vocabulary.symbols
    drawn = int(query(page)["written"].split(".")[1])
    logits = words.logits("", [symbols[top], symbols[drawn]])
    rest = np.argsort(-logits, kind="stable")[MOST_BARS:]
    rare = next(int(index) for index in rest if symbols[index][0] == " ")
    field = page.get_by_role("textbox", name="Type any other word")
    field.fill(symbols[rare])
    field.press("Enter")
    wait_for_address(page, written=f"{top}.{drawn}.{rare}", picked="0,2")
    said = page.locator(".cost")
    had = probability_words(reweight(logits, 1.0)[rare]).replace("\u00a0", " ")
    word = symbols[rare].strip()
    words_said = f"“{word}” was taken as “␣{word}”. It had {had} at T = 1."
    expect(said).to_have_text(words_said)
    expect(field).to_have_value("")
    field.fill("Zarathustra")
    field.press("Enter")
    tokens = f"not among the {len(symbols)} tokens of the vocabulary: to this model it is <unk>"
    expect(said).to_contain_text(tokens)
    expect(characters).to_have_count(4)
    unknown = [symbols.index("<unk>"), symbols.index(" <unk>")]
    page_waits_until(page, lambda: query(page)["written"].count(".") == 3, "the address follows")
    assert int(query(page)["written"].split(".")[-1]) in unknown
    field.fill("two words")
    field.press("Enter")
    expect(said).to_contain_text("These are 2: “two”, “words”")
    expect(field).to_have_value("two words")
    expect(characters).to_have_count(4)
    press(page, "Undo")
    expect(characters).to_have_count(3)
    open_at(page, server.address("hand"))
    dial(page)
    expect(field).to_be_hidden()  # every character has a bar


@pytest.mark.usefixtures("words")
def test_the_answer_about_a_typed_word_stays_while_a_long_text_is_written(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("hand", run="words", prompt="", temperature=1, length=900))
    field = page.get_by_role("textbox", name="Type any other word")
    field.fill("Zarathustra")
    field.press("Enter")
    expect(page.locator(".text.shown .character")).to_have_count(901)
    settle(page)
    expect(page.locator(".cost")).to_contain_text("to this model it is <unk>")


def test_a_text_of_words_costs_per_token_and_per_character(
    page: Page, server: Server, words: LanguageModel
) -> None:
    text = wordy(200, seed=3) + " zzz"
    result = surprise(words, text)
    open_at(page, server.address("hand", run="words", prompt="", temperature=1, text=text))
    pieces = words.vocabulary.pieces(result.reading.text)
    shown = page.locator(".text.shown .character")
    expect(shown).to_have_count(len(pieces))
    assert shown.all_text_contents() == pieces
    bill = page.locator(".bill")
    expect(bill).to_contain_text(f"{figure(result.total_bits)} bits")
    expect(bill).to_contain_text(f"{result.bits_per_character:.3f} bits")
    symbols = [words.vocabulary.symbols[index] for index in result.reading.ids]
    assert sum(symbol.strip() == "<unk>" for symbol in symbols) >= 1


def test_the_timeline_shows_sixty_and_all_others_of_each_checkpoint(
    page: Page, server: Server, words: LanguageModel
) -> None:
    where = {"run": "words", "prompt": "", "length": 10, "temperature": 0.7}
    likeliest = np.argsort(-words.logits(""), kind="stable")  # at the best checkpoint
    for step in server.run("words").checkpoints():
        open_at(page, server.address("timeline", **where, checkpoint=step))
        model = open_model("words", step)
        p = model.next("", 0.7)
        bars = dial(page).get_by_role("option")
        expect(bars).to_have_count(MOST_BARS + 1)
        order = [*likeliest[:MOST_BARS].tolist(), len(p)]
        page_waits_until(
            page,
            lambda: [int(bar.get_attribute("data-index") or "-1") for bar in bars.all()] == order,  # noqa: B023
            "they stand in the order of the best checkpoint",
        )
        np.testing.assert_allclose(probabilities(page), p, atol=1e-9)
        assert _others(page) == pytest.approx(p[likeliest[MOST_BARS:]].sum(), abs=1e-9)
        text = page.locator(".timeline .text")
        expect(text).to_have_text(model.write("", temperature=0.7, length=10), use_inner_text=False)


def test_no_page_of_words_is_wider_than_its_window(
    page: Page, server: Server, words: LanguageModel
) -> None:
    assert len(words.vocabulary) > MOST_BARS
    for path, ready in {"": ".dial", "strategies": ".stages", "timeline": ".dial"}.items():
        open_at(page, server.address(path, run="words", prompt=""))
        page.locator(f"{ready}[data-ready]").wait_for()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page_waits_until(page, lambda: overflow(page) == 0, f"all of {path!r} fits", 10)
