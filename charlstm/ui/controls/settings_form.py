"""The settings of a training as controls, and their consequences for a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.analysis.curves import preset_outcome
from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.data.words import LEVELS, UNITS, WordFigures, is_written_without_spaces, word_figures
from charlstm.engine.progress import duration
from charlstm.engine.standby import known_speed, probe
from charlstm.errors import CharlstmError
from charlstm.runs.new import settings_to_share
from charlstm.runs.store import all_runs
from charlstm.settings import FIELDS, PRESETS, Preset, Settings, levels_of, settings_for
from charlstm.settings.fields import (
    ADVANCED,
    BASIC,
    CHOICES,
    DEFAULT_RECIPE,
    RECIPES,
    Field,
    from_to,
)
from charlstm.training.batches import plan
from charlstm.ui import address
from charlstm.ui.parameters import NONE, same
from charlstm.ui.text import NO_SPACES, literal, percent
from charlstm.ui.views import WITHOUT_ARROW, caption
from charlstm.ui.visit import note

SETTINGS_IN_ADDRESS = (
    *("corpus", "case", "preset", "start_from"),
    *(name for name, field in FIELDS.items() if field.panel),
)
"""The parameters of a training that has not begun."""


def choose_settings(*, lowercase: bool) -> Settings:
    """Show the controls, each within its limits and kept in the address; return the settings."""
    preset = _choose_preset()
    outcome_container = st.empty()
    shared = _choose_start()
    chosen: dict[str, str] = {}
    for field in FIELDS.values():
        if field.name in shared:
            address.write(field.name, None)
        if field.panel == CHOICES:
            chosen[field.name] = shared.get(field.name) or _choose(field, chosen)
    st.caption(" ".join(f"{FIELDS[name].choices[value]}." for name, value in chosen.items()))
    usual = preset.settings(**chosen) if preset else settings_for(**chosen)
    own = [chosen[name] for name in ("level", "network") if chosen[name] != FIELDS[name].default]
    of = "-".join([preset.name if preset else chosen["recipe"], *own])
    containers = {BASIC: st.container(), ADVANCED: st.expander("Stability and overfitting")}
    columns = {panel: _columns(container) for panel, container in containers.items()}
    values: dict[str, Any] = {"lowercase": lowercase, **shared}
    for field in FIELDS.values():
        if field.panel not in containers or field.name in shared:
            continue
        if not field.applies(chosen):
            _leave_out(field)
        elif field.kind is bool:
            values[field.name] = address.show(
                containers[field.panel].toggle,
                field.label,
                address.setting(field),
                help=field.help.capitalize(),
            )
        else:
            column = next(columns[field.panel])
            values[field.name] = _number(column, field, getattr(usual, field.name), of)
    settings = replace(usual, **values)
    if preset:
        words = f"{preset.words[0].upper()}{preset.words[1:]}"
        outcome_container.caption(literal(f"{words}. {_outcome(preset, settings)}"))
    return settings


def _choose_preset() -> Preset | None:
    chosen = address.show(
        st.segmented_control,
        "Time you have",
        "preset",
        format_func=lambda name: PRESETS[name].title if name in PRESETS else "no preset",
        on_change=_forget_all,
        help="A preset fills in the settings below; each can still be changed",
    )
    return PRESETS.get(str(chosen))


def _choose_start() -> dict[str, Any]:
    """Show the runs to start from; return the choice, and what the training shares with it."""
    names = [NONE, *(run.name for run in all_runs() if run.checkpoints())]
    name = address.show(
        st.selectbox,
        "Start from",
        address.parameter("start_from", options=same(names)),
        format_func=lambda name: "random weights" if name == NONE else name,
        help="With the best weights of a run, a short text is learned faster",
    )
    if name == NONE:
        return {}
    try:
        shared = settings_to_share(name)
    except CharlstmError as error:
        note(str(error))
        return {}
    if shared["level"] != CHAR:
        shared["recipe"] = DEFAULT_RECIPE
    words = ", ".join(f"{FIELDS[each].spoken} {value}" for each, value in shared.items())
    caption(f"The training has the network of {name}: {words}.")
    return {"start_from": name, **shared}


def _outcome(preset: Preset, settings: Settings) -> str:
    """Return the measured result of a preset, if the settings are those measured."""
    if settings != preset.settings(seed=settings.seed):
        return "Some settings differ from the preset's."
    found = preset_outcome(preset)
    if found is None:
        return "Not measured yet."
    return (
        f"Measured on Nietzsche: held-out window loss {found.nats:.3f} nats"
        f" ({nats_to_bits(found.nats):.2f} bits) after {duration(found.seconds)} of training and"
        f" {found.epochs:.0f} epochs, on {found.machine}."
    )


def _choose(field: Field, chosen: dict[str, str]) -> str:
    """Show a setting that is chosen by name, and return the choice."""
    names = levels_of(chosen["recipe"]) if field.name == "level" else list(field.choices)
    if field.name == "level" and address.asked("level") in set(LEVELS) - set(names):
        note(f"The recipe {chosen['recipe']} is the notebook's program, which reads characters.")
    explained = []
    for name, title in field.choices.items():
        label = field.titles.get(name)
        explained.append(f"**{label}** ({name}): {title}." if label else f"**{name}**: {title}.")
    value = address.show(
        st.segmented_control,
        field.label,
        address.setting(field, options=same(names)),
        on_change=_forget_rate if field.name == "network" else _forget_numbers,
        format_func=lambda name: field.titles.get(name, name),
        help="\n\n".join(explained),
    )
    return str(value)


def _columns(container: DeltaGenerator) -> Iterator[DeltaGenerator]:
    """Yield columns without end, three in each row."""
    while True:
        yield from container.columns(3, vertical_alignment="bottom")


def _number(container: DeltaGenerator, field: Field, usual: float | None, of: str) -> float | None:
    """Show a number and return it.

    ``usual`` is its initial value, and ``of`` the recipe or preset, network and level to which that
    value belongs: each has its own control.
    """
    whole = isinstance(field.step, int)
    wanted = address.setting(field, default=int(usual or 0) if whole else float(usual or 0))
    high = field.high if field.high_on_page is None else field.high_on_page
    limits = from_to(field.low, high, none=field.optional)
    value: float = address.show(
        container.number_input,
        field.label,
        wanted,
        key=f"{field.name}-{of}",
        step=field.step,
        format=None if whole else "%.5g",
        help=f"{field.help[0].upper()}{field.help[1:]}; {limits}",
    )
    return None if field.optional and not value else max(value, field.low)


def _leave_out(field: Field) -> None:
    """Remove a setting from the address that has no effect here; a note says where it has one."""
    given = address.asked(field.name)
    address.write(field.name, None)
    if given is not None:
        only = " and ".join(
            f"the {FIELDS[name].spoken} {value}" for name, value in field.only.items()
        )
        asks = f"The address asks for {field.name} {address.short(given)}"
        note(f"{asks}, which only {only} has.")


def _forget_numbers() -> None:
    """Start another recipe or level from its own numbers, without a preset."""
    numbers = (name for name, field in FIELDS.items() if field.is_number and field.panel)
    address.leave_out("preset", *numbers)
    st.session_state.preset = NONE


def _forget_rate() -> None:
    """Start another network from the rate and batch that suit it, with the same size."""
    given = [recipe.given_other_networks for recipe in RECIPES.values()]
    given += [preset.given_lstm for preset in PRESETS.values()]
    address.leave_out(*(name for names in given for name in names))


def _forget_all() -> None:
    """Start another preset from its own settings; all presets train an LSTM with one recipe."""
    for name, field in FIELDS.items():
        if field.panel:
            address.write(name, None)
            if not field.is_number:
                st.session_state[name] = field.default


def words_in(settings: Settings, corpus: Corpus) -> WordFigures | None:
    """Return the figures of the text in words, if words are to be learned.

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
    """Show the weights, steps and time of a training; ``words`` is as words_in returns it."""
    symbols = len(corpus.vocabulary) if words is None else words.symbols
    meant = plan(settings, len(corpus), symbols, None if words is None else words.tokens)
    if words is not None:
        without_spaces = is_written_without_spaces("".join(corpus.vocabulary.symbols))
        caption(
            f"{words.tokens:,} tokens to learn from, a vocabulary of {words.symbols:,}; of the"
            f" held-out tokens {percent(words.unknown_fraction)} are unknown words."
            + (f" {NO_SPACES}" if without_spaces else "")
        )
    weights, steps, time = st.columns([1, 1, 2])
    weights.metric("Weights", f"{meant.weights:,}")
    steps.metric(
        "Steps" if settings.seconds is None else "Steps at most",
        f"{meant.steps:,}",
        f"{meant.steps_per_epoch:,} per epoch",
        **WITHOUT_ARROW,
    )
    if speed := known_speed(settings, symbols):
        needed = meant.seconds(speed.characters_per_second)
        time.metric(
            "Time of training",
            f"about {duration(min(needed, settings.seconds or needed))}",
            literal(f"{speed.characters_per_second:,.0f} {UNITS[settings.level]}s/s"),
            **WITHOUT_ARROW,
        )
        time.caption(literal(f"Speed {speed.source}"))
        return
    time.metric("Time of training", "not known yet")
    if time.button("Measure", help="Trains this shape for one second; takes some seconds in all"):
        try:
            with st.spinner("Measuring…"):
                probe(settings, symbols)
        except CharlstmError as error:
            st.error(literal(str(error)))
        else:
            st.rerun()
