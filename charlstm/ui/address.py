"""Every parameter of every address in one table, and what pages do with a parameter.

A page reads a parameter or binds it to a widget, which the address then follows. If the value in an
address is invalid, the default is used and a note on the page says so. A parameter that is not in
the table is ignored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from charlstm.engine.atlases import MIN_LENGTH
from charlstm.exploring.trails import MOST_BRANCHES, TRUNK, written_down
from charlstm.sampling.ngram import MOST_ORDER
from charlstm.sampling.strategies import read_strategies, write_strategies
from charlstm.settings import FIELDS, PRESETS, fields
from charlstm.ui import visit
from charlstm.ui.parameters import (
    NONE,
    ON_OFF,
    Choice,
    Number,
    Parameter,
    Several,
    Spelled,
    Symbols,
    Text,
    Whole,
    cell_read,
    cell_word,
    same,
    short,
    span_word,
    turn_read,
    turn_word,
)
from charlstm.ui.visit import asked, is_news, leave_out, set_for_other_pages, whole, write

__all__ = ["asked", "is_news", "leave_out", "set_for_other_pages", "short", "whole", "write"]

MAX_SEED = int(FIELDS["seed"].high)
"""The same on every page, so that a command can repeat what a page shows."""

MAX_LENGTH, MAX_LENGTH_OF_FILM = 2000, 600
DEFAULT_PROMPT = "the world is "

_LONGEST_WORD = 4000
_ORDERS, _SCALES = ("probability", "alphabet"), ("linear", "log")

OLD_NAMES = {"place": "position", **fields.OLD_NAMES}
"""Names of parameters in older links, which still work."""

_WITH_DIAL = "temperature hand strategies timeline train"
_WRITES = "temperature compare hand strategies"
_WITH_PROMPT = f"{_WRITES} timeline atlas race"
_WITH_MODEL = f"{_WRITES} atlas cells compression"
_WITH_PLAYER = "temperature compare strategies cells"
_BESIDE = same((NONE, *map(str, range(MOST_BRANCHES))))


def setting(field: fields.Field, **known: Any) -> Parameter:
    """Return the parameter of a setting, for the Train page."""
    name, low = field.name, 0 if field.optional else field.low
    high = field.high if field.high_on_page is None else field.high_on_page
    if field.kind is bool:
        row: Parameter = Choice(name, "train", field.default, ON_OFF)
    elif field.choices:
        row = Choice(name, "train", field.default, same(field.choices))
    elif isinstance(field.step, int):
        row = Whole(name, "train", int(field.default or 0), int(low), int(high))
    else:
        row = Number(name, "train", float(field.default or 0), float(low), float(high))
    return replace(row, **known)


TABLE: tuple[Parameter, ...] = (
    # The model. Each page adds the runs and checkpoints that exist.
    Choice("run", f"{_WITH_MODEL} timeline", shared=True),
    Choice("run", "train"),  # the one that is watched
    Choice("checkpoint", _WITH_MODEL, "best", shared=True),
    Choice("checkpoint", "timeline"),  # the one that is shown
    Choice("known", _WRITES, False, ON_OFF, shared=True),
    # The prompt, and how a text is drawn.
    Text("prompt", _WITH_PROMPT, DEFAULT_PROMPT, shared=True),
    Text("prompt", "train", "the ", shared=True),
    Number("temperature", f"{_WITH_DIAL} atlas cells race", 0.5, 0.0, 2.0, shared=True),
    Text("temperatures", "compare", "0.2, 0.5, 1, 1.2", 80),
    Whole("seed", f"{_WITH_PROMPT} cells", 0, 0, MAX_SEED, shared=True),
    Whole("length", "temperature compare strategies", 400, 1, MAX_LENGTH),
    Whole("length", "hand", None, 0, 1000, usual="the default"),
    Whole("length", "timeline", 200, 1, MAX_LENGTH_OF_FILM),
    Whole("length", "atlas", None, MIN_LENGTH, 10_000),  # by default what suits the network
    Whole("length", "source", 1, 1, 20_000),
    Spelled(
        "strategy",
        "temperature compare strategies",
        (),
        read_strategies,
        write_strategies,
        shared=True,
        usual="No strategy is used.",
    ),
    # How the dial and a written text are shown.
    Choice("order", "temperature", _ORDERS[1], same(_ORDERS)),  # the cumulative line has it too
    Choice("order", "hand timeline train", _ORDERS[0], same(_ORDERS), shared=True),
    Choice("scale", _WITH_DIAL, _SCALES[0], same(_SCALES), shared=True),
    Choice("symbol", "temperature timeline train", "", shared=True, usual="the likeliest"),
    Choice(
        "speed",
        _WITH_PLAYER,
        "",  # the browser's choice: 30, or all at once if a person wants little motion
        same(("10", "30", "100", "300", "all")),  # characters per second
        shared=True,
        usual="the default",
    ),
    Whole("shown", _WITH_PLAYER, None, 0, 100_000, usual="0"),
    # What belongs to one page.
    Several("turns", "temperature", [], turn_read, turn_word),
    Whole("position", "temperature", None, 1, MAX_LENGTH, usual="none"),
    Choice("fork", "compare", 0),
    Symbols("written", "hand", None),
    Several("picked", "hand", [], item={str(n): n for n in range(500)}.get),
    Spelled("branches", "hand", [TRUNK], spell=written_down, usual="The text itself is shown."),
    Whole("branch", "hand", None, 0, MOST_BRANCHES - 1, usual="the last one"),
    Choice("beside", "hand", None, _BESIDE, usual="the default"),
    Whole("position", "hand", None, 0, 5000, usual="the end"),
    Whole("position", "cells source", 0),
    Whole("width", "strategies", 5, 1, 20),
    Whole("beam", "strategies", 80, 1, 200),
    Choice("pace", "timeline", "2", same(("1", "2", "5"))),  # checkpoints per second
    Choice("atlas", "atlas", False, ON_OFF, usual="any existing atlas"),
    Text("text", "hand cells compression"),
    Choice("colour", "hand", "bits", same(("bits", "probability", "rank"))),
    Choice("look", "cells", "see"),
    Choice("layer", "cells", explicit=True),
    Whole("cell", "cells", explicit=True),
    Choice("state", "cells", explicit=True),
    Spelled("span", "cells", spell=span_word, usual="The default is shown."),
    Choice("within", "cells", "text", same(("text", "held-out"))),
    Several("off", "cells", item=cell_read, spell=cell_word),
    Choice("view", "compression"),
    Choice("source", "compression"),
    Text("source", "source", ""),  # the run whose text is shown
    Choice("packed", "compression", None, ON_OFF, usual="the default"),
    Choice("compressor", "compression"),
    Choice("seconds", "compression", "10", same(("10", "20"))),
    Several("race", "compression", [], most=2),
    Several("race", "race", [], most=4),
    Choice("corpus", "train compression race"),
    Spelled("runners", "race", usual="The default networks are shown."),
    Choice("seconds", "race", 20, {str(n): n for n in (5, 10, 20, 40, 80, 160)}),
    Choice("forward", "race"),  # the default, all, is None
    Choice("ngram", "race", MOST_ORDER, {str(n): n for n in range(1, MOST_ORDER + 1)}),
    Choice("epoch", "train"),
    Choice("case", "train", True, {"lower": True, "kept": False}),
    Choice("preset", "train", NONE, same((NONE, *PRESETS))),
    *(setting(field) for field in FIELDS.values() if field.panel),
    Choice("start_from", "train", NONE),
)
"""Options, limits and defaults that depend on the model or the text are added by the page."""


def parameter(name: str, **known: Any) -> Parameter:
    """Return a parameter of this page, completed with what only the page knows."""
    page, rows = visit.here() or "temperature", [row for row in TABLE if row.name == name]
    return replace(next((row for row in rows if page in row.pages.split()), rows[0]), **known)


def arrive(page: str) -> None:
    """Prepare the session for the page that is about to run; call it before every page."""
    rows = [row for row in TABLE if (page or "temperature") in row.pages.split()]
    visit.arrive(page, frozenset(row.name for row in rows if row.shared), OLD_NAMES)


def read(wanted: str | Parameter) -> Any:
    """Return the value in the address, or the default; a note reports an invalid value."""
    value, note = _read(_row(wanted))
    visit.note(note)
    return value


def take(wanted: str | Parameter) -> Any:
    """Return the value as read does, and remove an invalid one from the address."""
    row = _row(wanted)
    value, note = _read(row)
    visit.note(note)
    if note:
        write(row.name, None)
    return value


def held(wanted: str | Parameter, key: str = "") -> Any:
    """Return the session's value: the one in the address, until a person chooses another.

    The address follows. If the session's value is invalid now, the default is used, but the value
    is kept. ``key`` is the session's key, if it is not the parameter's name.
    """
    row = _row(wanted)
    key = key or row.name
    value, note = _read(row)
    visit.note(note)
    if key not in st.session_state or is_news(row.name):
        st.session_state.pop(key, None)
        if asked(row.name) is not None and not (note and value == row.default):
            st.session_state[key] = value
    value = row.fit(st.session_state[key]) if key in st.session_state else row.default
    keep(row, value)
    return value


def keep(wanted: str | Parameter, value: Any) -> None:
    """Write a value into the address, keeping its spelling there; a default is left out.

    The spelling is kept because every changed address is an entry in the browser's history: going
    back to the old spelling would only write the new one again.
    """
    row = _row(wanted)
    given = asked(row.name)
    if given is not None and _read(row) == (value, ""):
        write(row.name, given)
    else:
        write(row.name, None if value == row.default else row.word(value))


def put(**values: Any) -> None:
    """Write values into the session and the address; for callbacks."""
    for name, value in values.items():
        st.session_state[name] = value
        write(name, parameter(name).word(value))


def show(
    widget: Callable[..., Any],
    label: str,
    wanted: str | Parameter,
    *,
    key: str = "",
    **options: Any,
) -> Any:
    """Show a Streamlit widget for a parameter, and return its value.

    For example ``address.show(column.number_input, "Seed", "seed")``: the parameter has the limits
    or the options. ``key`` is the widget's, if it is not the parameter's name; all other
    ``options`` are passed to the widget.
    """
    row = _row(wanted)
    key = key or row.name
    value = held(row, key)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value

    def chosen() -> None:
        # At once: a click that leads to another page may interrupt the run that would keep it.
        keep(row, st.session_state[key])
        if row.explicit:
            write(row.name, row.word(st.session_state[key]))

    act = options.pop("on_change", chosen)

    def changed() -> None:
        if key in st.session_state:  # else the page was left before its run had this widget
            act()

    known: dict[str, Any] = {"on_change": changed}
    if isinstance(row, Number):
        known |= {"min_value": row.low, "max_value": row.high}
    elif isinstance(row, Text):
        known["max_chars"] = row.most or row.longest
    elif isinstance(row, Choice) and not isinstance(row.default, bool):
        known["options"] = list(row.options.values())
        if widget.__name__ != "selectbox":  # pills, of which one must be chosen
            known["required"] = True
    return widget(label, key=key, **known | options)


def exchange(
    key: str, wanted: Sequence[str | Parameter], notes: Sequence[str] = ()
) -> tuple[dict[str, str | None], str]:
    """Return the words of parameters that a component in the browser sets, and their revision.

    The component with this key sends a state ``{"words": …, "revision": …}``. Its words are used
    and written into the address, unless the address has changed since the component received it:
    then the address wins, with a new revision that the component takes over. Notes report invalid
    words of that address, after ``notes``, until it changes. The address names an explicit
    parameter once a person has set it.
    """
    rows = [_row(each) for each in wanted]
    unfit = [_read(row)[1] for row in rows]
    given = {row.name: _word(row) for row in rows}
    first = {"words": None, "revision": "", "notes": ()}
    memory = st.session_state.setdefault(f"{key}: words", first)
    state = state_of(key)
    words = state.get("words")
    if given != memory["words"]:
        memory["revision"] = secrets.token_hex(4)
        memory["notes"] = [*notes, *unfit]
    elif state.get("revision") == memory["revision"] and isinstance(words, dict):
        for row in rows:
            word = words.get(row.name)
            if isinstance(word, str) and len(word) <= _LONGEST_WORD:
                value, note = row.read(word)
                keep(row, value)
                if row.explicit and not note and word != given[row.name]:
                    write(row.name, word)
            else:
                keep(row, row.default)
        given = {row.name: _word(row) for row in rows}
    for row in rows:
        keep(row, read(row))  # this address now holds what another page offered
    visit.note(*memory["notes"])
    memory["words"] = given
    return given, memory["revision"]


def state_of(key: str) -> dict[str, Any]:
    """Return the state that the component with a key sent; a browser can send anything."""
    state = getattr(st.session_state.get(key), "state", None)
    return state if isinstance(state, dict) else {}


def _word(row: Parameter) -> str | None:
    value = take(row)
    return None if value in (None, []) and value == row.default else row.word(value)


def _row(wanted: str | Parameter) -> Parameter:
    return parameter(wanted) if isinstance(wanted, str) else wanted


def _read(row: Parameter) -> tuple[Any, str]:
    given = asked(row.name)
    return (row.default, "") if given is None else row.read(given)
