"""Sentences that newcomers stumbled over are said in plain English, wherever they stand."""

from __future__ import annotations

import re

from tests.pages.opened import ROOT, open_page, said

QUAINT = (
    "everything written so far has a say",
    "the uniform",
    "same uniforms",
    r"\bluck\b",
    "they part\\b",
    "do not part",
    "the two part",
    "[Ff]olded to lower case",
    "equal choices",
    "· bits",
    "keep, forget and let out",
    "[Tt]emperature looked at",
    "What the choices cost",
    "What the model expected",
    "Beside the others",
    "a text of yours",
    "[Vv]ermilion",
    "Bring forward",
    "Cut all branches",
    "[Bb]its a character",
    "[Ff]oresee|[Ff]oretell",
    "by heart, and",
)


def _said_to_people(path: str) -> str:
    """Return a file of the pages or of the components without its comments and docstrings."""
    source = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        source = re.sub(r'(?m)^\s*("""(?:.|\n)*?""")$', "", source)
        return re.sub(r"(?m)#.*$", "", source)
    return re.sub(r"(?m)//.*$|/\*(?:.|\n)*?\*/", "", source)


def test_no_page_and_no_component_says_it_the_old_way() -> None:
    paths = [
        path.relative_to(ROOT).as_posix()
        for folder in ("pages", "charlstm/ui")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".js", ".html", ".md")
    ]
    assert len(paths) > 60
    said_by = {path: _said_to_people(path) for path in paths}
    found = [
        (path, each) for path, text in said_by.items() for each in QUAINT if re.search(each, text)
    ]
    assert found == []


def test_the_pages_say_it_plainly() -> None:
    home = said(open_page("temperature", prompt="The World"))
    assert "The model remembers everything so far." in home
    assert "Capitals are read as lower case." in home
    hand = (ROOT / "charlstm/ui/components/hand/hand.html").read_text(encoding="utf-8")
    assert {"Surprise of the text", "Expected surprise"} <= set(re.findall("<dt>(.*?)</dt>", hand))
    dial = (ROOT / "charlstm/ui/components/dial/dial.html").read_text(encoding="utf-8")
    assert '<label class="caption" for="temperature">Temperature</label>' in dial
    compression = open_page("compression")
    assert "Compared with other compressors" in [each.value for each in compression.header]
    assert compression.button_group(key="source").value == "your own text"
    assert "Cells with gates that store, forget and output" in said(open_page("train"))
    race = open_page("race", race="nietzsche-tbptt,nietzsche-book")
    assert race.button_group(key="forward").label == "Highlight"
