"""The Temperature page: the text follows the dial, and the bars follow the text."""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from charlstm import LanguageModel, open_model, probability_words, reweight
from charlstm.exploring.trails import follow
from tests.browser.driving import (
    HOSTILE,
    WINDOW,
    Drag,
    Server,
    as_read,
    dial,
    frames_sent,
    open_at,
    page_waits_until,
    probabilities,
    query,
    settle,
    temperature,
    text_shown,
    wait_for_address,
    wait_for_silence,
    whole_text,
    without_dialogs,
    writer,
)

PROMPT = "the meaning of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


AT_PROMPT = {"prompt": PROMPT, "shown": 0}
"""The text is paused before its first character: the bars are those of the prompt."""


def test_home_shows_a_bar_for_every_symbol(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(**AT_PROMPT, temperature=0.5, order="probability"))
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
    open_at(page, server.address(**AT_PROMPT, temperature=at))
    expected = reweight(model.logits(PROMPT), at)
    assert temperature(page) == at
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9


@pytest.mark.parametrize("path", ["?shown=0&order=probability"])
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
    open_at(page, server.address(**AT_PROMPT, temperature=0.5))
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


def test_a_drag_reads_twenty_texts_each_of_which_sample_would_write(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.2, length=300, speed="all"))
    assert whole_text(page) == model.write(PROMPT, temperature=0.2, length=300)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    drag = Drag(page)
    read = {}
    for step in range(20):
        shown = drag.to(0.2 + 1.3 * step / 19)
        page_waits_until(page, lambda: len(text_shown(page)) == 300, "the text is whole")
        read[shown] = text_shown(page)
    assert requests == []
    drag.release()
    assert len(set(read.values())) == 20
    for shown, text in read.items():
        assert text == model.write(PROMPT, temperature=shown, length=300), shown


def test_a_new_seed_writes_another_text_and_a_reload_the_same(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.8, length=200, speed="all"))
    text = whole_text(page)
    writer(page).get_by_role("button", name="New seed").click()
    wait_for_address(page, seed="1")
    other = whole_text(page)
    assert other == model.write(PROMPT, temperature=0.8, length=200, seed=1) != text
    assert writer(page).locator(".prompt").text_content() == PROMPT
    page.reload()
    assert whole_text(page) == other
    assert temperature(page) == 0.8


def test_the_model_of_the_book_writes_too(page: Page, server: Server) -> None:
    address = {"run": "nietzsche-book", "prompt": PROMPT, "length": 120, "seed": 5}
    open_at(page, server.address(**address, temperature=0.9, speed="all"))
    expected = open_model("nietzsche-book").write(PROMPT, temperature=0.9, length=120, seed=5)
    assert whole_text(page) == expected


def test_strategies_act_on_the_text_and_on_the_bars(
    page: Page, server: Server, model: LanguageModel
) -> None:
    cut = [("top-k", 5.0), ("top-p", 0.8)]
    address = {**AT_PROMPT, "strategy": "top-k:5,top-p:0.8", "temperature": 1.3}
    open_at(page, server.address(**address, length=150))
    expected = model.next(PROMPT, 1.3, cut)
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9
    expected_text = model.write(PROMPT, temperature=1.3, length=150, strategies=cut)
    assert whole_text(page) == expected_text


def test_on_opening_the_text_grows_and_the_bars_are_those_of_its_newest_character(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.7, length=2000, speed=10))
    first = len(text_shown(page))
    page_waits_until(page, lambda: len(text_shown(page)) > first, "the text grows")
    writer(page).get_by_role("button", name="Pause").click()
    paused = len(text_shown(page))
    page.wait_for_timeout(500)
    text = text_shown(page)
    assert len(text) == paused < 2000
    expected = model.next(PROMPT + text[:-1], 0.7)
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9
    wait_for_address(page, shown=str(paused))
    writer(page).get_by_role("button", name="Step").click()
    assert len(text_shown(page)) == paused + 1
    writer(page).get_by_role("button", name="Play").click()
    page_waits_until(page, lambda: len(text_shown(page)) > paused + 1, "it goes on")


def test_a_character_that_is_clicked_shows_its_distribution_and_its_draw(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.9, length=80, speed="all"))
    text = whole_text(page)
    writer(page).locator(".text .character").nth(30).click()
    p = model.next(PROMPT + text[:30], 0.9)
    assert np.abs(np.array(probabilities(page)) - p).max() < 1e-9
    trail = follow(model, PROMPT, temperature=0.9, length=80)
    uniform = float(np.random.default_rng(0).random(80)[30])
    words = as_read(writer(page).locator(".draw-words").inner_text())
    assert f"The random number {uniform:.3f} picks" in words
    assert f"{trail.bits[30]:.2f} bits" in words
    wait_for_address(page, position="31")
    page.keyboard.press("ArrowRight")
    wait_for_address(page, position="32")
    page.reload()
    expect(writer(page).locator(".text .current")).to_have_attribute("data-index", "31")


def test_a_turn_of_the_dial_can_act_from_here_on_and_colours_what_follows(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.2, length=120, shown=40, seed=2))
    page_waits_until(page, lambda: len(text_shown(page)) == 40, "the text is there")
    writer(page).get_by_text("acts from here on").click()
    dial(page).get_by_role("button", name="1.2").click()
    wait_for_address(page, turns="0:0.2,40:1.2")
    text = whole_text(page)
    turns = [(0, 0.2), (40, 1.2)]
    assert text == model.write(PROMPT, temperature=1.2, turns=turns, length=120, seed=2)
    colours = (
        writer(page)
        .locator(".text .character")
        .evaluate_all("(all) => all.map((each) => each.style.color)")
    )
    assert len(set(colours[:40])) == len(set(colours[40:])) == 1
    assert colours[0] != colours[40]
    page.reload()
    assert whole_text(page) == text


def test_a_turn_marks_the_first_character_that_changed(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address(prompt=PROMPT, temperature=0.5, length=200, speed="all"))
    before = whole_text(page)
    dial(page).get_by_role("button", name="1.0").click()
    page_waits_until(page, lambda: text_shown(page) != before, "the text follows")
    after = model.write(PROMPT, temperature=1.0, length=200)
    first = next(at for at in range(200) if before[at] != after[at])
    marked = writer(page).locator(".text .changed")
    expect(marked).to_have_attribute("data-index", str(first))


def test_draws_from_one_distribution_grow_into_a_tally(page: Page, server: Server) -> None:
    open_at(page, server.address(**AT_PROMPT, temperature=1, seed=7))
    writer(page).get_by_role("button", name="Draw 100 times").click()
    words = writer(page).locator(".tally-words")
    expect(words).to_contain_text("100 draws")
    p = np.array(probabilities(page))
    cumulative = np.cumsum(p)
    uniforms = np.random.default_rng(7).random(100)
    counts = np.bincount(np.searchsorted(cumulative, uniforms * cumulative[-1], side="right"))
    most = int(counts.argmax())
    label = writer(page).locator(f'.bar[data-index="{most}"] .label').inner_text()
    assert f"“{label}” came {counts[most]} times" in words.inner_text()
    assert writer(page).locator(".tally-mark").count() == (counts > 0).sum()


def test_it_follows_the_dial_without_the_server_and_says_that_it_is_gone(
    browser: Browser, fresh_server: Server, model: LanguageModel
) -> None:
    page = browser.new_page(**WINDOW)
    open_at(page, fresh_server.address(prompt=PROMPT, length=100, speed="all"))
    whole_text(page)
    fresh_server.stop()
    notice = page.get_by_text("The server does not answer.")
    expect(notice).to_be_visible()
    page.wait_for_timeout(3000)  # Streamlit would open a dialog over the page
    dial(page).get_by_role("button", name="1.2").click()
    assert whole_text(page) == model.write(PROMPT, temperature=1.2, length=100)
    writer(page).get_by_role("button", name="New seed").click()
    assert whole_text(page) == model.write(PROMPT, temperature=1.2, length=100, seed=1)
    fresh_server.start()
    expect(notice).not_to_be_visible()
    page.close()


def test_with_little_motion_the_finished_text_is_there(browser: Browser, server: Server) -> None:
    page = browser.new_page(**WINDOW, reduced_motion="reduce")
    open_at(page, server.address(prompt=PROMPT, length=150))
    writer(page)
    page_waits_until(page, lambda: len(text_shown(page)) == 150, "the text is whole")
    page.close()


def test_dial_bars_and_six_lines_of_text_are_on_one_screen(
    browser: Browser, server: Server
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    open_at(page, server.address(prompt="a\nb\nc\nd\ne\n", shown=0))
    writer(page)
    text = writer(page).locator(".text").bounding_box()
    bars = writer(page).locator(".bars").bounding_box()
    assert text is not None
    assert bars is not None
    line = float(
        writer(page).locator(".text").evaluate("(e) => parseFloat(getComputedStyle(e).lineHeight)")
    )
    assert bars["y"] + bars["height"] < text["y"]
    assert text["y"] + 6 * line <= 720
    page.close()


def test_where_a_browser_is_too_old_the_server_writes(
    browser: Browser, server: Server, model: LanguageModel
) -> None:
    page = browser.new_page(**WINDOW)
    page.add_init_script("delete Array.prototype.findLast")
    open_at(page, server.address(prompt=PROMPT, temperature=0.7, seed=3, length=90))
    expect(page.get_by_text("This browser cannot run the model")).to_be_visible()
    text = page.get_by_test_id("stHtml").locator("[dir=auto]")
    expected = PROMPT + model.write(PROMPT, temperature=0.7, seed=3, length=90)
    expect(text).to_have_text(expected, use_inner_text=False)
    page.close()


def test_markup_in_a_prompt_appears_literally_and_nothing_is_executed(
    page: Page, server: Server, model: LanguageModel
) -> None:
    with without_dialogs(page):
        open_at(page, server.address(prompt=HOSTILE, length=20))
        expect(page.get_by_role("textbox", name="Prompt")).to_have_value(HOSTILE)
        reading = model.read(HOSTILE)
        assert writer(page).locator(".prompt").text_content() == reading.text
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
    assert f"asks for run '{name}', which is not available" in as_read(note.inner_text())


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
        assert whole_text(page) == expected
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
    open_at(page, server.address(**AT_PROMPT, temperature=1))
    index = model.vocabulary.symbols.index("e")
    dial(page).locator(f'.bar[data-index="{index}"]').click(force=True)
    assert dial(page).get_attribute("data-selected") == str(index)
    dial(page).get_by_text("The formula, with its numbers").click()
    formula = dial(page).locator(".formula .numeric .result")
    p = reweight(model.logits(PROMPT), 1)[index]
    assert formula.inner_text() == probability_words(p)
    assert probabilities(page)[index] == pytest.approx(p, abs=1e-9)  # exact, beside the words


def test_bars_can_be_ordered_and_scaled(page: Page, server: Server) -> None:
    open_at(page, server.address(**AT_PROMPT))
    before = probabilities(page)
    order = [int(b.get_attribute("data-index") or -1) for b in dial(page).locator(".bar").all()]
    assert order == sorted(order)
    dial(page).get_by_text("by probability").click()
    dial(page).get_by_text("log scale").click()
    order = [int(b.get_attribute("data-index") or -1) for b in dial(page).locator(".bar").all()]
    assert order == sorted(order, key=lambda index: -before[index])
    assert dial(page).locator(".tick").all_inner_texts() == [
        probability_words(1),
        probability_words(0.001),
    ]
    assert probabilities(page) == before
    wait_for_address(page, order="probability", scale="log")


def test_what_is_set_while_the_model_is_fetched_counts(
    browser: Browser, server: Server, model: LanguageModel
) -> None:
    page = browser.new_page(**WINDOW)
    held: list[Route] = []
    page.route("**/charlstm/models/**", lambda route: held.append(route))
    page.goto(server.address(prompt=PROMPT, length=50, speed="all"))
    page_waits_until(page, lambda: bool(held), "the model is asked for")
    page.get_by_role("button", name="New seed").click()
    wait_for_address(page, seed="1")
    held[0].continue_()
    assert whole_text(page) == model.write(PROMPT, temperature=0.5, length=50, seed=1)
    page.close()


@pytest.mark.parametrize(
    "turns",
    [
        [(0, 0.2), *((5 * turn, 0.2 + 0.0123456 * turn) for turn in range(1, 90))],
        [(60, 1.5), (0, 0.2), (30, 0.9)],
        [(40, 1.2)],
    ],
    ids=["many", "unsorted", "none at the start"],
)
def test_the_turns_of_an_address_write_the_text_that_python_writes(
    page: Page, server: Server, model: LanguageModel, turns: list[tuple[int, float]]
) -> None:
    last = turns[-1][1]
    words = ",".join(f"{position}:{value}" for position, value in turns)
    asked = {"prompt": PROMPT, "temperature": last, "length": 500, "seed": 3}
    open_at(page, server.address(**asked, turns=words, speed="all"))
    expected = model.write(PROMPT, temperature=last, length=500, seed=3, turns=turns)
    assert whole_text(page) == expected


def test_a_line_break_can_be_clicked_like_any_other_character(
    page: Page, server: Server, model: LanguageModel
) -> None:
    asked = {"prompt": "the end.\n", "temperature": 1, "length": 400}
    text = model.write(**asked)
    open_at(page, server.address(**asked, speed="all"))
    position = text.index("\n")
    writer(page).locator(".text .character").nth(position).click()
    wait_for_address(page, position=str(position + 1))
