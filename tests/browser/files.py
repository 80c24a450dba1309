"""The files that a page gives: pressed for, saved and read."""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import Page


def fetch(page: Page, label: str, folder: Path) -> tuple[str, bytes]:
    """Press a button of the open menu, and return the name and the content of the file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.name, path.read_bytes()


def png_size(data: bytes) -> tuple[int, int]:
    """Return how wide and how high a PNG is; what is none fails."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">2I", data[16:24])
    return width, height
