"""Disks that take no bytes, as far as this program asks the system."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no new file reach the disk; existing files can be overwritten and renamed."""

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def make_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be written, renamed or made."""
    read = Path.open

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EROFS, "Read-only file system")

    def open_to_read(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        return (read if mode in ("r", "rb") else refuse)(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", open_to_read)
    for name in ("mkdir", "rename", "replace", "touch", "unlink"):
        monkeypatch.setattr(Path, name, refuse)
