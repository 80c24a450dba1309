"""The Timeline page: checkpoints write in the browser what timeline says, and all moves along."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from charlstm import (
    entropy_bits,
    invented_spans,
    open_model,
    probability_words,
    reweight,
    source_of,
    timeline,
)
from charlstm.analysis.distribution import nats_to_bits
from charlstm.exploring.timeline import Moment
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from tests.browser.driving import (
    HOSTILE,
    Drag,
    Server,
    as_read,
    dial,
    frames_sent,
    open_at,
    page_waits_until,
    press,
    probabilities,
    query,
    settle,
    wait_for_address,
    wait_for_silence,
)
from tests.made import history_line, made_run

RUN, PROMPT = "nietzsche-tbptt", "the meaning of "
STATE = {"run": RUN, "prompt": PROMPT, "temperature": 0.5, "seed": 2, "length": 120}


@pytest.fixture(scope="module")
def moments() -> list[Moment]:
    return timeline(RUN, PROMPT, temperature=0.5, length=120, seed=2)


def _film(page: Page) -> Locator:
    page.locator('.timeline[data-written]:not([data-written=""])').wait_for()
    return page.locator(".timeline")


def _slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Checkpoint")


def _step(page: Page) -> int:
    return int(_film(page).get_attribute("data-step") or "-1")


def _text(page: Page) -> str:
    return _film(page).locator(".text").text_content() or ""


def _check(page: Page, moment: Moment) -> None:
    """Hold everything that the page shows against one moment."""
    film = _film(page)
    page_waits_until(page, lambda: _step(page) == moment.step, "this checkpoint is shown")
    film = _film(page)
    assert _text(page) == PROMPT + moment.written.text
    assert moment.written.logits is not None
    expected = reweight(moment.written.logits, 0.5)
    np.testing.assert_allclose(probabilities(page), expected, rtol=1e-9)
    words = film.locator(".losses").inner_text()
    assert moment.loss is not None
    assert moment.held_out_loss is not None
    assert f"{moment.loss:.3f} nats ({nats_to_bits(moment.loss):.3f} bits)" in words
    assert f"{moment.held_out_loss:.3f} nats" in words
    assert f"{entropy_bits(expected):.2f} bits" in film.locator(".sentence").inner_text()
    assert f"step {moment.step}" in (_slider(page).get_attribute("aria-valuetext") or "")
    top = int(expected.argmax())
    bar = film.locator(f'.bar[data-index="{top}"]')
    ticks = film.locator(".tick").all_text_contents()  # the same at every temperature
    assert ticks == [probability_words(1), probability_words(0.5)]
    share = float(bar.locator(".after").evaluate("(e) => e.style.getPropertyValue('--fraction')"))
    assert share == pytest.approx(expected[top])
    assert bar.get_attribute("aria-label")


def _check_invented(page: Page, moment: Moment) -> None:
    """Hold the underlined words against one moment, once the server has found them."""
    lexicon = source_of(RUN).lexicon
    assert lexicon is not None
    text = moment.written.text
    expected = "".join(text[a:b] for a, b in invented_spans(text, PROMPT, lexicon))
    underlined = page.locator(".timeline .text .invented")
    page_waits_until(
        page, lambda: "".join(underlined.all_text_contents()) == expected, "they are underlined"
    )


def _check_shared(page: Page, moment: Moment) -> None:
    """Compare the shown common beginning of two texts with one moment."""
    length, shared = len(moment.written.text), moment.shared
    sentence = f"for {shared} of {length} characters, up to the mark"
    film = _film(page)
    expect(film.locator(".shared")).to_contain_text("from the first" if not shared else sentence)
    mark = film.locator(".differs")
    expect(mark).to_have_count(int(0 < shared < length))
    if shared:
        assert mark.get_attribute("data-index") == str(shared)


def test_the_keyboard_scrubs_and_text_bars_and_losses_move_together(
    new_context: Callable[..., BrowserContext], server: Server, moments: list[Moment]
) -> None:
    page = new_context().new_page()
    sent = frames_sent(page)
    page.clock.install()
    open_at(page, server.address("timeline", **STATE))
    _check(page, moments[len(moments) // 2])
    _check_invented(page, moments[len(moments) // 2])
    before = wait_for_silence(page, sent)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 10)  # however slow this machine is
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
    page.clock.resume()
    wait_for_address(page, checkpoint=str(moments[1].step))
    _check_invented(page, moments[1])
    page.wait_for_timeout(700)
    assert len(sent) == before + 1  # the steps are told once, with the text at rest
    _check(page, moments[1])
    expect(_slider(page)).to_be_focused()


def test_every_checkpoint_writes_what_the_python_function_says(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[0].step))
    _film(page)
    _slider(page).focus()
    for moment in moments:
        page_waits_until(page, lambda: _step(page) == moment.step, "this one")  # noqa: B023
        assert _text(page) == PROMPT + moment.written.text
        assert moment.written.logits is not None
        expected = reweight(moment.written.logits, 0.5)
        np.testing.assert_allclose(probabilities(page), expected, rtol=1e-9)
        if moment is not moments[0]:
            _check_shared(page, moment)
        page.keyboard.press("ArrowRight")


def test_a_model_is_fetched_when_it_is_first_looked_at_and_once(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    asked: list[int] = []

    def note(request: Any) -> None:
        if found := re.search(rf"/models/{RUN}/(\d+)", request.url):
            asked.append(int(found[1]))

    page.on("request", note)
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[10].step))
    _check_shared(page, moments[10])
    page_waits_until(page, lambda: len(asked) >= 4, "the next one is fetched ahead")
    best = open_model(RUN).step  # in its order the bars stand
    assert set(asked) == {best, *(moments[n].step for n in (9, 10, 11))}
    for _ in range(2):
        page.get_by_role("button", name="One checkpoint forward").click()
    _check(page, moments[12])
    page.get_by_role("button", name="One checkpoint back").click()
    _check(page, moments[11])
    page_waits_until(page, lambda: moments[13].step in asked, "the next one is fetched ahead")
    assert len(asked) == len(set(asked)) == 6
    page.remove_listener("request", note)


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
    page.wait_for_timeout(700)
    assert "checkpoint" not in query(page)  # not before it is let go
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
    sent = frames_sent(page)
    open_at(page, server.address("timeline", **STATE, checkpoint=start))
    _check(page, moments[last - 4])
    _film(page).get_by_text("5/s").click()
    wait_for_address(page, pace="5")
    before = wait_for_silence(page, sent)
    _film(page).evaluate(
        "(root) => { window.seen = []; new MutationObserver(() => window.seen.push("
        "Number(root.dataset.step))).observe(root, { attributeFilter: ['data-step'] }); }"
    )
    press(page, "Play")
    wait_for_address(page, checkpoint=str(start))
    page_waits_until(page, lambda: _step(page) == moments[last - 1].step, "it plays")
    assert len(sent) == before
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
    page.get_by_role("button", name="One checkpoint forward").click()
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
    field = page.get_by_role("spinbutton", name="Exact value")
    field.fill("0")
    field.press("Enter")
    page_waits_until(
        page, lambda: float(query(page).get("temperature", "nan")) == 0, "the address follows"
    )
    settle(page)
    expected = open_model(RUN, moments[5].step).write(PROMPT, temperature=0, length=120, seed=2)
    expect(_film(page).locator(".text")).to_have_text(PROMPT + expected, use_inner_text=False)
    assert _step(page) == moments[5].step


def test_a_turn_of_the_dial_rewrites_the_text_without_the_server(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    sent = frames_sent(page)
    step = moments[5].step
    open_at(page, server.address("timeline", **STATE, checkpoint=step))
    _check(page, moments[5])
    before = wait_for_silence(page, sent)
    model = open_model(RUN, step)
    drag = Drag(page)
    for aim in (0.2, 0.9, 1.4, 2.0, 0.0):
        shown = drag.to(aim)
        _film(page)
        assert _text(page) == PROMPT + model.write(PROMPT, temperature=shown, length=120, seed=2)
        np.testing.assert_allclose(probabilities(page), model.next(PROMPT, shown), atol=1e-12)
    assert len(sent) == before
    drag.to(0.8)
    drag.release()
    at = page.locator(".dial").get_attribute("data-temperature")
    wait_for_address(page, temperature=at, checkpoint=str(step))
    hotter = timeline(RUN, PROMPT, temperature=float(at or "nan"), length=120, seed=2)
    assert _text(page) == PROMPT + hotter[5].written.text
    _check_shared(page, hotter[5])
    page.get_by_role("button", name="One checkpoint forward").click()
    page_waits_until(page, lambda: _step(page) == moments[6].step, "the next one")
    page_waits_until(
        page, lambda: _text(page) == PROMPT + hotter[6].written.text, "it is as hot as the dial"
    )


def test_another_seed_or_length_is_written_at_once(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    step = moments[8].step
    open_at(page, server.address("timeline", **STATE, checkpoint=step))
    _check(page, moments[8])
    model = open_model(RUN, step)

    def shows(seed: int, length: int) -> None:
        text = PROMPT + model.write(PROMPT, temperature=0.5, length=length, seed=seed)
        page_waits_until(page, lambda: _text(page) == text, "it is written")

    page.get_by_role("button", name="New seed").click()
    shows(3, 120)
    for label, value in (("Characters", 150), ("Characters", 40), ("Seed", 7)):
        field = page.get_by_role("spinbutton", name=label)
        field.fill(str(value))
        field.press("Enter")
        shows(7 if label == "Seed" else 3, 40 if label == "Seed" else value)
    wait_for_address(page, seed="7", length="40", checkpoint=str(step))


def test_bars_stand_in_the_order_of_the_best_checkpoint_and_say_their_figures(
    page: Page, server: Server, moments: list[Moment]
) -> None:
    order = np.argsort(-open_model(RUN).logits(PROMPT), kind="stable").tolist()
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[1].step))
    bars = _film(page).get_by_role("option")
    expect(bars).to_have_count(57)
    for moment in (moments[1], moments[2]):
        page_waits_until(page, lambda: _step(page) == moment.step, "this one")  # noqa: B023
        shown = [int(bar.get_attribute("data-index") or "-1") for bar in bars.all()]
        assert shown == order
        bars.first.focus()
        page.keyboard.press("ArrowRight")
        p = open_model(RUN, moment.step).next(PROMPT, 0.5)[order[1]]
        expect(dial(page).locator('[data-text="readout-after"]')).to_have_text(probability_words(p))
        page.get_by_role("button", name="One checkpoint forward").click()


def test_the_twin_is_a_press_away_and_starts_anew(page: Page, server: Server) -> None:
    open_at(page, server.address("timeline", run="nietzsche-diverges", length=60))
    _film(page)
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
    _film(page)
    known = open_model(RUN).vocabulary.read(HOSTILE).text
    shown = _film(page).locator(".prompt").text_content() or ""
    assert as_read(shown) == known
    assert _film(page).locator(".text script, .text a, .text b").count() == 0


@pytest.fixture
def lost(server: Server, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A run of the server whose weights are no longer numbers at its last checkpoint."""
    monkeypatch.setenv("CHARLSTM_HOME", str(server.home))
    if not server.run("lost").path.exists():
        made = made_run("lost")
        weights = {name: np.full_like(w, np.nan) for name, w in made.weights(20).items()}
        made.write_checkpoint(30, weights)
        made.append_history(history_line(30, loss=None, held_out_loss=None))
    return server.run("lost")


def test_a_checkpoint_that_is_no_longer_numbers_says_so_and_the_others_write(
    new_context: Callable[..., BrowserContext], server: Server, lost: RunFolder
) -> None:
    page = new_context().new_page()  # a browser notes in its console that there is no such model
    moments = timeline(lost, "the cat", temperature=0.5, length=60, seed=0)
    where = {"run": "lost", "prompt": "the cat", "length": 60}
    open_at(page, server.address("timeline", **where, checkpoint=30))
    film = _film(page)
    expect(film.locator(".failure")).to_have_text(moments[2].written.failure)
    expect(film.locator(".losses")).to_contain_text("no longer a number")
    expect(film.locator(".text")).to_be_hidden()
    expect(film.locator(".sentence")).to_be_hidden()
    expect(film.locator(".curves .lost")).to_have_count(1)
    page.get_by_role("button", name="One checkpoint back").click()
    page_waits_until(page, lambda: _step(page) == 20, "the one before")
    page_waits_until(page, lambda: _text(page) == "the cat" + moments[1].written.text, "it writes")
    expect(film.locator(".failure")).to_be_hidden()
    expect(film.locator(".sentence")).to_be_visible()
    page.get_by_role("button", name="One checkpoint forward").click()
    expect(film.locator(".failure")).to_have_text(moments[2].written.failure)


def test_without_an_answer_it_says_so_and_tries_again(
    new_context: Callable[..., BrowserContext], server: Server, moments: list[Moment]
) -> None:
    page = new_context().new_page()
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[3].step))
    _check(page, moments[3])
    _check_shared(page, moments[3])
    page.route("**/models/**", lambda route: route.abort())
    _slider(page).focus()
    page.keyboard.press("Home")
    expect(_film(page).locator(".failure")).to_contain_text("The model cannot be loaded")
    page.get_by_role("button", name="The checkpoint with the lowest held-out loss").click()
    best = next(moment for moment in moments if moment.step == open_model(RUN).step)
    _check(page, best)  # it is here already
    page.unroute("**/models/**")
    _slider(page).focus()
    page.keyboard.press("Home")
    _check(page, moments[0])


def test_a_person_who_wants_no_motion_still_plays_the_film(
    new_context: Callable[..., BrowserContext], server: Server, moments: list[Moment]
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    open_at(page, server.address("timeline", **STATE, checkpoint=moments[-2].step, pace=5))
    _check(page, moments[-2])
    bar = _film(page).locator(".bar .after").first
    assert bar.evaluate("(e) => getComputedStyle(e).transitionDuration") == "0s"
    press(page, "Play")
    _check(page, moments[-1])
