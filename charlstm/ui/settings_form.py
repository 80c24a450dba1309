"""The settings of a training as controls, each within its stated limits, and what they mean.

Knows streamlit and settings; starts nothing.
"""

from __future__ import annotations

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError
from charlstm.runs.speed import known_speed, probe
from charlstm.sampling.weights import LSTM
from charlstm.training.plan import plan
from charlstm.training.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.training.settings import LIMITS, NETWORKS, Settings, settings_for
from charlstm.ui.words import duration, literal

MAX_UNITS = 512
"""Cells that a page offers; the command line goes further."""


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
    network_place, dropout_place = st.columns([2, 1])
    network = str(
        network_place.segmented_control(
            "Network",
            list(NETWORKS),
            default=LSTM,
            key="network",
            required=True,
            help="\n\n".join(f"**{name}**: {title}." for name, title in NETWORKS.items()),
        )
    )
    dropout = dropout_place.number_input(
        "Dropout",
        LIMITS["dropout"].low,
        LIMITS["dropout"].high,
        0.0,
        step=0.1,
        format="%.4g",
        key=f"dropout-{recipe}",
        help="Share of each layer's outputs that are silent at a step, while it learns; 0 for none",
    )
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
            data.rate_of(network),
            step=0.001,
            format="%.5g",
            key=f"learning_rate-{recipe}-{network}",
        ),
        batch=_whole(batch, "Batch", "batch", recipe, data.batch),
        epochs=_whole(epochs, "Epochs", "epochs", recipe, data.epochs),
        seed=_whole(seed, "Seed", "seed", recipe, 0),
        lowercase=lowercase,
        network=network,
        dropout=dropout,
    )


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
