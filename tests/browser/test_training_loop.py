"""A training from the Train page: it is watched, left alone, told what to do, killed, reopened."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from charlstm import open_model, reweight
from charlstm.runs.config import PAUSED, RUNNING, STOPPED
from charlstm.runs.folder import RunFolder
from charlstm.settings import PRESETS
from tests.browser.driving import (
    Drag,
    Server,
    badge,
    curve,
    dial,
    open_at,
    page_waits_until,
    press,
    probabilities,
    query,
    see_more_steps,
    settle,
    start_training,
    step_shown,
    temperature,
    training_pids,
    wait_for_address,
    wait_until,
)

pytestmark = pytest.mark.training

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def run(browser: Browser, own_server: Server) -> RunFolder:
    """The one training of these tests; each takes it up where the one before left it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    started = start_training(context.new_page(), own_server)
    context.close()
    return started


@pytest.fixture
def watched(page: Page, own_server: Server, run: RunFolder) -> Page:
    """The page of the run, which is being trained and has a curve already."""
    opened = time.time()
    open_at(page, own_server.address("train", run=run.name))
    either = page.get_by_role("button", name=re.compile("^(Stop|Resume)$"))
    expect(either.first).to_be_visible()
    if page.get_by_role("button", name="Stop", exact=True).count() == 0:
        press(page, "Resume")

    def trains() -> bool:
        status = run.status()
        return status.phase == "training" and status.heartbeat > opened

    page_waits_until(page, trains, "the training goes on")
    page_waits_until(page, lambda: curve(page) != "", "the first point appears")
    return page


def test_a_preset_is_trained_with_what_was_changed_of_it(run: RunFolder) -> None:
    asked = PRESETS["overnight"].settings(units=64, epochs=500)
    assert run.config().corpus == "python"
    assert replace(run.config().settings, lowercase=asked.lowercase) == asked


def test_the_curve_grows_without_a_touch(watched: Page) -> None:
    steps, curves = set(), set()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        steps.add(step_shown(watched))
        curves.add(curve(watched))
        watched.wait_for_timeout(200)
    assert len(steps) >= 3
    assert len(curves) >= 3
    expect(badge(watched, "running")).to_be_visible()
    for word in ("Training loss", "Best held-out window loss", "Characters/s", "nats", "bits"):
        expect(watched.get_by_text(word).first).to_be_visible()
    expect(watched.get_by_text("left", exact=False).first).to_be_visible()


def test_samples_appear_after_an_epoch(watched: Page, run: RunFolder) -> None:
    page_waits_until(watched, lambda: run.status().epoch >= 1, "an epoch is over")
    expect(watched.get_by_text("T = 1.2").first).to_be_visible()
    text = str(run.samples()[0]["text"])
    assert len(text) == 400


def test_a_reload_in_the_middle_shows_the_same_run_further_on(
    watched: Page, run: RunFolder
) -> None:
    before = step_shown(watched)
    watched.reload()
    settle(watched)
    wait_for_address(watched, run=run.name)
    page_waits_until(watched, lambda: step_shown(watched) > before, "the step grows")


def test_a_second_viewer_sees_the_run_and_is_offered_to_watch_it(
    watched: Page, run: RunFolder, own_server: Server, new_context: NewContext
) -> None:
    other = open_at(new_context().new_page(), own_server.address("train"))
    expect(other.get_by_text(f"{run.name} is being trained")).to_be_visible()
    expect(other.get_by_role("button", name="Start", exact=True)).to_have_count(0)
    press(other, "Watch it")
    page_waits_until(other, lambda: query(other).get("run") == run.name, "the address names it")
    see_more_steps(other)
    assert abs(step_shown(other) - step_shown(watched)) < 2000
    assert len(training_pids(own_server.home)) == 1


def test_the_dial_works_on_the_model_as_it_is_now(watched: Page, run: RunFolder) -> None:
    drag = Drag(watched)
    shown = drag.to(1.2)
    steps = step_shown(watched)
    page_waits_until(watched, lambda: step_shown(watched) > steps, "the page is renewed meanwhile")
    assert temperature(watched) == shown
    drag.release()
    settle(watched)
    watched.wait_for_timeout(1500)
    assert temperature(watched) == shown
    press(watched, "Pause")
    page_waits_until(watched, lambda: run.status().status == PAUSED, "the training pauses")
    expected = reweight(open_model(run, run.checkpoints()[-1]).logits("the "), shown)
    page_waits_until(
        watched,
        lambda: bool(np.abs(np.array(probabilities(watched)) - expected).max() < 1e-9),
        "the dial shows the newest checkpoint",
    )
    press(watched, "Resume")
    page_waits_until(watched, lambda: run.status().status == RUNNING, "the training goes on")


def test_pausing_holds_the_step_and_resuming_lets_it_go_on(watched: Page, run: RunFolder) -> None:
    press(watched, "Pause")
    expect(badge(watched, "paused")).to_be_visible()
    held = run.status().step
    page_waits_until(watched, lambda: step_shown(watched) == held, "the page shows where it paused")
    watched.wait_for_timeout(1500)
    assert step_shown(watched) == run.status().step == held
    press(watched, "Resume")
    expect(badge(watched, "running")).to_be_visible()
    page_waits_until(watched, lambda: step_shown(watched) > held, "the step grows again")


def test_a_restart_of_the_web_server_leaves_the_training_alone(
    watched: Page, run: RunFolder, own_server: Server
) -> None:
    (pid,) = training_pids(own_server.home)
    watched.goto("about:blank")
    own_server.stop()
    before = run.status().step
    wait_until(lambda: run.status().step > before, "it goes on without a web server")
    own_server.start()
    open_at(watched, own_server.address("train", run=run.name))
    expect(watched.get_by_role("link", name="Lesson", exact=True)).to_be_visible()
    see_more_steps(watched)
    assert training_pids(own_server.home) == [pid]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_training_shows_as_stopped_within_ten_seconds_and_can_be_resumed(
    watched: Page, run: RunFolder, own_server: Server
) -> None:
    page_waits_until(watched, lambda: bool(run.checkpoints()), "there is a checkpoint")
    (pid,) = training_pids(own_server.home, run.name)
    os.kill(pid, 9)
    expect(badge(watched, "stopped")).to_be_visible(timeout=10_000)
    expect(watched.get_by_text("The training process crashed")).to_be_visible()
    kept = max(int(line["step"]) for line in run.history())
    page_waits_until(watched, lambda: curve(watched) != "", "the curve is still there")
    assert dial(watched).is_visible()
    press(watched, "Resume")
    expect(badge(watched, "running")).to_be_visible()
    page_waits_until(watched, lambda: run.status().step > kept, "it gets further than before")
    steps = [int(line["step"]) for line in run.history()]
    assert steps == sorted(set(steps))


def test_a_stopped_run_is_reopened_from_the_list_and_by_its_address(
    watched: Page, run: RunFolder, own_server: Server, new_context: NewContext
) -> None:
    press(watched, "Stop")
    expect(badge(watched, "stopped")).to_be_visible()
    assert run.status().status == STOPPED
    wait_until(lambda: not training_pids(own_server.home), "the process has ended")
    by_address = new_context().new_page()
    open_at(by_address, own_server.address("train", run=run.name))
    expect(badge(by_address, "stopped")).to_be_visible()
    page_waits_until(by_address, lambda: curve(by_address) != "", "the curve is still there")
    from_list = open_at(new_context().new_page(), own_server.address("train"))
    from_list.get_by_role("combobox", name="Run").click()
    from_list.get_by_role("option", name=run.name).click()
    expect(badge(from_list, "stopped")).to_be_visible()
    wait_for_address(from_list, run=run.name)
    from_list.get_by_role("link", name="Write with this model").click()
    page_waits_until(from_list, lambda: query(from_list).get("run") == run.name, "it writes")
    page_waits_until(from_list, lambda: "train" not in urlsplit(from_list.url).path, "it is there")
    dial(from_list)


def test_a_stop_while_the_training_is_still_starting_is_obeyed(
    page: Page, run: RunFolder, own_server: Server
) -> None:
    open_at(page, own_server.address("train", run=run.name))
    resume = page.get_by_role("button", name="Resume", exact=True)
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(resume).to_be_visible()
    if stop.count():  # the test before has stopped it, unless this one is run alone
        press(page, "Stop")
        expect(stop).to_have_count(0, timeout=90_000)
        wait_until(lambda: not training_pids(own_server.home), "the process has ended")
        settle(page)
    press(page, "Resume")
    expect(resume).to_be_disabled()
    expect(badge(page, "running")).to_be_visible()
    press(page, "Stop")
    expect(badge(page, "stopped")).to_be_visible(timeout=90_000)  # once it has started
    wait_until(lambda: not training_pids(own_server.home), "the process has ended")
    assert run.status().status == STOPPED
