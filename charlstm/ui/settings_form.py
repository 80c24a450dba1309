"""The settings of a training as controls, each within its stated limits, and what they mean.

Knows streamlit and settings; starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError
from charlstm.runs.speed import known_speed, probe
from charlstm.sampling.weights import LSTM
from charlstm.training.plan import plan
from charlstm.training.recipes import DEFAULT_RECIPE, RECIPES, Recipe
from charlstm.training.settings import LIMITS, NETWORKS, Settings, settings_for
from charlstm.ui import address
from charlstm.ui.preset_choice import choose_preset, forget_preset, show_outcome
from charlstm.ui.words import duration, literal

MAX_UNITS = 512
"""Cells that a page offers; the command line goes further."""


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
            on_change=_forget_for_recipe,
            help="\n\n".join(f"**{r.name}**: {r.title}." for r in RECIPES.values()),
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
            help="\n\n".join(f"**{name}**: {title}." for name, title in NETWORKS.items()),
        )
    )
    address.keep_choice("network", LSTM, networks)
    data = RECIPES[recipe]
    given = preset.given if preset else {}
    st.caption(f"{data.title}. {NETWORKS[network]}.")
    places = [*st.columns(3), *st.columns(3)]
    with st.expander("More settings: what keeps a training from running away"):
        places += [*st.columns(3), st.columns(3)[0]]
        notes.append(address.hold_choice("guard", True, _GUARD))
        guard = st.toggle("Stop by itself when the loss explodes", key="guard")
        address.keep_choice("guard", True, _GUARD)
    values: dict[str, float] = {}
    for name, place in zip(_NUMBERS, places, strict=True):
        default = _default(name, data, given)
        notes.append(_note(name, default))
        values[name] = _number(place, name, preset.name if preset else recipe, default)
    if values["clip_norm"]:
        values["clip_norm"] = max(values["clip_norm"], LIMITS["clip_norm"].low)
    seconds = values.pop("seconds") or None
    asked = {**values, "network": network, "lowercase": lowercase, "guard": bool(guard)}
    settings = settings_for(recipe, seconds=seconds, **asked)
    if preset:
        show_outcome(outcome_place, preset, settings)
    return settings, notes


def _default(name: str, data: Recipe, given: Mapping[str, float]) -> float:
    """Return what a number is before anyone changes it: the preset's, or the recipe's."""
    if name == "epochs" and "seconds" in given:
        return given.get(name, LIMITS["epochs"].high)
    return given.get(name, getattr(data, name, 0) or 0)


_NUMBERS = {
    "units": "Cells",
    "layers": "Layers",
    "learning_rate": "Learning rate",
    "batch": "Batch",
    "epochs": "Epochs",
    "seed": "Seed",
    "clip_norm": "Clip gradients to a norm of",
    "final_share": "Final share of the rate",
    "dropout": "Dropout",
    "seconds": "Seconds at most",
}
"""The settings that are numbers, under their names in the address, with their labels."""

_FRACTIONS = {"learning_rate": (0.001, "%.5g"), "clip_norm": (0.1, "%.4g")} | {
    "final_share": (0.05, "%.4g"),
    "dropout": (0.1, "%.4g"),
}
"""Those that need not be whole, with the step of their buttons and how they are shown."""

_GUARD = {"1": True, "0": False}
_HELP = {
    "dropout": "Share of each layer's outputs that are silent at a step, while it learns",
    "clip_norm": "A gradient that is longer than this is scaled down to it; 0 clips nothing",
    "final_share": "The learning rate at the end, as a share of the first; 1 keeps it constant",
    "seconds": "Of training; it ends then, however many epochs are done. 0 for no such limit",
}

SETTINGS_IN_ADDRESS = ("corpus", "case", "preset", "recipe", "network", "guard", *_NUMBERS)
"""What the address holds of a training that has not begun."""


def _limits(name: str) -> tuple[float, float]:
    low = 0.0 if name in ("clip_norm", "seconds") else LIMITS[name].low
    return low, MAX_UNITS if name == "units" else LIMITS[name].high


def _note(name: str, default: float) -> str:
    low, high = _limits(name)
    if name in _FRACTIONS:
        return address.number(name, default, low, high)[1]
    return address.whole_number(name, int(default), int(low), int(high))[1]


def _number(
    place: st.delta_generator.DeltaGenerator, name: str, base: str, default: float
) -> float:
    """Show one number; each recipe and preset has its own controls, as their defaults differ."""
    label, (low, high), widget = _NUMBERS[name], _limits(name), f"{name}-{base}"
    words = _HELP.get(name, f"{low:,g} to {high:,.10g}")
    if name in _FRACTIONS:
        step, shown = _FRACTIONS[name]
        limits = float(default), float(low), float(high)
        return address.number_input(
            place, label, name, *limits, widget=widget, step=step, format=shown, help=words
        )
    return address.whole_number_input(
        place, label, name, int(default), int(low), int(high), widget=widget, help=words
    )


def _forget_for_recipe() -> None:
    """Another recipe starts from its own numbers, and is no preset's."""
    for name in _NUMBERS:
        address.write(name, None)
    forget_preset()


def _forget_for_preset() -> None:
    """Another preset starts from its own settings; all of them train an LSTM by one recipe."""
    for name in ("recipe", "network", "guard", *_NUMBERS):
        address.write(name, None)
    st.session_state.recipe, st.session_state.network = DEFAULT_RECIPE, LSTM
    st.session_state.guard = True


def show_meaning(settings: Settings, corpus: Corpus) -> None:
    """Say what the choice means in weights, steps and time."""
    symbols = len(corpus.vocabulary)
    meant = plan(settings, len(corpus), symbols)
    speed = known_speed(settings, symbols)
    weights, steps, time = st.columns([1, 1, 2])
    weights.metric("Weights", f"{meant.weights:,}")
    steps.metric(
        "Steps" if settings.seconds is None else "Steps at most",
        f"{meant.steps:,}",
        f"{meant.steps_per_epoch:,} an epoch",
        delta_color="off",
        delta_arrow="off",
    )
    if speed is not None:
        needed = meant.seconds(speed.characters_per_second)
        time.metric(
            "Time of training",
            f"about {duration(min(needed, settings.seconds or needed))}",
            literal(f"{speed.characters_per_second:,.0f} characters/s, {speed.source}"),
            delta_color="off",
            delta_arrow="off",
        )
        return
    time.metric("Time of training", "not known yet")
    if time.button("Measure", help="One second of training of this shape, some seconds in all"):
        try:
            with st.spinner("Measuring…"):
                probe(settings, symbols)
        except CharlstmError as error:
            st.error(literal(str(error)))
        else:
            st.rerun()
