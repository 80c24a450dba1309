"""The Temperature page: read the bars, turn the dial, write, share the address.

The tests with the fixture ``visit`` are one visit: each goes on where the one before it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from charlstm import LanguageModel, open_model, probability_words, reweight
from tests.browser.driving import (
    HOSTILE,
    Drag,
    Server,
    as_read,
    dial,
    frames_sent,
    new_text,
    open_at,
    page_waits_until,
    probabilities,
    query,
    reveal,
    settle,
    shown_count,
    temperature,
    wait_for_address,
    wait_for_silence,
    without_dialogs,
    written,
)

PROMPT = "the meaning of "
LENGTH = 300


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


@pytest.fixture(scope="module")
def tab(new_tab: Callable[[], Page]) -> Page:
    return new_tab()


@pytest.fixture(scope="module")
def sent(tab: Page) -> list[bytes | str]:
    return frames_sent(tab)


@pytest.fixture(scope="module")
def visit(tab: Page, sent: list[bytes | str], server: Server) -> Page:  # noqa: ARG001
    return open_at(tab, server.address(prompt=PROMPT, temperature=0.5, length=LENGTH))


def _shows(page: Page, model: LanguageModel, at: float, prompt: str = PROMPT) -> None:
    """Hold the dial against the distribution at the temperature that the address asked for."""
    assert temperature(page) == at
    expected = reweight(model.logits(prompt), at)
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9


def test_home_shows_a_bar_for_every_symbol(visit: Page, model: LanguageModel) -> None:
    _shows(visit, model, 0.5)
    bars = dial(visit).get_by_role("option")
    expect(bars).to_have_count(len(model.vocabulary))
    expected = reweight(model.logits(PROMPT), 0.5)
    for bar in bars.all():
        index = int(bar.get_attribute("data-index") or "-1")
        assert bar.is_visible()
        assert bar.get_attribute("aria-label")
        if expected[index] > 0.01:
            height = bar.locator(".after").evaluate("(e) => e.getBoundingClientRect().height")
            assert height > 0
    assert {"␣", "⏎"} <= set(dial(visit).locator(".bar .label").all_inner_texts())
    largest = bars.first  # ordered by probability
    assert int(largest.get_attribute("data-index") or "-1") == int(expected.argmax())


def test_dragging_redraws_in_the_browser_and_letting_go_tells_the_server_once(
    visit: Page, sent: list[bytes | str], model: LanguageModel
) -> None:
    logits = model.logits(PROMPT)
    page = visit
    drag = Drag(page)
    before = wait_for_silence(page, sent)
    seen = set()
    for aim in (0.3, 0.0, 0.8, 1.2, 2.0, 0.75):
        shown = drag.to(aim)
        assert shown == pytest.approx(aim, abs=0.05)
        assert np.abs(np.array(probabilities(page)) - reweight(logits, shown)).max() < 1e-9
        seen.add(shown)
    page.wait_for_timeout(500)
    assert len(seen) == 6
    assert sent[before:] == []
    drag.release()
    wait_for_address(page, temperature=str(shown))
    page.wait_for_timeout(1000)
    assert len(sent) == before + 1
    assert temperature(page) == shown
    assert np.abs(np.array(probabilities(page)) - reweight(logits, shown)).max() < 1e-9


def test_the_exact_value_and_the_presets_turn_the_dial_too(visit: Page) -> None:
    dial(visit).get_by_role("button", name="1.2").click()
    wait_for_address(visit, temperature="1.2")
    field = dial(visit).get_by_role("spinbutton", name="Exact value")
    field.fill("0.333")
    field.press("Enter")
    wait_for_address(visit, temperature="0.333")
    assert temperature(visit) == 0.333


def test_what_is_written_is_what_the_model_writes_at_the_dials_temperature(
    visit: Page, model: LanguageModel
) -> None:
    page = visit
    drag = Drag(page)
    shown = drag.to(0.8)
    drag.release()
    wait_for_address(page, temperature=str(shown))
    text = new_text(page, "Write")
    assert text == model.write(PROMPT, temperature=shown, length=LENGTH, seed=0)
    assert reveal(page).locator(".prompt").text_content() == PROMPT
    other = new_text(page, "Another draw")
    wait_for_address(page, seed="1")
    assert other == model.write(PROMPT, temperature=shown, length=LENGTH, seed=1)
    assert other != text
    page.reload()
    assert written(page) == other
    assert temperature(page) == shown


def test_temperature_zero_writes_the_likeliest_text(visit: Page, model: LanguageModel) -> None:
    drag = Drag(visit)
    assert drag.to(0) == 0
    drag.release()
    page_waits_until(
        visit, lambda: float(query(visit).get("temperature", "nan")) == 0, "the address follows"
    )
    assert new_text(visit, "Write") == model.write(PROMPT, temperature=0, length=LENGTH)
    assert max(probabilities(visit)) == 1


def test_turning_the_dial_writes_again_at_the_new_temperature(
    visit: Page, model: LanguageModel
) -> None:
    assert temperature(visit) != 1
    dial(visit).get_by_role("button", name="1.0").click()
    expected = model.write(PROMPT, temperature=1.0, length=LENGTH, seed=1)
    page_waits_until(visit, lambda: written(visit) == expected, "the text follows the dial")


def test_a_bar_that_is_chosen_is_what_the_formula_is_about(
    visit: Page, model: LanguageModel
) -> None:
    assert temperature(visit) == 1
    index = model.vocabulary.symbols.index("e")
    dial(visit).locator(f'.bar[data-index="{index}"]').click(force=True)
    assert dial(visit).get_attribute("data-selected") == str(index)
    formula = dial(visit).locator(".formula .numeric .result")
    p = reweight(model.logits(PROMPT), 1)[index]
    assert formula.inner_text() == probability_words(p)
    assert probabilities(visit)[index] == pytest.approx(p, abs=1e-9)  # exact, beside the words
    wait_for_address(visit, symbol="e")
    visit.keyboard.press("Escape")
    wait_for_address(visit, symbol=None)


def test_bars_can_be_ordered_and_scaled(visit: Page) -> None:
    before = probabilities(visit)
    dial(visit).get_by_text("by alphabet").click()
    wait_for_address(visit, order="alphabet")
    dial(visit).get_by_text("log scale").click()
    wait_for_address(visit, scale="log")
    order = [int(b.get_attribute("data-index") or -1) for b in dial(visit).locator(".bar").all()]
    assert order == sorted(order)
    assert dial(visit).get_attribute("data-axis-maximum") == "1"
    assert probabilities(visit) == before
    settle(visit)
    new_text(visit, "Write")
    assert reveal(visit).is_visible()
    assert dial(visit).get_attribute("data-order") == "alphabet"
    dial(visit).get_by_text("by probability").click()
    wait_for_address(visit, order=None, scale="log")
    assert dial(visit).get_attribute("data-order") == "probability"


def test_the_text_appears_at_a_speed_that_can_be_paused_and_skipped(
    page: Page, server: Server
) -> None:
    open_at(page, server.address(prompt=PROMPT, length=2000, write=1))
    reveal(page).get_by_text("10", exact=True).click()
    wait_for_address(page, speed="10")
    first = shown_count(page)
    page_waits_until(page, lambda: shown_count(page) > first, "more characters appear")
    reveal(page).get_by_role("button", name="Pause").click()
    paused = shown_count(page)
    page.wait_for_timeout(700)
    assert shown_count(page) == paused < 2000
    visible = "".join(reveal(page).locator(".shown").all_text_contents())
    assert visible == written(page)[:paused]
    reveal(page).get_by_role("button", name="Play").click()
    page_waits_until(page, lambda: shown_count(page) > paused, "it goes on")
    assert reveal(page).get_attribute("data-complete") == "false"
    reveal(page).get_by_role("button", name="Show all").click()
    assert shown_count(page) == 2000
    assert reveal(page).get_attribute("data-complete") == "true"
    reveal(page).get_by_role("button", name="Again").click()
    assert shown_count(page) < 2000


def test_markup_in_a_prompt_appears_literally_and_nothing_is_executed(
    page: Page, server: Server, model: LanguageModel
) -> None:
    with without_dialogs(page):
        open_at(page, server.address(prompt=HOSTILE, write=1, length=20, temperature=1))
        expect(page.get_by_role("textbox", name="Prompt")).to_have_value(HOSTILE)
        reading = model.read(HOSTILE)
        assert reveal(page).locator(".prompt").text_content() == reading.text
        _shows(page, model, 1, reading.text)
        note = page.get_by_test_id("stCaptionContainer").first
        assert f"never seen them: {' '.join(reading.dropped)}." in as_read(note.inner_text())
        assert note.locator("strong, em, code, a, .katex, script").count() == 0


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("a -> b x -- y :smile: $x^2$ **b**", 0),
        (":material/home: :material_home: <b>b</b>", 0.05),
    ],
)
def test_what_an_address_asks_for_is_quoted_literally_and_its_temperature_counts(
    page: Page, server: Server, model: LanguageModel, name: str, at: float
) -> None:
    open_at(page, server.address(run=name, prompt=PROMPT, temperature=at))
    note = page.get_by_test_id("stCaptionContainer").first
    expect(note).to_contain_text("The address asks for run ")
    assert f"asks for run '{name}', which is not here" in as_read(note.inner_text())
    _shows(page, model, at)


def test_the_lessons_links_open_the_state_that_they_describe(page: Page, server: Server) -> None:
    links = page.get_by_test_id("stPageLink-NavLink")
    open_at(page, server.address("lesson"))
    links.first.wait_for()
    addresses = [urlsplit(str(link.get_attribute("href"))) for link in links.all()]
    states = [
        place
        for place, address in enumerate(addresses)
        if address.path in ("", "/") and "temperature=" in address.query
    ]
    assert len(states) >= 5
    for place in (states[0], states[-1]):
        if urlsplit(page.url).path != "/lesson":
            open_at(page, server.address("lesson"))
        links.nth(place).click()
        page.wait_for_url("**temperature=**")
        wanted = query(page)
        model = open_model(wanted.get("run", "nietzsche-tbptt"))
        at, length = float(wanted["temperature"]), int(wanted.get("length", 400))
        expected = model.write(wanted["prompt"], temperature=at, length=length)
        page_waits_until(page, lambda: written(page) == expected, "the text is there")  # noqa: B023
        assert temperature(page) == at
        expect(page.get_by_role("textbox", name="Prompt")).to_have_value(wanted["prompt"])


def test_the_bars_are_those_of_the_address_and_going_back_takes_the_dial_back(
    page: Page, server: Server, model: LanguageModel
) -> None:
    for at in (1.37, 2.0):
        open_at(page, server.address(prompt=PROMPT, temperature=at))
        _shows(page, model, at)
    page.go_back()
    page_waits_until(page, lambda: temperature(page) == 1.37, "the dial is back")
    _shows(page, model, 1.37)
