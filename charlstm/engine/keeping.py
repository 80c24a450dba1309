"""Renaming and deleting the user's own runs; shipped runs are read-only."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from charlstm.engine.process import is_locked, known_status
from charlstm.errors import RunError
from charlstm.runs import store
from charlstm.runs.config import ALIVE, MEASURING
from charlstm.runs.files import beside_of, move, publish_json, retry_while_held
from charlstm.runs.folder import CONFIG, RunFolder
from charlstm.runs.new import config_under

_RETRIES, _RETRY_SECONDS = 20, 0.05


def why_kept(run: RunFolder) -> str:
    """Return why a run can be neither renamed nor deleted now, as one sentence, or ``""``."""
    if store.is_shipped(run):
        return f"{run.name} came with the app and stays as it is."
    status = known_status(run)
    if status.status not in ALIVE:
        return ""
    if status.phase == MEASURING:
        return f"The best checkpoint of {run.name} is being measured; wait for the end, or stop it."
    return f"{run.name} is being trained; stop it first."


@contextlib.contextmanager
def _untrained(run: RunFolder) -> Iterator[None]:
    """Keep all processes from training a run while it is moved; raise RunError if one does."""
    with store.changing_runs():
        if reason := why_kept(run):
            raise RunError(reason)
        for _ in range(_RETRIES):
            if not is_locked(run.path / "lock"):
                break
            time.sleep(_RETRY_SECONDS)
        else:
            raise RunError(f"A training still holds {run.name}; try again when it is over.")
        yield


def rename_run(run: RunFolder, name: str) -> RunFolder:
    """Give a run another name and return its folder, or raise an error and change nothing."""
    with _untrained(run):
        made = store.made_at(run)
        renamed = store.own_folder(store.check_is_free(name, made))
        # Bytes are written first: on a full disk, the renaming itself still succeeds.
        for given in (run.name, name):
            store.remember_name(given, made)
        config, beside = config_under(run, renamed), beside_of(run.path / CONFIG)
        if config is not None:
            publish_json(beside, config.as_dict())
        try:
            _move(run.path, renamed.path)
        except RunError:
            beside.unlink(missing_ok=True)
            raise
        if config is not None:
            move(renamed.path / beside.name, renamed.path / CONFIG)
    return renamed


def delete_run(run: RunFolder) -> None:
    """Remove a run and everything that was kept with it, or raise an error and change nothing."""
    with _untrained(run):
        store.sweep()
        aside, made = beside_of(store.home() / "deleted"), store.made_at(run)
        _move(run.path, aside)
        shutil.rmtree(aside, ignore_errors=True)
        store.remember_name(run.name, made)  # now that there is room on the disk


def _move(source: Path, target: Path) -> None:
    """Move a folder; try for a second if a reader holds one of its files, as on Windows."""
    try:
        retry_while_held(lambda: source.rename(target))
    except FileNotFoundError:
        raise RunError(f"There is no run called {source.name!r} any more.") from None
    except PermissionError as error:
        raise RunError(
            f"The run {source.name} is in use and cannot be moved: {error.strerror}."
        ) from error
    except OSError as error:
        raise RunError(f"The run {source.name} cannot be moved: {error.strerror}.") from error
