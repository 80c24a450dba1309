"""The settings of a training as controls, each within its limits and kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.words import LEVELS
from charlstm.settings.fields import ADVANCED, BASIC, CHOICES, OLD_NAMES, Field, from_to
from charlstm.settings.recipes import RECIPES
from charlstm.settings.settings import FIELDS, PRESETS, Settings, levels_of, settings_for
from charlstm.ui import address
from charlstm.ui.controls.preset_choice import choose_preset, forget_preset, show_outcome

_SWITCH = {"1": True, "0": False}

SETTINGS_IN_ADDRESS = (
    *("corpus", "case", "preset"),
    *(name for name, field in FIELDS.items() if field.panel),
)
"""What the address holds of a training that has not begun."""


def choose_settings(*, lowercase: bool) -> tuple[Settings, list[str]]:
    """Show the controls, each within its limits and kept in the address.

    Returns:
        The settings, and notes on what the address asks for in vain.
    """
    _read_old_names()
    preset, note = choose_preset(_forget_all)
    outcome_container = st.empty()
    notes = [note]
    chosen: dict[str, str] = {}
    for field in FIELDS.values():
        if field.panel == CHOICES:
            chosen[field.name], note = _choose(field, chosen)
            notes.append(note)
    st.caption(" ".join(f"{FIELDS[name].choices[value]}." for name, value in chosen.items()))
    usual = preset.settings(**chosen) if preset else settings_for(**chosen)
    own = [chosen[name] for name in ("level", "network") if chosen[name] != FIELDS[name].default]
    of = "-".join([preset.name if preset else chosen["recipe"], *own])
    containers = {BASIC: st.container(), ADVANCED: st.expander("Stability and overfitting")}
    columns = {panel: _columns(container) for panel, container in containers.items()}
    values: dict[str, Any] = {"lowercase": lowercase}
    for field in FIELDS.values():
        if field.panel not in containers:
            continue
        if not field.applies(chosen):
            note = _left_out(field)
        elif field.kind is bool:
            note = address.hold_choice(field.name, field.default, _SWITCH)
            values[field.name] = containers[field.panel].toggle(
                field.label, key=field.name, help=field.help.capitalize()
            )
            address.keep_choice(field.name, field.default, _SWITCH)
        else:
            column = next(columns[field.panel])
            values[field.name], note = _number(column, field, getattr(usual, field.name), of)
        notes.append(note)
    settings = replace(usual, **values)
    if preset:
        show_outcome(outcome_container, preset, settings)
    return settings, notes


def _read_old_names() -> None:
    """Read a link that was made when settings had other names."""
    for old, new in OLD_NAMES.items():
        if (given := address.asked(old)) is not None:
            address.write(old, None)
            address.write(new, given)


def _choose(field: Field, chosen: dict[str, str]) -> tuple[str, str]:
    """Show a choice; return what is chosen, and a note if the address asks for something else."""
    names = levels_of(chosen["recipe"]) if field.name == "level" else list(field.choices)
    options = {name: name for name in names}
    note = address.hold_choice(field.name, field.default, options)
    if note and field.name == "level" and address.asked("level") in LEVELS:
        note = (
            f"The recipe {chosen['recipe']} is the notebook's program, and that reads characters."
        )
    explained = []
    for name, title in field.choices.items():
        label = field.titles.get(name)
        explained.append(f"**{label}** ({name}): {title}." if label else f"**{name}**: {title}.")
    value = st.segmented_control(
        field.label,
        names,
        key=field.name,
        required=True,
        on_change=_forget_rate if field.name == "network" else _forget_numbers,
        format_func=lambda name: field.titles.get(name, name),
        help="\n\n".join(explained),
    )
    address.keep_choice(field.name, field.default, options)
    return str(value), note


def _columns(container: DeltaGenerator) -> Iterator[DeltaGenerator]:
    """Yield columns of a place, three in a row, for as long as someone asks."""
    while True:
        yield from container.columns(3, vertical_alignment="bottom")


def _number(
    container: DeltaGenerator, field: Field, usual: float | None, of: str
) -> tuple[float | None, str]:
    """Show a number; return it, and a note if the address asks for what it cannot be.

    ``usual`` is what it is before anyone changes it, and ``of`` the recipe, network and level, or
    the preset, that it is usual for: each has a control of its own.
    """
    name, widget = field.name, f"{field.name}-{of}"
    low = 0 if field.optional else field.low
    high = field.high if field.high_on_page is None else field.high_on_page
    limits = from_to(field.low, high, none=field.optional)
    words = f"{field.help[0].upper()}{field.help[1:]}; {limits}"
    value: float
    if isinstance(field.step, int):
        whole = int(usual or 0), int(low), int(high)
        note = address.whole_number(name, *whole)[1]
        value = address.whole_number_input(
            container, field.label, name, *whole, step=field.step, widget=widget, help=words
        )
    else:
        real = float(usual or 0), float(low), float(high)
        note, step = address.number(name, *real)[1], field.step
        value = address.number_input(
            container, field.label, name, *real, widget=widget, step=step, format="%.5g", help=words
        )
    if field.optional and not value:
        return None, note
    return max(value, field.low), note


def _left_out(field: Field) -> str:
    """Take a setting that means nothing here out of the address; return a note if it was there."""
    given = address.asked(field.name)
    address.write(field.name, None)
    if given is None:
        return ""
    where = " and ".join(f"the {FIELDS[name].spoken} {value}" for name, value in field.only.items())
    return f"The address asks for {field.name} {address.short(given)}, which is for {where} alone."


def _forget(names: Iterable[str]) -> None:
    for name in names:
        address.write(name, None)


def _forget_numbers() -> None:
    """Another recipe, or level, starts from its own numbers, and is no preset's."""
    _forget(name for name, field in FIELDS.items() if field.is_number and field.panel)
    forget_preset()


def _forget_rate() -> None:
    """Another network starts from the steps that suit it, and keeps its size."""
    _forget(name for recipe in RECIPES.values() for name in recipe.given_other_networks)
    _forget(name for preset in PRESETS.values() for name in preset.given_lstm)


def _forget_all() -> None:
    """Another preset starts from its own settings; all of them train an LSTM by one recipe."""
    for name, field in FIELDS.items():
        if field.panel:
            address.write(name, None)
            if not field.is_number:
                st.session_state[name] = field.default
