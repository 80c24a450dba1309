"""How components of our own come onto a page: their HTML, CSS and JavaScript are read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import streamlit as st

from charlstm.ui import theme

_FOLDER = Path(__file__).parent
_PALETTE = (
    f".root {{ --blue: {theme.BLUE}; --orange: {theme.VERMILION};"
    f" --training: {theme.TRAINING}; --invented: {theme.INVENTED}; }}"
)


def component(name: str, *uses: str) -> Callable[..., Any]:
    """Register a component and return the function that mounts it.

    Its own files are in a folder of that name: ``NAME.js`` and, if it needs them, ``NAME.html``,
    ``NAME.css`` and more scripts. A component's JavaScript arrives as one string and cannot import:
    what it uses, as paths relative to this folder, comes before its own.
    """
    folder = _FOLDER / name
    used = [_FOLDER / each for each in ("shared/root.css", *uses)]
    main = folder / f"{name}.js"
    scripts = [path for path in used if path.suffix == ".js"]
    scripts += [*sorted(set(folder.glob("*.js")) - {main}), main]
    styles = [path for path in used if path.suffix == ".css"] + [*folder.glob(f"{name}.css")]
    return st.components.v2.component(
        f"charlstm_{name}",
        html=_joined(folder.glob(f"{name}.html")) or "<span></span>",
        css=f"{_PALETTE}\n{_joined(styles)}",
        js=_joined(scripts),
    )


def sent(key: str, name: str) -> Any:
    """Return what the component with a key has sent last under a name, or None."""
    return getattr(st.session_state.get(key), name, None)


def sent_numbers(key: str, name: str, *limits: int) -> tuple[int, ...] | None:
    """Return whole numbers that were sent as a list, each from 0 to below its limit, or None.

    A browser can send anything, and what it sends can be about what the page showed before.
    """
    numbers = sent(key, name)
    numbers = numbers if isinstance(numbers, list) else [numbers]
    if len(numbers) != len(limits) or not all(isinstance(n, int | float) for n in numbers):
        return None
    whole = tuple(int(number) for number in numbers)
    return whole if all(0 <= n < most for n, most in zip(whole, limits, strict=True)) else None


def on_numbers(
    key: str, name: str, *limits: int, call: Callable[..., None] | None
) -> Callable[[], None]:
    """Return the callback for numbers that the browser sends under a name; see sent_numbers."""

    def changed() -> None:
        if call and (numbers := sent_numbers(key, name, *limits)):
            call(*numbers)

    return changed


def with_token(data: dict[str, Any]) -> dict[str, Any]:
    """Return data with a token that names them: the browser draws anew only for another token."""
    digest = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    return data | {"token": digest[:16]}


def _joined(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
