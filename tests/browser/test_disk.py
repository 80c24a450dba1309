"""Every page, button and command on a real disk that is full, and on one that is read-only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.disk_sweep import FULL, READ_ONLY
from tests.pages.opened import ROOT

UNSHARE = ["unshare", "-rm"]
"""Root in a name space of mounts of one's own, which goes with its process."""


def _may_mount(folder: Path) -> bool:
    mount = [*UNSHARE, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        return subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("mode", [FULL, READ_ONLY])
def test_everything_ends_in_a_sentence(mode: str, tmp_path: Path) -> None:
    if not _may_mount(tmp_path):
        pytest.skip("this system lets nobody mount a disk of their own")
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-m", "tests.browser.disk_sweep", mode, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr[-2000:]
    assert [line for line in lines if not line.startswith("ok")] == []
    assert len(lines) > 50
