"""The settings of a training as controls, each within its stated limits, and what they mean.

Knows streamlit and settings; starts nothing.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError
from charlstm.runs.speed import known_speed, probe
from charlstm.training.plan import plan
from charlstm.training.recipes import DEFAULT_RECIPE, RECIPES, Recipe
from charlstm.training.settings import LIMITS, Settings, settings_for
from charlstm.ui.words import duration, literal

MAX_UNITS = 512
"""Cells that a page offers; the command line goes further."""

USUAL_NORM = 1.0
"""The norm that is offered where the recipe itself clips nothing."""


def choose_settings(*, lowercase: bool) -> Settings:
    """Show the controls and return the settings; every control keeps its limits by itself."""
    recipe = str(
        st.segmented_control(
            "Recipe",
            list(RECIPES),
            default=DEFAULT_RECIPE,
            key="recipe",
            required=True,
            help="\n\n".join(f"**{r.name}**: {r.title}." for r in RECIPES.values()),
        )
    )
    data = RECIPES[recipe]
    st.caption(data.title + ".")
    cells, layers, rate = st.columns(3)
    batch, epochs, seed = st.columns(3)
    return settings_for(
        recipe,
        units=_whole(cells, "Cells", "units", recipe, data.units, most=MAX_UNITS),
        layers=_whole(layers, "Layers", "layers", recipe, data.layers),
        learning_rate=rate.number_input(
            "Learning rate",
            LIMITS["learning_rate"].low,
            LIMITS["learning_rate"].high,
            data.learning_rate,
            step=0.001,
            format="%.5g",
            key=f"learning_rate-{recipe}",
        ),
        batch=_whole(batch, "Batch", "batch", recipe, data.batch),
        epochs=_whole(epochs, "Epochs", "epochs", recipe, data.epochs),
        seed=_whole(seed, "Seed", "seed", recipe, 0),
        lowercase=lowercase,
        **_more_settings(data),
    )


def _more_settings(data: Recipe) -> dict[str, Any]:
    """Show what keeps a training from running away, and return it."""
    with st.expander("More settings: what keeps a training from running away"):
        switch, norm, share = st.columns([2, 2, 2], vertical_alignment="bottom")
        clips = switch.toggle(
            "Clip gradients", data.clip_norm is not None, key=f"clips-{data.name}"
        )
        clip_norm = norm.number_input(
            "to a norm of",
            LIMITS["clip_norm"].low,
            LIMITS["clip_norm"].high,
            data.clip_norm or USUAL_NORM,
            step=0.1,
            format="%.4g",
            key=f"clip_norm-{data.name}",
            disabled=not clips,
            help="A gradient that is longer than this is scaled down to it",
        )
        final_share = share.number_input(
            "Final share",
            LIMITS["final_share"].low,
            LIMITS["final_share"].high,
            data.final_share,
            step=0.05,
            format="%.4g",
            key=f"final_share-{data.name}",
            help="The learning rate at the end, as a share of the first; 1 keeps it constant",
        )
        guard = st.toggle("Stop by itself when the loss explodes", True, key=f"guard-{data.name}")
    return {
        "clip_norm": clip_norm if clips else 0.0,
        "final_share": final_share,
        "guard": guard,
    }


def _whole(
    place: st.delta_generator.DeltaGenerator,
    label: str,
    name: str,
    recipe: str,
    default: int,
    most: int | None = None,
) -> int:
    low, high = int(LIMITS[name].low), most or int(LIMITS[name].high)
    return int(
        place.number_input(
            label, low, high, default, key=f"{name}-{recipe}", help=f"{low:,} to {high:,}"
        )
    )


def show_meaning(settings: Settings, corpus: Corpus) -> None:
    """Say what the choice means in weights, steps and time."""
    symbols = len(corpus.vocabulary)
    meant = plan(settings, len(corpus), symbols)
    speed = known_speed(settings, symbols)
    weights, steps, time = st.columns([1, 1, 2])
    weights.metric("Weights", f"{meant.weights:,}")
    steps.metric(
        "Steps",
        f"{meant.steps:,}",
        f"{meant.steps_per_epoch:,} an epoch",
        delta_color="off",
        delta_arrow="off",
    )
    if speed is not None:
        time.metric(
            "Time of training",
            f"about {duration(meant.seconds(speed.characters_per_second))}",
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
