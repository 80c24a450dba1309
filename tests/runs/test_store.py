"""Where runs live, what they may be called, and how many there may be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.corpus import Corpus
from charlstm.engine.standby import PACKAGE_ROOT
from charlstm.errors import CharlstmError, CorpusError, RunError, SettingsError
from charlstm.runs import store
from charlstm.runs.new import new_run
from charlstm.runs.store import (
    all_runs,
    check_name,
    create,
    find,
    free_name,
    is_shipped,
    own_runs,
    shipped_runs,
)
from charlstm.settings import settings_for
from tests.made import made_run, prose

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


@pytest.mark.parametrize("name", ["a", "A-b_9", "x" * 64])
def test_letters_digits_hyphen_and_underscore_make_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", "a b", "a.b", "é", "٣", "a\n", "\0", "C:x", "x" * 65],
)
def test_anything_else_is_refused_with_a_sentence(name: str) -> None:
    for refuse in (check_name, find, lambda bad: create(bad, 0)):
        with pytest.raises(SettingsError, match="letters, digits"):
            refuse(name)


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_folder_of_runs(name: str) -> None:
    try:
        check_name(name)
    except CharlstmError:
        return
    root = Path("/home/runs")
    assert (root / name).resolve().parent == root


def test_a_run_outside_the_folders_is_not_found(own_home: Path) -> None:
    made_run()
    (own_home / "secret").mkdir()
    for name in ("../secret", "secret", str(own_home / "runs" / "made")):
        with pytest.raises(CharlstmError):
            find(name)


def test_a_run_that_does_not_exist_is_a_sentence() -> None:
    with pytest.raises(RunError, match="no run called 'nobody'"):
        find("nobody")


def test_a_run_is_found_by_its_name() -> None:
    run = made_run("mine")
    assert find("mine").path == run.path
    assert [found.name for found in own_runs()] == ["mine"]
    assert not is_shipped(find("mine"))


def test_a_name_is_given_once(no_shipped_runs: Path) -> None:
    made_run("mine")
    (no_shipped_runs / "theirs").mkdir(parents=True)
    for name in ("mine", "theirs"):
        with pytest.raises(RunError, match="already a run called"):
            create(name, 0)


def test_shipped_runs_come_after_ones_own_and_the_default_one_first(
    no_shipped_runs: Path,
) -> None:
    made_run("mine")
    for name in ("a", store.DEFAULT_RUN, ".hidden", "not a run"):
        (no_shipped_runs / name).mkdir(parents=True)
    (no_shipped_runs / "README").write_text("not a run either")
    assert [run.name for run in shipped_runs()] == [store.DEFAULT_RUN, "a"]
    assert [run.name for run in all_runs()] == ["mine", store.DEFAULT_RUN, "a"]
    assert is_shipped(find("a"))


@pytest.mark.parametrize("corpus", ["nietzsche", "My Tale (2nd)", "文学", "../..", "x" * 200, ""])
def test_a_free_name_is_a_name_that_no_run_has(corpus: str) -> None:
    first = free_name(corpus, "book")
    assert check_name(first) == first
    create(first, 0)
    second = free_name(corpus, "book")
    assert check_name(second) == second != first


_MAKE = """
import sys
from charlstm.data.corpus import Corpus
from charlstm.runs.new import new_run
from charlstm.settings import settings_for
text = sys.stdin.read()
print(new_run(Corpus("tale", text), settings_for("tbptt")).name)
"""


def test_processes_that_make_runs_at_the_same_time_give_them_names_of_their_own() -> None:
    words = [sys.executable, "-c", _MAKE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    made = [subprocess.Popen(words, text=True, cwd=PACKAGE_ROOT, **pipes) for _ in range(3)]
    for each in made:
        assert each.stdin is not None
        each.stdin.write(prose(1500))
    names = sorted(each.communicate()[0].strip() for each in made)
    assert names == ["tale-tbptt-1", "tale-tbptt-2", "tale-tbptt-3"]


def test_more_runs_than_are_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_RUNS", 2)
    create("one", 0)
    create("two", 0)
    with pytest.raises(RunError, match="2 runs, the maximum"):
        create("three", 0)


def test_a_run_that_would_exceed_the_space_for_runs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_run("one")
    monkeypatch.setattr(store, "MAX_TOTAL_BYTES", 10_000_000)
    create("two", 9_000_000)
    with pytest.raises(RunError, match="may need 10 MB"):
        create("three", 10_000_000)
    assert not (store.home() / "runs" / "three").exists()


def test_a_run_that_does_not_fit_on_the_disk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 5_000_000))
    with pytest.raises(RunError, match="the disk has 5 MB left"):
        create("one", 6_000_000)
    assert own_runs() == []


def test_a_home_that_cannot_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CHARLSTM_HOME", str(tmp_path / "file"))
    assert own_runs() == []
    with pytest.raises(RunError, match="cannot be written in"):
        create("one", 0)


def test_a_text_that_cannot_be_learned_leaves_no_run_behind() -> None:
    with pytest.raises(CorpusError):
        new_run(Corpus("mine", "too short"), settings_for("tbptt"), "one")
    assert own_runs() == []


def test_a_run_that_cannot_be_written_leaves_no_run_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from charlstm.runs import folder

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "publish", no_space)
    monkeypatch.setattr(folder, "publish_json", no_space)
    with pytest.raises(RunError, match="No space left on device"):
        new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "one")
    assert own_runs() == []
