"""The settings of a training as controls, each within its stated limits.

Knows streamlit and settings; what they mean for a text is settings_meaning's.
"""

from __future__ import annotations

import streamlit as st

from charlstm.data.levels import LEVELS
from charlstm.data.vocabulary import CHAR
from charlstm.data.word_vocabulary import WORD
from charlstm.sampling.weights import LSTM
from charlstm.settings.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.settings.settings import (
    DEFAULT_VOCABULARY,
    LIMITS,
    NETWORKS,
    Settings,
    defaults_for,
    levels_of,
    settings_for,
)
from charlstm.ui import address
from charlstm.ui.controls.preset_choice import choose_preset, forget_preset, show_outcome
from charlstm.ui.controls.setting_numbers import (
    NUMBERS,
    default_of,
    limits_of,
    note_on,
    setting_input,
)

_LEVEL_LABELS = {CHAR: "characters", WORD: "words"}


def choose_settings(*, lowercase: bool) -> tuple[Settings, list[str]]:
    """Show the controls, each within its limits and kept in the address.

    Returns:
        The settings, and notes on what the address asks for in vain.
    """
    preset, preset_note = choose_preset(_forget_for_preset)
    outcome_place = st.empty()
    recipes = {name: name for name in RECIPES}
    notes = [preset_note, address.hold_choice("recipe", DEFAULT_RECIPE, recipes)]
    recipe = str(
        st.segmented_control(
            "Recipe",
            list(RECIPES),
            key="recipe",
            required=True,
            on_change=_forget_numbers,
            format_func=lambda name: RECIPES[name].label,
            help="\n\n".join(f"**{r.label}** ({r.name}): {r.title}." for r in RECIPES.values()),
        )
    )
    address.keep_choice("recipe", DEFAULT_RECIPE, recipes)
    networks = {name: name for name in NETWORKS}
    notes.append(address.hold_choice("network", LSTM, networks))
    network = str(
        st.segmented_control(
            "Network",
            list(NETWORKS),
            key="network",
            required=True,
            on_change=_forget_rate,
            help="\n\n".join(f"**{name}**: {title}." for name, title in NETWORKS.items()),
        )
    )
    address.keep_choice("network", LSTM, networks)
    level, vocabulary, level_note = _choose_level(recipe)
    notes.append(level_note)
    data = RECIPES[recipe]
    given = preset.given_to(recipe, network, level) if preset else {}
    st.caption(f"{data.title}. {NETWORKS[network]}. {LEVELS[level]}.")
    places = [*st.columns(3), *st.columns(3)]
    with st.expander("Stability and overfitting"):
        for _ in range(2):
            places += st.columns(3, vertical_alignment="bottom")
        notes.append(address.hold_choice("guard", True, _GUARD))
        guard = st.toggle("Stop by itself when the loss explodes", key="guard")
        address.keep_choice("guard", True, _GUARD)
    values: dict[str, float] = {}
    defaults = defaults_for(recipe, level, network)
    kind = [each for each in (level, network) if each not in (CHAR, LSTM)]
    of = "-".join([preset.name if preset else recipe, *kind])
    for name, place in zip(NUMBERS, places, strict=True):
        default = default_of(name, defaults, given)
        notes.append(note_on(name, default, recipe))
        values[name] = setting_input(place, name, of, default, recipe)
    if values["clip_norm"]:
        values["clip_norm"] = max(values["clip_norm"], LIMITS["clip_norm"].low)
    seconds = values.pop("seconds") or None
    asked = {**values, "network": network, "lowercase": lowercase, "guard": bool(guard)}
    asked |= {"level": level, "vocabulary": vocabulary}
    settings = settings_for(recipe, seconds=seconds, **asked)
    if preset:
        show_outcome(outcome_place, preset, settings)
    return settings, notes


def _choose_level(recipe: str) -> tuple[str, int, str]:
    """Show whether characters or words are learned; return that, the most words, and a note."""
    levels = {name: name for name in levels_of(recipe)}
    place, most_place = st.columns([1, 1], vertical_alignment="bottom")
    note = address.hold_choice("level", CHAR, levels)
    if note and address.asked("level") in LEVELS:
        note = f"The recipe {recipe} is the notebook's program, and that reads characters."
    level = str(
        place.segmented_control(
            "Level",
            list(levels),
            key="level",
            required=True,
            on_change=_forget_numbers,
            format_func=_LEVEL_LABELS.__getitem__,
            help="\n\n".join(
                f"**{_LEVEL_LABELS[name]}** ({name}): {title}." for name, title in LEVELS.items()
            ),
        )
    )
    address.keep_choice("level", CHAR, levels)
    if level == CHAR:
        address.write("vocabulary", None)
        return level, DEFAULT_VOCABULARY, note
    low, high = (int(limit) for limit in limits_of("vocabulary"))
    default = DEFAULT_VOCABULARY
    notes = [note, address.whole_number("vocabulary", default, low, high)[1]]
    vocabulary = address.whole_number_input(
        most_place,
        "Largest vocabulary",
        "vocabulary",
        default,
        low,
        high,
        step=500,
        help=f"The most frequent words and marks are known, the others not. {low:,} to {high:,}",
    )
    return level, vocabulary, "  ".join(each for each in notes if each)


_GUARD = {"1": True, "0": False}

SETTINGS_IN_ADDRESS = (
    *("corpus", "case", "preset", "recipe", "network", "level", "vocabulary", "guard"),
    *NUMBERS,
)
"""What the address holds of a training that has not begun."""


def _forget_numbers() -> None:
    """Another recipe, or level, starts from its own numbers, and is no preset's."""
    for name in NUMBERS:
        address.write(name, None)
    forget_preset()


def _forget_rate() -> None:
    """Another network starts from the steps that suit it, and keeps its size."""
    for name in ("learning_rate", "batch", "chunk", "weight_decay"):
        address.write(name, None)


def _forget_for_preset() -> None:
    """Another preset starts from its own settings; all of them train an LSTM by one recipe."""
    for name in ("recipe", "network", "level", "vocabulary", "guard", *NUMBERS):
        address.write(name, None)
    st.session_state.recipe, st.session_state.network = DEFAULT_RECIPE, LSTM
    st.session_state.level = CHAR
    st.session_state.guard = True
