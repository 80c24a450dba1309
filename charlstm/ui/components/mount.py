"""How components of our own come onto a page: their HTML, CSS and JavaScript are read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def component(
    name: str, scripts: Iterable[str] = (), styles: Iterable[str] = ()
) -> Callable[..., Any]:
    """Register a component and return the function that mounts it.

    Its own files are ``NAME.js`` and, if it needs them, ``NAME.html`` and ``NAME.css``. A
    component's JavaScript arrives as one string and cannot import, so what it uses comes before it.

    Args:
        name: Of its folder.
        scripts: Files of JavaScript that come before its own, relative to this folder.
        styles: Files of CSS that come before its own.
    """
    folder = _FOLDER / name
    css = [_FOLDER / each for each in styles] + [*folder.glob(f"{name}.css")]
    js = [*(_FOLDER / each for each in scripts), folder / f"{name}.js"]
    return st.components.v2.component(
        f"charlstm_{name}",
        html=_joined(folder.glob(f"{name}.html")) or "<span></span>",
        css=_joined(css) or None,
        js=_joined(js),
    )


def _joined(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
