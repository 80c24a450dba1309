"""Fixtures for every test: a home of its own, no network, and tiny texts and runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings

if TYPE_CHECKING:
    from charlstm.runs.folder import RunFolder

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Tests run side by side already; threads of one that wait for work only spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Seconds depend on the machine; what is tested here does not.
settings.register_profile("charlstm", deadline=None, print_blob=True)
settings.load_profile("charlstm")

# Keras 3.15 under NumPy 2 says so whenever one of its variables becomes an array.
_KERAS_CHATTER = "ignore:__array__ implementation:DeprecationWarning"

GIVEN_DATA = os.environ.get("CHARLSTM_DATA")


def pytest_configure(config: pytest.Config) -> None:
    """Let the summary show warnings of this program only."""
    config.addinivalue_line("filterwarnings", _KERAS_CHATTER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("training") is None)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test its own folder of runs and cache, no folder of corpora, and no network."""
    from charlstm.data import named

    home = tmp_path / "home"
    monkeypatch.setenv("CHARLSTM_HOME", str(home))
    monkeypatch.setenv("CHARLSTM_STAND_BY", "0")
    monkeypatch.delenv("CHARLSTM_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(named, "cache_folder", lambda: tmp_path / "cache" / "corpora")
    for scheme in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(scheme, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    return home


@pytest.fixture
def no_shipped_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the test see an empty folder where the runs that ship with the app would be."""
    from charlstm.runs import opening, store

    folder = tmp_path / "assets" / "runs"
    monkeypatch.setattr(store, "SHIPPED", folder)
    monkeypatch.setattr(opening, "SHIPPED", folder)
    monkeypatch.setattr(opening, "FINGERPRINTS", tmp_path / "assets" / "fingerprints")
    return folder


@pytest.fixture(scope="session")
def nietzsche_bytes() -> bytes:
    """The seed's corpus, from the folder that CHARLSTM_DATA named before the tests began."""
    path = Path(GIVEN_DATA or "") / "nietzsche.txt"
    if not GIVEN_DATA or not path.is_file():
        pytest.skip("no nietzsche.txt in a folder named by CHARLSTM_DATA")
    return path.read_bytes()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Return a run that really learned Python's language reference, for two seconds.

    Workers of pytest-xdist share it: the first who asks trains it.
    """
    from charlstm.runs.folder import RunFolder

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home = folder / "trained"
    with FileLock(folder / "trained.lock"):
        if not home.exists():
            made = tmp_path_factory.mktemp("training")
            _train_for_two_seconds(made)
            made.rename(home)
    return RunFolder(home / "runs" / "reference")


def _train_for_two_seconds(home: Path) -> None:
    from charlstm.data.named import load
    from charlstm.runs.new import new_run
    from charlstm.settings import settings_for
    from charlstm.training.fit import fit

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARLSTM_HOME", str(home))
        patch.delenv("CHARLSTM_DATA", raising=False)
        corpus = load("python").lowered()
        run = new_run(corpus, settings_for("tbptt", units=64, seconds=2), "reference")
        fit([(run, corpus)], report=lambda _: None, command=lambda _: None)


@pytest.fixture
def trained_run(trained: RunFolder, own_home: Path) -> RunFolder:
    """Return a copy of the trained run among the test's own runs."""
    from charlstm.runs.folder import RunFolder

    copy = own_home / "runs" / trained.name
    shutil.copytree(trained.path, copy)
    return RunFolder(copy)


@pytest.fixture
def without_xla() -> Iterator[None]:
    """Let tensorflow run step by step, so that nothing is compiled."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
