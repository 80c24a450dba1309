"""Opens a page without a browser, and reads what it says.

A component of our own has no element in AppTest; what the page sent to it is read from its message.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.absurd import HOSTILE as HOSTILE

ROOT = Path(__file__).resolve().parents[2]
NAVIGATION = ROOT / "pages" / "navigation.py"
PAGES = (
    "temperature",
    "compare",
    "hand",
    "cells",
    "compression",
    "strategies",
    "train",
    "race",
    "lesson",
    "atlas",
    "source",
    "timeline",
)
ON_EVERY_PAGE = ("charlstm_share", "charlstm_pictures", "charlstm_navigation")


def open_page(page: str, **address: str | list[str]) -> AppTest:
    """Return a page opened at an address; it must not fail."""
    app = AppTest.from_file(str(NAVIGATION), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    if page != "temperature":
        app.switch_page(f"{page}.py")
    return run(app)


def run(app: AppTest) -> AppTest:
    """Run a page again; it must not fail."""
    app.run()
    assert [failure.value for failure in app.exception] == []
    return app


def put(control: Any, value: Any) -> AppTest:
    """Give a control a value and run its page again; it must not fail."""
    app: AppTest = control.set_value(value).run()
    assert [failure.value for failure in app.exception] == []
    return app


def choose(app: AppTest, key: str, option: str) -> AppTest:
    """Press one of a row of pills."""
    app.button_group(key=key).set_value(option)
    return run(app)


def press(app: AppTest, label: str) -> AppTest:
    """Press a button."""
    button(app, label).click()
    return run(app)


def button(app: AppTest, label: str) -> Any:
    """Return the only button of that label."""
    (found,) = (each for each in app.button if each.label == label)
    return found


def labels(app: AppTest) -> list[str]:
    """Return what the buttons are called."""
    return [each.label for each in app.button]


def read(markdown: str) -> str:
    """Return Markdown as a person reads it, if nothing in it but escapes is Markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "")


def errors(app: AppTest) -> list[str]:
    """Return the errors that the page shows, as a person reads them."""
    return [read(each.value) for each in app.error]


def said(app: AppTest) -> str:
    """Return all sentences around the controls, as a person reads them."""
    elements = [*app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(read(each.value) for each in elements)


def sent(app: AppTest, component: str) -> dict[str, Any]:
    """Return what the page sent to a component of our own."""
    (found,) = (e for e in app.get("bidi_component") if component in e.proto.component_name)
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def set_in_browser(
    app: AppTest, component: str, text: list[str] | None = None, **words: Any
) -> AppTest:
    """Let a component, whose key is its name, set words of the address, and run the page again.

    ``text`` are the texts that it has written, at rest.
    """
    data = sent(app, component)
    state = {"words": data["words"] | words, "revision": data["revision"], "text": text}
    app.session_state[component] = {"state": state}
    return run(app)


def browser_sends(app: AppTest, key: str, **state: Any) -> AppTest:
    """Let a component in the browser send its state, with the words that it was given."""
    given = sent(app, key)
    asked = {"words": given["words"], "revision": given["revision"], "text": None} | state
    app.session_state[key] = {"state": asked}
    return run(app)


def components(app: AppTest) -> list[str]:
    """Return which components of our own are on the page, besides those that every page has."""
    names = [each.proto.component_name for each in app.get("bidi_component")]
    return [name for name in names if name not in ON_EVERY_PAGE]


def shown_html(app: AppTest) -> list[str]:
    """Return the text of every piece of HTML, as it is read; tags must be ours."""
    found = []
    for body in (each.proto.body for each in app.main.get("html")):
        tags = set(re.findall(r"<\s*/?\s*([a-zA-Z]+)", body))
        assert tags <= {"section", "div", "span", "style"}, tags
        found.append(html.unescape(re.sub(r"<[^>]*>", "", body)))
    return found


def text_box(app: AppTest) -> str:
    """Return the text that stands in a box of its own."""
    (body,) = (e.proto.body for e in app.main.get("html") if 'class="text-box"' in e.proto.body)
    return html.unescape(re.sub(r"<[^>]*>", "", body))


def unescaped_markup(markdown: str) -> list[str]:
    """Return the characters of Markdown, LaTeX and HTML that are not escaped."""
    return re.findall(r"(?<!\\)[`*_\[\]$<>#|~]", markdown.replace("\\\\", ""))


def prose(app: AppTest) -> str:
    """Return all Markdown on the page, as a person reads it."""
    return " ".join(read(each.value) for each in app.markdown)
