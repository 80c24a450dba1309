"""The visit to one page: its address, what it takes over from other pages, and its notes.

A session remembers the address of every page. The menu leads to a page as it was left, with the
model, the prompt and the temperature of the previous page; a link describes the whole view.

Streamlit's own ``bind="query-params"`` is not used. It drops an invalid value silently, whereas a
page here says what was asked for and what it uses instead. A bound parameter would also follow the
menu to pages where it means something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from charlstm.ui.text import literal

KEPT = "kept_"
"""The prefix of session values that survive a change of page."""

_VISIT, _ADDRESSES, _SHARED_NOW, _TEXTS = (
    f"{KEPT}{name}" for name in ("visit", "addresses", "shared", "texts")
)


@dataclass
class Visit:
    """The visit to one page.

    Attributes:
        page: Its path; ``""`` for the first page.
        address: The parameters of its address, as the page has them.
        news: The parameters that the browser's back and forward buttons changed and that the page
            has not taken over yet.
        offered: The values on other pages of parameters that this address does not mention.
        shared: The parameters that the page takes over from others.
        is_return: Whether the menu led here, so that the page is as it was left.
        script: Streamlit's own name of the page.
        notes: The notes of this run, and whether each has been shown.
        notes_container: Where they are shown, once the page has chosen it.
    """

    page: str = ""
    address: dict[str, str] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)
    offered: dict[str, str] = field(default_factory=dict)
    shared: Set[str] = frozenset()
    is_return: bool = False
    script: str = ""
    notes: dict[str, bool] = field(default_factory=dict)
    notes_container: DeltaGenerator | None = None


def arrive(page: str, shared: Set[str], new_names: Mapping[str, str]) -> None:
    """Prepare the session for the page that is about to run; see Visit.

    ``new_names`` maps old names of parameters to the current ones.
    """
    context = get_script_run_ctx(suppress_warning=True)
    last: Visit | None = st.session_state.get(_VISIT)
    given = {new_names.get(key, key): value for key, value in st.query_params.items()}
    came_back = bool(context and context.is_history_navigation)
    if last is None or last.page != page:
        for key in [key for key in st.session_state if not str(key).startswith(KEPT)]:
            del st.session_state[key]
        script = context.page_script_hash if context else ""
        is_return = last is not None and not given
        visit = Visit(page, given, shared=shared, is_return=is_return, script=script)
        if is_return:
            own = _kept(_ADDRESSES).get(page, {})
            visit.address = {key: own[key] for key in own if key not in shared}
            now = _kept(_SHARED_NOW)
            visit.offered = {key: now[key] for key in now if key in shared}
        st.session_state[_VISIT] = visit
    else:
        visit = last
    if came_back and visit is last:
        keys = {*given, *visit.address}
        visit.news |= {key for key in keys if given.get(key) != visit.address.get(key)}
        visit.address = given
    _kept(_ADDRESSES)[page] = visit.address
    visit.notes, visit.notes_container = {}, None
    st.session_state.here = page
    # A last message of the previous page may have changed the address since.
    _show(visit, again=came_back)


def asked(key: str) -> str | None:
    """Return a parameter's word in the address, otherwise that of another page, or None."""
    visit = _visit()
    return visit.address.get(key, visit.offered.get(key))


def whole() -> dict[str, str]:
    """Return all parameters of the address."""
    return dict(_visit().address)


def write(key: str, value: str | None) -> None:
    """Set a parameter of the address, or remove it."""
    visit = _visit()
    visit.news.discard(key)
    visit.offered.pop(key, None)
    if value is None:
        visit.address.pop(key, None)
    else:
        visit.address[key] = value
    if key in visit.shared:
        set_for_other_pages(key, value)
    _show(visit)


def leave_out(*keys: str) -> None:
    """Remove parameters from this page's address; other pages keep them."""
    visit = _visit()
    for key in keys:
        visit.news.discard(key)
        visit.address.pop(key, None)
    _show(visit)


def set_for_other_pages(key: str, value: str | None) -> None:
    """Set the value that other pages take over for a parameter, or their default."""
    if value is None:
        _kept(_SHARED_NOW).pop(key, None)
    else:
        _kept(_SHARED_NOW)[key] = value


def keep(name: str, text: str) -> None:
    """Keep a text of this page that no address can hold, until the session ends."""
    _kept(_TEXTS)[_visit().page, name] = text


def kept(name: str) -> str | None:
    """Return a text that was kept on this page, or None."""
    return _kept(_TEXTS).get((_visit().page, name))


def is_return() -> bool:
    """Return whether the menu led here, so that the page is as it was left."""
    return _visit().is_return


def here() -> str:
    """Return the path of the running page; a callback still belongs to its own page."""
    return str(st.session_state.get("here", ""))


def is_news(key: str) -> bool:
    """Return whether the back or forward button changed a parameter since the page wrote it."""
    return key in _visit().news


def note(*sentences: str) -> None:
    """Show sentences in small print among the notes of the page, each once in a run."""
    visit = _visit()
    for sentence in filter(None, sentences):
        visit.notes.setdefault(sentence, False)
    if visit.notes_container is not None:
        _show_notes(visit, visit.notes_container)


def show_notes(sentences: Iterable[str] = ()) -> None:
    """Show the notes here: those so far, these sentences, and later ones."""
    visit = _visit()
    visit.notes_container = st.container()
    visit.notes |= dict.fromkeys(filter(None, sentences), False)  # a fragment shows them again
    _show_notes(visit, visit.notes_container)


def _show_notes(visit: Visit, container: DeltaGenerator) -> None:
    if new := [sentence for sentence, is_shown in visit.notes.items() if not is_shown]:
        container.caption(literal("  ".join(new)))
        visit.notes |= dict.fromkeys(new, True)


def _show(visit: Visit, *, again: bool = False) -> None:
    """Show the address in the browser.

    A rerun can arrive with an older address than the one the page has just written. A callback of
    the previous page runs under the next page's address, which it must not change.
    """
    context = get_script_run_ctx(suppress_warning=True)
    is_here = context is None or context.page_script_hash == visit.script
    if is_here and (again or dict(st.query_params) != visit.address):
        st.query_params.from_dict(visit.address)


def _visit() -> Visit:
    visit: Visit = st.session_state.setdefault(_VISIT, Visit(address=dict(st.query_params)))
    return visit


def _kept(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = st.session_state.setdefault(name, {})
    return found
