"""Where pages find modules and models, and where the old addresses of pages lead.

The address of a module or a model names its content, so browsers may keep it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from charlstm.engine.progress import progress
from charlstm.runs.folder import RunFolder

PREFIX = "charlstm"
"""The first part of the path of everything that is served here."""

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = ("browser", "ui/components")

MOVED = {"whatif": "hand", "surprise": "hand", "speed": "race"}
"""Pages that became part of another page: its path, by their old paths."""

_DEFAULT_TEXT = "The soul is the only thing that matters. The sole is the only thing that meters."


@cache
def modules() -> dict[str, bytes]:
    """Return all ES modules by their path in this package, such as ``browser/model.js``."""
    paths = [path for folder in _FOLDERS for path in sorted((_PACKAGE / folder).rglob("*.js"))]
    return {path.relative_to(_PACKAGE).as_posix(): path.read_bytes() for path in paths}


@cache
def modules_version() -> str:
    """Return a name for the content of all modules."""
    digest = hashlib.sha256()
    for path, content in modules().items():
        digest.update(f"{path} {len(content)} ".encode() + content)
    return digest.hexdigest()[:16]


def module_address(path: str) -> str:
    """Return the address of a module, relative to that of a page."""
    return f"{PREFIX}/modules/{modules_version()}/{path}"


def model_address(run: RunFolder, step: int) -> str:
    """Return the address of the model of a checkpoint, relative to that of a page."""
    return f"{PREFIX}/models/{quote(run.name, safe='')}/{step}?v={run.checkpoint_token(step)}"


def watched(run: RunFolder) -> dict[str, Any]:
    """Return the progress of a run, with its step as ``checkpoint`` and its ``model``'s address."""
    shown = progress(run)
    step = shown.pop("step")
    model = None if step is None else model_address(run, step)
    return shown | {"checkpoint": step, "model": model}


def progress_address(run: RunFolder) -> str:
    """Return the address of a run's progress, relative to that of a page."""
    return f"{PREFIX}/runs/{quote(run.name, safe='')}/progress"


def new_query(page: str, query: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with which the new page shows the view of the old address."""
    if page == "whatif":
        position = query.get("position", query.get("place", "0"))
        return {**{name: query[name] for name in query if name != "place"}, "position": position}
    if page != "surprise":
        return dict(query)
    # The page Surprise read its text without a prompt, at T = 1.
    own = {name: query[name] for name in ("run", "checkpoint", "text", "colour") if name in query}
    return {"text": _DEFAULT_TEXT, "prompt": "", "temperature": "1", **own}
