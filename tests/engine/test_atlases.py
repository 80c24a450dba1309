"""Kept atlases and the process that computes them."""

from __future__ import annotations

import json
import os
import signal
import time

import pandas as pd
import pytest

from charlstm.engine import atlases
from charlstm.engine.atlases import (
    ABSENT,
    COMPUTING,
    FAILED,
    STOPPED,
    Request,
    atlas,
    computed,
    keep,
    kept,
    progress_of,
    request_for,
    start,
    stop,
)
from charlstm.errors import RunError
from charlstm.exploring.atlas import Atlas
from charlstm.runs.store import home
from tests.made import made_run


def _request(**changes: object) -> Request:
    asked = {"prompt": "the cat ", "length": 200, "seed": 3} | changes
    return request_for("made", **asked)  # type: ignore[arg-type]


def _wait(request: Request, *states: str, seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while (state := progress_of(request).state) not in states:
        assert time.monotonic() < end, (state, _log(request))
        time.sleep(0.05)
    return state


def _log(request: Request) -> str:
    return request.path.with_suffix(".log").read_text()


def _same(one: Atlas, other: Atlas) -> bool:
    pd.testing.assert_frame_equal(one.table, other.table)
    return (one.prompt, one.source, one.reason) == (other.prompt, other.source, other.reason)


def test_an_atlas_is_computed_once_and_kept_beside_the_run() -> None:
    run = made_run()
    request = _request()
    assert kept(request) is None
    assert progress_of(request).state == ABSENT
    reported: list[tuple[int, int]] = []
    first = computed(request, lambda *each: reported.append(each))
    assert reported[0] == (0, 200) and reported[-1] == (200, 200)
    assert request.path.parent == run.path / "atlas"
    again = kept(request)
    assert again is not None and _same(first, again)
    reported.clear()
    assert _same(computed(request, lambda *each: reported.append(each)), first)
    assert reported == []
    pd.testing.assert_frame_equal(first.table, atlas("made", prompt="the cat ", length=200, seed=3))


def test_every_setting_has_an_atlas_of_its_own() -> None:
    made_run()
    changes = [{}, {"prompt": "the "}, {"length": 201}, {"seed": 4}, {"checkpoint": 10}]
    assert len({_request(**each).path for each in changes}) == len(changes)


def test_an_atlas_belongs_to_what_was_at_hand_of_the_text() -> None:
    run = made_run()
    before = _request().path
    (run.path / "corpus.txt").unlink()
    assert _request().path != before


def test_a_shipped_run_is_not_written_to() -> None:
    request = request_for(prompt="", length=100)
    assert request.path.parent == home() / "atlas" / "nietzsche-tbptt"


@pytest.mark.slow
def test_a_process_computes_it_and_two_who_ask_share_it() -> None:
    made_run()
    request = _request()
    assert start(request)
    assert start(request)
    assert progress_of(request).state == COMPUTING
    assert _wait(request, ABSENT) == ABSENT
    found = kept(request)
    assert found is not None
    pd.testing.assert_frame_equal(found.table, atlas("made", prompt="the cat ", length=200, seed=3))
    assert not list(request.path.parent.glob("*.tmp"))


def test_it_is_stopped_within_a_moment() -> None:
    made_run(recipe="book")
    request = _request(length=20_000)
    start(request)
    time.sleep(0.2)
    stop(request)
    assert _wait(request, STOPPED) == STOPPED
    assert kept(request) is None
    stop(request)  # nothing is computed now
    assert start(request)
    stop(request)
    assert _wait(request, STOPPED) == STOPPED


def test_a_process_that_dies_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    made_run(recipe="book")
    request = _request(length=20_000)
    processes = []
    launch = atlases.launch
    monkeypatch.setattr(
        atlases, "launch", lambda *each: processes.append(launch(*each)) or processes[-1]
    )
    start(request)
    os.kill(processes[0].pid, signal.SIGSTOP)  # as on a machine that has no time for it
    assert progress_of(request).state == COMPUTING
    os.kill(processes[0].pid, signal.SIGKILL)
    processes[0].wait()
    progress = progress_of(request)
    assert progress.state == FAILED
    assert progress.reason == "The process that computed this atlas crashed."


def test_a_failure_is_told_in_its_own_words() -> None:
    run = made_run()
    request = _request()
    (run.path / "checkpoints" / "step-000020.npz").write_bytes(b"nothing")
    start(request)
    _wait(request, FAILED)
    assert "step-000020.npz" in progress_of(request).reason
    with pytest.raises(RunError, match="step-000020"):
        computed(request)


def test_where_all_slots_are_taken_nothing_is_started() -> None:
    from filelock import FileLock

    made_run()
    home().mkdir(exist_ok=True)
    request = _request()
    locks = [FileLock(path) for path in atlases._slots()]
    for lock in locks:
        lock.acquire()
    assert len(locks) == 2
    assert not start(request)
    assert progress_of(request).state == ABSENT
    for lock in locks:
        lock.release()
    assert start(request)
    _wait(request, ABSENT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": 1}',
        b'{"format": 0, "rows": [1]}',
        b'{"format": 1, "rows": []}',
        b'{"format": 1, "rows": [3], "prompt": ""}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_atlas_is_named_and_computed_again(content: bytes) -> None:
    made_run()
    request = _request(length=100)
    request.path.parent.mkdir()
    request.path.write_bytes(content)
    with pytest.raises(RunError, match=f"{request.path.name} of made is damaged"):
        kept(request)
    first = computed(request)
    again = kept(request)
    assert again is not None and _same(first, again)


def test_a_row_that_lacks_a_figure_is_damage() -> None:
    made_run()
    request = _request(length=100)
    computed(request)
    values = json.loads(request.path.read_text())
    del values["rows"][7]["loop_period"]
    request.path.write_text(json.dumps(values))
    with pytest.raises(RunError, match="damaged"):
        kept(request)


def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    made_run()
    monkeypatch.setattr(atlases, "MOST_KEPT", 3)
    requests = [_request(length=50, seed=seed) for seed in range(5)]
    found = computed(requests[0])
    for age, request in enumerate(requests):
        keep(request, found)
        for path in (
            request.path,
            request.path.with_suffix(".log"),
            request.path.with_suffix(".lock"),
        ):
            path.touch()
            os.utime(path, (1000 + age, 1000 + age))
    keep(requests[4], found)
    assert [each.path.exists() for each in requests] == [False, False, True, True, True]
    assert not requests[0].path.with_suffix(".log").exists()
    monkeypatch.setattr(atlases, "MOST_KEPT_BYTES", requests[4].path.stat().st_size)
    keep(requests[4], found)
    assert [each.path.exists() for each in requests] == [False, False, False, False, True]


def test_what_unfinished_ones_left_makes_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made_run()
    monkeypatch.setattr(atlases, "MOST_KEPT", 3)
    done = _request(length=50)
    computed(done)
    for age in range(6):
        for suffix in ("status", "lock", "log"):
            path = done.path.with_name(f"{age:016x}.{suffix}")
            path.write_text("{}")
            os.utime(path, (1000 + age, 1000 + age))
    atlases.make_room(done.path.parent)
    stems = {path.stem for path in done.path.parent.iterdir()}
    assert stems == {done.path.stem, *(f"{age:016x}" for age in (3, 4, 5))}
    assert kept(done) is not None


def test_a_run_that_is_not_there_is_an_error() -> None:
    with pytest.raises(RunError):
        request_for("no-such-run", prompt="")
