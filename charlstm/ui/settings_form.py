"""The settings of a training as controls, each within its stated limits, and what they mean.

Knows streamlit and settings; starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.data.levels import LEVELS, UNITS
from charlstm.data.vocabulary import CHAR
from charlstm.data.word_figures import WordFigures, word_figures
from charlstm.errors import CharlstmError
from charlstm.runs.speed import known_speed, probe
from charlstm.sampling.weights import LSTM
from charlstm.training.plan import plan
from charlstm.training.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.training.settings import (
    DEFAULT_VOCABULARY,
    LIMITS,
    NETWORKS,
    Settings,
    defaults_for,
    levels_of,
    settings_for,
)
from charlstm.ui import address
from charlstm.ui.figures import duration, share
from charlstm.ui.preset_choice import choose_preset, forget_preset, show_outcome
from charlstm.ui.words import literal

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
            on_change=_forget_numbers,
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
    level, vocabulary, level_note = _choose_level(recipe)
    notes.append(level_note)
    data = RECIPES[recipe]
    given = preset.given if preset else {}
    st.caption(f"{data.title}. {NETWORKS[network]}. {LEVELS[level]}.")
    places = [*st.columns(3), *st.columns(3)]
    with st.expander("More settings: what keeps a training from running away"):
        places += [*st.columns(3), st.columns(3)[0]]
        notes.append(address.hold_choice("guard", True, _GUARD))
        guard = st.toggle("Stop by itself when the loss explodes", key="guard")
        address.keep_choice("guard", True, _GUARD)
    values: dict[str, float] = {}
    defaults = defaults_for(recipe, level)
    of = recipe if level == CHAR else f"{recipe}-{level}"
    for name, place in zip(_NUMBERS, places, strict=True):
        default = _default(name, defaults, given)
        notes.append(_note(name, default))
        values[name] = _number(place, name, preset.name if preset else of, default)
    if values["clip_norm"]:
        values["clip_norm"] = max(values["clip_norm"], LIMITS["clip_norm"].low)
    seconds = values.pop("seconds") or None
    asked = {**values, "network": network, "lowercase": lowercase, "guard": bool(guard)}
    asked |= {"level": level, "vocabulary": vocabulary}
    settings = settings_for(recipe, seconds=seconds, **asked)
    if preset:
        show_outcome(outcome_place, preset, settings)
    return settings, notes


def _default(name: str, defaults: Mapping[str, float | None], given: Mapping[str, float]) -> float:
    """Return what a number is before anyone changes it: the preset's, or the recipe's."""
    if name == "epochs" and "seconds" in given:
        return given.get(name, LIMITS["epochs"].high)
    return given.get(name, defaults.get(name) or 0)


def _choose_level(recipe: str) -> tuple[str, int, str]:
    """Show whether characters or words are learned; return that, the most words, and a note."""
    levels = {name: name for name in levels_of(recipe)}
    place, most_place = st.columns([1, 1], vertical_alignment="bottom")
    note = address.hold_choice("level", CHAR, levels)
    if note and st.query_params.get("level") in LEVELS:
        note = f"The recipe {recipe} is the notebook's program, and that reads characters."
    level = str(
        place.segmented_control(
            "Level",
            list(levels),
            key="level",
            required=True,
            on_change=_forget_numbers,
            help="\n\n".join(f"**{name}**: {title}." for name, title in LEVELS.items()),
        )
    )
    address.keep_choice("level", CHAR, levels)
    if level == CHAR:
        address.write("vocabulary", None)
        return level, DEFAULT_VOCABULARY, note
    low, high = (int(limit) for limit in _limits("vocabulary"))
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

SETTINGS_IN_ADDRESS = (
    *("corpus", "case", "preset", "recipe", "network", "level", "vocabulary", "guard"),
    *_NUMBERS,
)
"""What the address holds of a training that has not begun."""


def _limits(name: str) -> tuple[float, float]:
    low = 0.0 if name in ("clip_norm", "seconds") else LIMITS[name].low
    return low, MAX_UNITS if name == "units" else LIMITS[name].high


def _note(name: str, default: float) -> str:
    low, high = _limits(name)
    if name in _FRACTIONS:
        return address.number(name, default, low, high)[1]
    return address.whole_number(name, int(default), int(low), int(high))[1]


def _number(place: st.delta_generator.DeltaGenerator, name: str, of: str, default: float) -> float:
    """Show one number; a recipe has controls of its own at each level, as their defaults differ."""
    label, (low, high), widget = _NUMBERS[name], _limits(name), f"{name}-{of}"
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


def _forget_numbers() -> None:
    """Another recipe, or level, starts from its own numbers, and is no preset's."""
    for name in _NUMBERS:
        address.write(name, None)
    forget_preset()


def _forget_for_preset() -> None:
    """Another preset starts from its own settings; all of them train an LSTM by one recipe."""
    for name in ("recipe", "network", "level", "vocabulary", "guard", *_NUMBERS):
        address.write(name, None)
    st.session_state.recipe, st.session_state.network = DEFAULT_RECIPE, LSTM
    st.session_state.level = CHAR
    st.session_state.guard = True


def words_in(settings: Settings, corpus: Corpus) -> WordFigures | None:
    """Return what the text is like at the level of words, if words are to be learned.

    Raises:
        CorpusError: If none can be learned from it.
    """
    if settings.level == CHAR:
        return None
    figures = _word_figures(corpus.sha256, corpus, settings.vocabulary, settings.held_out)
    figures.check()
    return figures


@st.cache_data(max_entries=8, ttl=600, show_spinner="Counting words…")
def _word_figures(sha256: str, _corpus: Corpus, most: int, held_out: float) -> WordFigures:  # noqa: ARG001
    return word_figures(_corpus, most, held_out)


def show_meaning(settings: Settings, corpus: Corpus, words: WordFigures | None = None) -> None:
    """Say what the choice means in weights, steps and time.

    Args:
        settings: The choice.
        corpus: The text.
        words: What it is like at the level of words, if they are to be learned.
    """
    symbols = len(corpus.vocabulary) if words is None else words.symbols
    meant = plan(settings, len(corpus), symbols, None if words is None else words.tokens)
    unit = UNITS[settings.level]
    if words is not None:
        st.caption(
            literal(
                f"{words.tokens:,} tokens to learn from, a vocabulary of {words.symbols:,}; of"
                f" those held out {share(words.unknown_share)} are unknown words."
            )
        )
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
            literal(f"{speed.characters_per_second:,.0f} {unit}s/s, {speed.source}"),
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
