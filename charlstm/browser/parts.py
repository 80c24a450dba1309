"""The parts of components: HTML, style sheets and ES modules, read from files.

A component's files are in a folder of its name under ui/components. A comment such as
``<!-- dial -->`` in its HTML is a part: the HTML of another component.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from charlstm.browser import colours

_PACKAGE = Path(__file__).resolve().parents[1]
_COMPONENTS = _PACKAGE / "ui" / "components"
_PART = re.compile(r"<!-- (\w+) -->")
_IMPORTED = re.compile(r'(?<= from ")(\.[^"]+)(?=";)')
_PALETTE = (
    f".root {{ --blue: {colours.BLUE}; --orange: {colours.VERMILION};"
    f" --training: {colours.TRAINING}; --invented: {colours.INVENTED}; }}"
)


def html_of(name: str) -> str:
    """Return the HTML of a component with its parts, or an empty element if it has none."""
    return _PART.sub(lambda part: html_of(part[1]), _own_html(name))


def styles_of(name: str, *styles: str) -> str:
    """Return the style sheets of a component and its parts.

    ``styles`` are the paths of more style sheets, relative to ui/components.
    """
    parts = [*_parts_of(name), name]
    sheets = ["shared/root.css", *styles, *(f"{part}/{part}.css" for part in parts)]
    paths = [_COMPONENTS / each for each in sheets]
    return "\n".join([_PALETTE, *(path.read_text("utf-8") for path in paths if path.exists())])


def modules_of(entry: str) -> dict[str, str]:
    """Return a module and all that it imports, by their paths in this package.

    In their text they import each other by these paths, such as ``browser/model.js``.
    """
    found: dict[str, str] = {}
    wanted = [entry]
    while wanted:
        path = wanted.pop()
        if path not in found:
            text = (_PACKAGE / path).read_text("utf-8")
            folder = posixpath.dirname(path)
            parts = _IMPORTED.split(text)
            parts[1::2] = names = [_joined(folder, name) for name in parts[1::2]]
            found[path] = "".join(parts)
            wanted += names
    return found


def _parts_of(name: str) -> list[str]:
    parts = _PART.findall(_own_html(name))
    return [each for part in parts for each in (*_parts_of(part), part)]


def _joined(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _own_html(name: str) -> str:
    path = _COMPONENTS / name / f"{name}.html"
    return path.read_text("utf-8") if path.exists() else "<span></span>"
