"""The Timeline page in a real browser: scrub, play, and everything moves together."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from charlstm import (
    entropy_bits,
    invented_spans,
    open_model,
    probability_words,
    source_of,
    timeline,
)
from charlstm.exploring.timeline import Moment
from charlstm.runs.store import find
from tests.browser.driving import (
    HOSTILE,
    Server,
    as_read,
    frames_sent,
    open_at,
    page_waits_until,
    press,
    query,
    settle,
    wait_for_address,
    wait_for_silence,
)

RUN, PROMPT = "nietzsche-tbptt", "the meaning of "
STATE = {"run": RUN, "prompt": PROMPT, "temperature": 0.5, "seed": 2, "length": 120}


@pytest.fixture(scope="module")
def moments() -> list[Moment]:
    return timeline(RUN, PROMPT, temperature=0.5, length=120, seed=2)


def _film(page: Page) -> Locator:
    found = page.locator(".timeline[data-ready]")
    found.wait_for()
    return found


def _slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Checkpoint")


def _step(page: Page) -> int:
    return int(_film(page).get_attribute("data-step") or "-1")


def _check(page: Page, moment: Moment) -> None:
    """Hold everything that the page shows against one moment."""
    film = _film(page)
    assert _step(page) == moment.step
    assert film.locator(".text").text_content() == PROMPT + moment.written.text
    lexicon = source_of(RUN).lexicon
    assert lexicon is not None
    spans = invented_spans(moment.written.text, PROMPT, lexicon)
    underlined = "".join(film.locator(".text .invented").all_text_contents())
    assert underlined == "".join(moment.written.text[start:end] for start, end in spans)
    shown = np.array(json.loads(film.get_attribute("data-probabilities") or ""))
    expected = open_model(RUN, moment.step).next(PROMPT, 0.5)
    assert shown.tolist() == expected.tolist()
    words = film.locator(".losses").inner_text()
    assert moment.loss is not None
    assert moment.held_out_loss is not None
    assert f"{moment.loss:.3f} nats" in words
    assert f"{moment.held_out_loss:.3f} nats" in words
    assert f"{entropy_bits(expected):.2f} bits" in film.locator(".readout").inner_text()
    assert f"step {moment.step}" in (_slider(page).get_attribute("aria-valuetext") or "")
    top = int(expected.argmax())
    bar = film.locator(f'.bar[data-index="{top}"]')
    ticks = film.locator(".tick").all_text_contents()  # the same at every temperature
    assert ticks == [probability_words(1), probability_words(0.5)]
    share = float(bar.locator(".after").evaluate("(e) => e.style.getPropertyValue('--fraction')"))
    assert share == pytest.approx(expected[top])
    assert bar.get_attribute("aria-label")


def test_the_keyboard_scrubs_and_text_bars_and_losses_move_together(
    new_context: Callable[..., BrowserContext], server: Server, moments: list[Moment]
) -> None:
    page = new_context().new_page()
    sent = frames_sent(page)
    page.clock.install()
    open_at(page, server.address("timeline", **STATE))
    _check(page, moments[len(moments) // 2])
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 10)  # however slow this machine is
    before = wait_for_silence(page, sent)
    _slider(page).focus()
    for key, index in (
        ("ArrowRight", len(moments) // 2 + 1),
        ("ArrowRight", len(moments) // 2 + 2),
        ("End", len(moments) - 1),
        ("ArrowLeft", len(moments) - 2),
        ("Home", 0),
        ("ArrowUp", 1),
    ):
        page.keyboard.press(key)
        _check(page, moments[index])
    assert len(sent) == before
    page.clock.fast_forward(300)
    page.clock.resume()
    page_waits_until(
        page, lambda: query(page).get("checkpoint") == str(moments[1].step), "the address follows"
    )
    page.wait_for_timeout(700)
    assert len(sent) == before + 1  # the steps are told once
    _check(page, moments[1])
    expect(_slider(page)).to_be_focused()


def test_the_rule_stands_above_the_thumb_and_the_curves_can_be_scrubbed(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    open_at(page, server.address("timeline", **STATE))
    curves = _film(page).locator("svg.curves")
    box, slider = curves.bounding_box(), _slider(page).bounding_box()
    assert box is not None
    assert slider is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60, steps=4)
    middle = int(_slider(page).input_value())
    assert len(moments) // 2 < middle < len(moments) - 1
    _check(page, moments[middle])
    page.mouse.up()
    page_waits_until(
        page,
        lambda: query(page).get("checkpoint") == str(moments[middle].step),
        "the address follows",
    )
    rule = float(curves.locator("line.rule").get_attribute("x1") or "nan") + box["x"]
    thumb = 26
    share = middle / (len(moments) - 1)
    assert rule == pytest.approx(
        slider["x"] + thumb / 2 + share * (slider["width"] - thumb), abs=1.5
    )


def test_playing_runs_as_a_film_and_stops_at_the_end(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    last = len(moments) - 1
    start = moments[last - 4].step
    open_at(page, server.address("timeline", **STATE, checkpoint=start))
    _check(page, moments[last - 4])
    _film(page).get_by_text("5/s").click()
    _film(page).evaluate(
        "(root) => { window.seen = []; new MutationObserver(() => window.seen.push("
        "Number(root.dataset.step))).observe(root, { attributeFilter: ['data-step'] }); }"
    )
    press(page, "Play")
    page_waits_until(page, lambda: _step(page) == moments[last].step, "the film ends")
    assert page.evaluate("window.seen") == [moment.step for moment in moments[last - 3 :]]
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    _check(page, moments[last])
    page_waits_until(
        page,
        lambda: query(page).get("checkpoint") == str(moments[last].step),
        "the address follows",
    )
    press(page, "Play")  # from the first again
    page_waits_until(page, lambda: _step(page) in {m.step for m in moments[:3]}, "it starts again")
    press(page, "Pause")
    paused = _step(page)
    page.wait_for_timeout(800)
    assert _step(page) == paused
    wait_for_address(page, checkpoint=str(paused))


def test_step_back_and_best_move_by_buttons(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[0].step))
    expect(page.get_by_role("button", name="One checkpoint back")).to_be_disabled()
    page.get_by_role("button", name="One checkpoint on").click()
    _check(page, moments[1])
    page.get_by_role("button", name="The checkpoint with the lowest held-out loss").click()
    assert _step(page) == open_model(RUN).step
    page.get_by_role("button", name="One checkpoint back").click()
    page_waits_until(
        page, lambda: query(page).get("checkpoint") == str(_step(page)), "the address follows"
    )


def test_an_address_shows_the_same_view_and_a_new_temperature_keeps_the_position(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[5].step))
    _check(page, moments[5])
    page.reload()
    settle(page)
    _check(page, moments[5])
    field = page.get_by_role("spinbutton", name="Temperature")
    field.fill("0")
    field.press("Enter")
    page_waits_until(
        page, lambda: float(query(page).get("temperature", "nan")) == 0, "the address follows"
    )
    settle(page)
    expected = open_model(RUN, moments[5].step).write(PROMPT, temperature=0, length=120, seed=2)
    expect(_film(page).locator(".text")).to_have_text(PROMPT + expected, use_inner_text=False)
    assert _step(page) == moments[5].step


def test_bars_are_walked_by_keys_and_say_their_figures(page: Page, server: Server) -> None:
    best = open_model(RUN)
    open_at(page, server.address("timeline", **STATE, checkpoint=best.step))
    bars = _film(page).get_by_role("option")
    expect(bars).to_have_count(57)
    expected = best.next(PROMPT, 0.5)
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    second = int(np.argsort(-expected, kind="stable")[1])
    shown = _film(page).locator('[data-text="probability"]').inner_text()
    assert shown == probability_words(expected[second])
    assert bars.nth(1).get_attribute("data-index") == str(second)


def test_the_twin_is_a_press_away_and_starts_anew(page: Page, server: Server) -> None:
    open_at(page, server.address("timeline", run="nietzsche-diverges", length=60))
    _slider(page).focus()
    page.keyboard.press("End")
    page_waits_until(page, lambda: "checkpoint" in query(page), "the address follows")
    settle(page)
    press(page, "Show its twin")
    page_waits_until(page, lambda: query(page).get("run") == "nietzsche-steadied", "the twin")
    settle(page)
    steps = find("nietzsche-steadied").checkpoints()
    middle = steps[len(steps) // 2]
    page_waits_until(page, lambda: _step(page) == middle, "it starts in its middle")


def test_a_hostile_prompt_stays_text(page: Page, server: Server) -> None:
    open_at(page, server.address("timeline", run=RUN, prompt=HOSTILE, length=20))
    known = open_model(RUN).vocabulary.read(HOSTILE).text
    shown = _film(page).locator(".prompt").text_content() or ""
    assert as_read(shown) == known
    assert _film(page).locator(".text script, .text a, .text b").count() == 0
