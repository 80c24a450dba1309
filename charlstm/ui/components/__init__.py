"""Mounting our own components on a page: their HTML, CSS and JavaScript are read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from charlstm.browser.parts import html_of, styles_of
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
    const root = component.parentElement.querySelector("div.root:not([aria-busy])");
    root?.setAttribute("aria-busy", "false");
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


def sent(key: str, name: str) -> Any:
    """Return what the component with a key last sent under a name, or None."""
    return getattr(st.session_state.get(key), name, None)
