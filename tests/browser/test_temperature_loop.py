"""The Temperature page: read the bars, turn the dial, write, share the address."""

from __future__ import annotations

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
    press,
    probabilities,
    query,
    settle,
    shown_count,
    temperature,
    typewriter,
    wait_for_address,
    wait_for_silence,
    without_dialogs,
    written,
)

PROMPT = "the meaning of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def test_home_shows_a_bar_for_every_symbol(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.5))
    bars = dial(page).get_by_role("option")
    expect(bars).to_have_count(len(model.vocabulary))
    expected = reweight(model.logits(PROMPT), 0.5)
    for bar in bars.all():
        index = int(bar.get_attribute("data-index") or "-1")
        assert bar.is_visible()
        assert bar.get_attribute("aria-label")
        if expected[index] > 0.01:
            height = bar.locator(".after").evaluate("(e) => e.getBoundingClientRect().height")
            assert height > 0
    assert {"␣", "⏎"} <= set(dial(page).locator(".bar .label").all_inner_texts())
    largest = bars.first  # ordered by probability
    assert int(largest.get_attribute("data-index") or "-1") == int(expected.argmax())


@pytest.mark.parametrize("at", [0, 0.05, 0.5, 1, 1.37, 2])
def test_the_bars_are_the_distribution_at_the_temperature_of_the_address(
    page: Page, server: Server, model: LanguageModel, at: float
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=at))
    expected = reweight(model.logits(PROMPT), at)
    assert temperature(page) == at
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9


@pytest.mark.parametrize("path", ["", "hand", "train?run=nietzsche-tbptt"])
def test_the_axis_of_the_bars_stays_still_while_the_dial_moves(
    page: Page, server: Server, path: str
) -> None:
    open_at(page, server.address(path))
    seen, tops = set(), []
    dial(page).wait_for()
    drag = Drag(page)
    for at in (0.0, 0.2, 0.5, 1.0, 1.5, 2.0):
        drag.to(at)
        outlines = (
            dial(page)
            .locator(".before")
            .evaluate_all("(bars) => bars.map((bar) => bar.getBoundingClientRect().height)")
        )
        seen.add((tuple(dial(page).locator(".tick").all_inner_texts()), tuple(outlines)))
        height = "(e) => e.clientHeight * e.fraction"
        tops.append(dial(page).locator(".after").first.evaluate(height))
    drag.release()
    assert len(seen) == 1
    assert tops == sorted(tops, reverse=True)  # the hotter, the flatter
    assert tops[0] > 10 * tops[-1]


def test_dragging_redraws_in_the_browser_and_letting_go_tells_the_server_once(
    page: Page, server: Server, model: LanguageModel
) -> None:
    logits = model.logits(PROMPT)
    sent = frames_sent(page)
    open_at(page, server.address(prompt=PROMPT, temperature=0.5))
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


def test_the_exact_value_and_the_presets_turn_the_dial_too(page: Page, server: Server) -> None:
    open_at(page, server.address(prompt=PROMPT))
    dial(page).get_by_role("button", name="1.2").click()
    wait_for_address(page, temperature="1.2")
    field = dial(page).get_by_role("spinbutton", name="Exact value")
    field.fill("0.333")
    field.press("Enter")
    wait_for_address(page, temperature="0.333")
    assert temperature(page) == 0.333


def test_what_is_written_is_what_the_model_writes_at_the_dials_temperature(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, length=300))
    drag = Drag(page)
    shown = drag.to(0.8)
    drag.release()
    wait_for_address(page, temperature=str(shown))
    text = new_text(page, "Write")
    assert text == model.write(PROMPT, temperature=shown, length=300, seed=0)
    assert typewriter(page).locator(".prompt").text_content() == PROMPT
    other = new_text(page, "Another draw")
    wait_for_address(page, seed="1")
    assert other == model.write(PROMPT, temperature=shown, length=300, seed=1)
    assert other != text
    page.reload()
    assert written(page) == other
    assert temperature(page) == shown


def test_turning_the_dial_writes_again_at_the_new_temperature(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.5, length=100, write=1))
    dial(page).get_by_role("button", name="1.0").click()
    expected = model.write(PROMPT, temperature=1.0, length=100)
    page_waits_until(page, lambda: written(page) == expected, "the text follows the dial")


def test_temperature_zero_writes_the_likeliest_text(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT))
    drag = Drag(page)
    assert drag.to(0) == 0
    drag.release()
    page_waits_until(
        page, lambda: float(query(page).get("temperature", "nan")) == 0, "the address follows"
    )
    assert new_text(page, "Write") == model.write(PROMPT, temperature=0, length=400)
    assert max(probabilities(page)) == 1


def test_the_text_appears_at_a_speed_that_can_be_paused_and_skipped(
    page: Page, server: Server
) -> None:
    open_at(page, server.address(prompt=PROMPT, length=2000, write=1))
    typewriter(page).get_by_text("10", exact=True).click()
    first = shown_count(page)
    page_waits_until(page, lambda: shown_count(page) > first, "more characters appear")
    typewriter(page).get_by_role("button", name="Pause").click()
    paused = shown_count(page)
    page.wait_for_timeout(700)
    assert shown_count(page) == paused < 2000
    visible = "".join(typewriter(page).locator(".shown").all_text_contents())
    assert visible == written(page)[:paused]
    typewriter(page).get_by_role("button", name="Play").click()
    page_waits_until(page, lambda: shown_count(page) > paused, "it goes on")
    assert typewriter(page).get_attribute("data-complete") == "false"
    typewriter(page).get_by_role("button", name="Show all").click()
    assert shown_count(page) == 2000
    assert typewriter(page).get_attribute("data-complete") == "true"
    typewriter(page).get_by_role("button", name="Again").click()
    assert shown_count(page) < 2000


def test_markup_in_a_prompt_appears_literally_and_nothing_is_executed(
    page: Page, server: Server, model: LanguageModel
) -> None:
    with without_dialogs(page):
        open_at(page, server.address(prompt=HOSTILE, write=1, length=20))
        expect(page.get_by_role("textbox", name="Prompt")).to_have_value(HOSTILE)
        reading = model.read(HOSTILE)
        assert typewriter(page).locator(".prompt").text_content() == reading.text
        note = page.get_by_test_id("stCaptionContainer").first
        assert f"never seen them: {' '.join(reading.dropped)}." in as_read(note.inner_text())
        assert note.locator("strong, em, code, a, .katex, script").count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "a -> b",
        "x -- y",
        ":smile:",
        ":material/home:",
        ":material_home:",
        "$x^2$",
        "**b**",
        "<b>b</b>",
    ],
)
def test_what_an_address_asks_for_is_quoted_literally(
    page: Page, server: Server, name: str
) -> None:
    open_at(page, server.address(run=name))
    note = page.get_by_test_id("stCaptionContainer").first
    expect(note).to_contain_text("The address asks for run ")
    assert f"asks for run '{name}', which is not here" in as_read(note.inner_text())


def test_the_lessons_links_open_the_state_that_they_describe(page: Page, server: Server) -> None:
    links = page.get_by_test_id("stPageLink-NavLink")
    open_at(page, server.address("lesson"))
    links.first.wait_for()
    addresses = [urlsplit(str(link.get_attribute("href"))) for link in links.all()]
    states = [
        position
        for position, address in enumerate(addresses)
        if address.path in ("", "/") and "temperature=" in address.query
    ]
    assert len(states) >= 5
    for position in (states[0], states[-1]):
        open_at(page, server.address("lesson"))
        links.nth(position).click()
        page.wait_for_url("**temperature=**")
        wanted = query(page)
        model = open_model(wanted.get("run", "nietzsche-tbptt"))
        at, length = float(wanted["temperature"]), int(wanted.get("length", 400))
        expected = model.write(wanted["prompt"], temperature=at, length=length)
        page_waits_until(page, lambda: written(page) == expected, "the text is there")  # noqa: B023
        assert temperature(page) == at
        expect(page.get_by_role("textbox", name="Prompt")).to_have_value(wanted["prompt"])


def test_going_back_takes_the_dial_back(page: Page, server: Server) -> None:
    open_at(page, server.address(temperature=0.3))
    open_at(page, server.address(temperature=1.1))
    assert temperature(page) == 1.1
    page.go_back()
    page_waits_until(page, lambda: temperature(page) == 0.3, "the dial is back")


@pytest.mark.parametrize("asked", [{}, {"temperature": 2}])
def test_an_address_stays_as_it_was_asked_for_so_that_one_can_go_back_from_it(
    page: Page, server: Server, asked: dict[str, object]
) -> None:
    open_at(page, server.address("lesson"))
    open_at(page, server.address(**asked))
    dial(page).wait_for()
    settle(page)
    assert page.url == server.address(**asked)
    page.go_back()
    page_waits_until(page, lambda: page.url == server.address("lesson"), "it is the lesson again")


def test_a_bar_that_is_chosen_is_what_the_formula_is_about(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=1))
    index = model.vocabulary.symbols.index("e")
    dial(page).locator(f'.bar[data-index="{index}"]').click(force=True)
    assert dial(page).get_attribute("data-selected") == str(index)
    formula = dial(page).locator(".formula .numeric .result")
    p = reweight(model.logits(PROMPT), 1)[index]
    assert formula.inner_text() == probability_words(p)
    assert probabilities(page)[index] == pytest.approx(p, abs=1e-9)  # exact, beside the words


def test_bars_can_be_ordered_and_scaled(page: Page, server: Server) -> None:
    open_at(page, server.address(prompt=PROMPT))
    before = probabilities(page)
    dial(page).get_by_text("by alphabet").click()
    dial(page).get_by_text("log scale").click()
    order = [int(b.get_attribute("data-index") or -1) for b in dial(page).locator(".bar").all()]
    assert order == sorted(order)
    assert dial(page).locator(".tick").all_inner_texts() == [
        probability_words(1),
        probability_words(0.001),
    ]
    assert probabilities(page) == before
    settle(page)
    press(page, "Write")
    assert typewriter(page).is_visible()
    assert dial(page).get_attribute("data-order") == "alphabet"
