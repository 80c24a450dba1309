"""Every page copes with a run of which one checkpoint is kept, as a large one is shipped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charlstm.runs.folder import RunFolder
from tests.made import made_run
from tests.pages.opened import open_page, said

OF_A_RUN = (
    "temperature",
    "compare",
    "strategies",
    "cells",
    "atlas",
    "timeline",
    "train",
    "hand",
)


@pytest.fixture
def lone() -> RunFolder:
    """Return a run with a long history, samples of two epochs and the checkpoint at step 10."""
    run = made_run()
    run.write_status(replace(run.status(), best_step=10))
    (run.path / "checkpoints" / "step-000020.npz").unlink()
    (run.path / "resume.npz").unlink()
    return run


@pytest.mark.parametrize("page", OF_A_RUN)
def test_the_page_opens(page: str, lone: RunFolder) -> None:
    app = open_page(page, run=lone.name)
    assert not app.error


def test_the_timeline_says_that_there_is_no_film(lone: RunFolder) -> None:
    assert "has a single checkpoint" in said(open_page("timeline", run=lone.name))


@pytest.mark.parametrize("page", OF_A_RUN)
def test_a_page_names_a_best_checkpoint_that_is_gone(page: str) -> None:
    run = made_run()
    (run.path / "checkpoints" / "step-000020.npz").unlink()
    assert "checkpoints/step-000020.npz" in said(open_page(page, run=run.name))
