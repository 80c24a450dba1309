"""Starting what is measured: our command line, or a peer, each in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HAS_TORCH = importlib.util.find_spec("torch") is not None
"""PyTorch is a peer where any build of it is installed; nothing here requires it."""


def train(*words: str) -> list[dict[str, Any]]:
    """Return the JSON lines of ``python -m charlstm train`` with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "charlstm", "train", "--json", *words],
            env=os.environ | {"CHARLSTM_HOME": home},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"The training ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def peer(name: str, **job: Any) -> dict[str, Any]:
    """Return what a peer answers to a job (see peers.task)."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.peers.{name}", json.dumps(job)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
