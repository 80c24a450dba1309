"""Mounting our own components on a page: their HTML, CSS and JavaScript are read once.

The components that show nothing are mounted here: what the browser does around Streamlit (history,
a lost server), and typed texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from charlstm.browser.colours import temperature_scale
from charlstm.browser.parts import html_of, styles_of
from charlstm.exploring.compare import MAXIMUM
from charlstm.ui.visit import KEPT
from charlstm.web.addresses import module_address

_IS_OLD = f"{KEPT}is_old_browser"


# A component's JavaScript is an ES module of the server; Streamlit itself gets only this.
_SCRIPT = """
const isAble = "findLast" in Array.prototype; // in browsers from 2022 on
const module = isAble ? import(new URL("{address}", document.baseURI)) : Promise.reject();

export default function (component) {
  let end = null;
  let isGone = false;
  module.then(
    ({ default: show }) => {
      if (!isGone) end = show(component);
    },
    () => component.setStateValue("unable", true),
  ).finally(() => {
    // A component that waits for something says so itself.
    const root = component.parentElement.querySelector(".root");
    if (root && !root.hasAttribute("aria-busy")) root.setAttribute("aria-busy", "false");
  });
  return () => {
    isGone = true;
    end?.();
  };
}
"""


def component(name: str, *styles: str) -> Callable[..., Any]:
    """Register a component and return the function that mounts it.

    Its files are in a folder of that name: ``NAME.js``, a module whose default function shows
    data, and, if it needs them, ``NAME.html`` and ``NAME.css``. A comment such as
    ``<!-- dial -->`` in the HTML stands for the HTML of another component, whose style sheet is
    included too; this can be nested. ``styles`` are the paths of more style sheets, relative to
    this folder.
    """
    mount = st.components.v2.component(
        f"charlstm_{name}",
        html=html_of(name),
        css=styles_of(name, *styles),
        js=_SCRIPT.replace("{address}", module_address(f"ui/components/{name}/{name}.js")),
    )
    return partial(mount, on_unable_change=_remember_old_browser)


def _remember_old_browser() -> None:
    st.session_state[_IS_OLD] = True


def is_old_browser() -> bool:
    """Return whether the browser of this session cannot run the modules."""
    return bool(st.session_state.get(_IS_OLD))


def dial_data() -> dict[str, Any]:
    """Return the data that the dial of any component needs."""
    return {"maximum": MAXIMUM, "colours": temperature_scale()}


_mount_navigation = component("navigation")
_mount_live_text = component("live_text")


def watch_navigation() -> None:
    """Add the script to the page, once for all pages; called by pages/navigation.py."""
    _mount_navigation(key="navigation", width="content", data={})


def count_at_once(key: str, *, typing: bool) -> None:
    """Submit what is pasted into the text area with this key at once, without Ctrl+Enter.

    If ``typing``, typed text is submitted too, after a pause of half a second.
    """
    _mount_live_text(key=f"live_{key}", data={"key": key, "typing": typing})
