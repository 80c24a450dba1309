"""The choice of a preset, and what came of it where it was measured."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.analysis.curves import preset_outcome
from charlstm.analysis.distribution import nats_to_bits
from charlstm.settings.settings import PRESETS, Preset, Settings
from charlstm.ui import address
from charlstm.ui.figures import duration
from charlstm.ui.words import literal

OWN = "none"
_OPTIONS = {name: name for name in (OWN, *PRESETS)}


def choose_preset(on_change: Callable[[], None]) -> tuple[Preset | None, str]:
    """Show the choice, kept in the address.

    Args:
        on_change: Called when another one is chosen by hand.

    Returns:
        The preset or None, and a note on what the address asks for in vain.
    """
    note = address.hold_choice("preset", OWN, _OPTIONS)
    chosen = st.segmented_control(
        "Time you have",
        list(_OPTIONS.values()),
        key="preset",
        required=True,
        format_func=_title,
        on_change=on_change,
        help="A preset fills in the settings below; each can still be changed",
    )
    address.keep_choice("preset", OWN, _OPTIONS)
    return PRESETS.get(str(chosen)), note


def _title(name: str) -> str:
    return PRESETS[name].title if name in PRESETS else "no preset"


def forget_preset() -> None:
    """Choose none; for the callback of another control."""
    st.session_state.preset = OWN
    address.write("preset", None)


def show_outcome(container: DeltaGenerator, preset: Preset, settings: Settings) -> None:
    """Say what a preset is and what came of it, as long as the settings are those measured."""
    words = f"{preset.words[0].upper()}{preset.words[1:]}"
    container.caption(literal(f"{words}. {_outcome(preset, settings)}"))


def _outcome(preset: Preset, settings: Settings) -> str:
    if settings != preset.settings(seed=settings.seed):
        return "With other settings than its own now."
    found = preset_outcome(preset)
    if found is None:
        return "Not measured here yet."
    return (
        f"Measured on Nietzsche: held-out window loss {found.nats:.3f} nats"
        f" ({nats_to_bits(found.nats):.2f} bits) after {duration(found.seconds)} of training and"
        f" {found.epochs:.0f} epochs, on {found.machine}."
    )
