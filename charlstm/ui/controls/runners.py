"""Who races: recipe, network and sizes of each, as controls and as words of an address."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import streamlit as st

from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.errors import CorpusError
from charlstm.sampling.network import CONV1D, GRU, LSTM
from charlstm.settings.settings import FIELDS, Settings, levels_of, settings_for, weight_count
from charlstm.ui import address
from charlstm.ui.controls.settings_meaning import words_in
from charlstm.ui.words import literal

MOST = 4
CELLS = [32, 64, 128, 256]
LAYERS = list(range(int(FIELDS["layers"].low), int(FIELDS["layers"].high) + 1))
_TYPICAL_SYMBOLS = 57


@dataclass(frozen=True)
class Runner:
    """One who races."""

    network: str
    units: int
    layers: int
    recipe: str
    level: str = CHAR

    @property
    def word(self) -> str:
        """What stands for it in an address, such as ``gru-128x1-tbptt``; words add ``-word``."""
        level = "" if self.level == CHAR else f"-{self.level}"
        return f"{self.network}-{self.units}x{self.layers}-{self.recipe}{level}"

    def settings(self, seconds: float) -> Settings:
        """Return what is asked of its training."""
        return settings_for(**asdict(self), seconds=seconds, lowercase=True)


DEFAULT = (
    Runner(LSTM, 128, 1, "tbptt"),
    Runner(GRU, 128, 1, "tbptt"),
    Runner(CONV1D, 64, 1, "tbptt"),
    Runner(LSTM, 128, 1, "book"),
)
_OPTIONS: dict[str, list[Any]] = {
    **{field.name: list(FIELDS[field.name].choices) for field in fields(Runner)},
    "units": CELLS,
    "layers": LAYERS,
}


def read_runners(given: str) -> tuple[Runner, ...] | None:
    """Return those that an address names, or None if it does not name one to four who can race."""
    words = given.split(",")
    if not 1 <= len(words) <= MOST:
        return None
    found = []
    for word in words:
        parts = re.fullmatch(r"([a-z0-9]+)-([0-9]{1,4})x([0-9])-([a-z]+)(?:-([a-z]+))?", word)
        if parts is None:
            return None
        runner = Runner(parts[1], int(parts[2]), int(parts[3]), parts[4], parts[5] or CHAR)
        if any(getattr(runner, name) not in options for name, options in _OPTIONS.items()):
            return None
        if runner.level not in levels_of(runner.recipe):
            return None
        found.append(runner)
    return tuple(found)


def asked_runners(default: int = 3) -> tuple[tuple[Runner, ...], str]:
    """Return those that the address asks for, and a note if it asks for what cannot be."""
    given = address.asked("runners")
    if given is None:
        return DEFAULT[:default], ""
    if found := read_runners(given):
        return found, ""
    return DEFAULT[:default], (
        f"The address asks for the runners {address.short(given)}, which cannot race; others are"
        " shown."
    )


def choose_runners(corpus: Corpus | None) -> tuple[Runner, ...]:
    """Show the choice of all who race, keep it in the address, and return them.

    Args:
        corpus: The text that they will learn, for the number of weights, or None where it is not
            known.
    """
    asked, _ = asked_runners()
    if "runner_count" not in st.session_state or address.is_news("runners"):
        _put(asked)
    count = st.segmented_control(
        "How many race", list(range(1, MOST + 1)), required=True, key="runner_count"
    )
    runners = tuple(_choose(position, corpus) for position in range(count or len(asked)))
    words = ",".join(runner.word for runner in runners)
    usual = ",".join(runner.word for runner in DEFAULT[:3])
    address.write_unless_usual("runners", words, usual)
    return runners


def _put(runners: tuple[Runner, ...]) -> None:
    """Let the controls show these."""
    st.session_state.runner_count = len(runners)
    for position, runner in enumerate((*runners, *DEFAULT[len(runners) :])):
        for name, value in asdict(runner).items():
            st.session_state[f"{name}-{position}"] = value


def _choose(position: int, corpus: Corpus | None) -> Runner:
    *columns, weights = st.columns([2, 1, 1, 2, 1.2, 1.2], vertical_alignment="bottom")
    chosen: dict[str, Any] = {}
    for column, field in zip(columns, fields(Runner), strict=True):
        options, key = _OPTIONS[field.name], f"{field.name}-{position}"
        if field.name == "level":
            options = levels_of(chosen["recipe"])
            if st.session_state[key] not in options:
                st.session_state[key] = CHAR
        chosen[field.name] = column.selectbox(
            FIELDS[field.name].label,
            options,
            format_func=partial(_title, field.name),
            key=key,
            label_visibility="collapsed" if position else "visible",
        )
    runner = Runner(**chosen)
    symbols, where = _symbols(runner, corpus)
    count = weight_count(symbols, runner.units, runner.layers, runner.network)
    weights.markdown(literal(f"{count:,} weights"), help=literal(where))
    return runner


def _title(name: str, option: object) -> str:
    """Return what an option is called on pages."""
    return FIELDS[name].titles.get(str(option), str(option))


def _symbols(runner: Runner, corpus: Corpus | None) -> tuple[int, str]:
    """Return how many symbols a runner would have, and of which text, as a sentence."""
    if corpus is not None:
        try:
            words = words_in(runner.settings(1.0), corpus)
        except CorpusError:
            pass  # Start says why no words can be learned from this text
        else:
            symbols = len(corpus.vocabulary) if words is None else words.symbols
            return symbols, f"On {corpus.name}, with its {symbols:,} symbols."
    symbols = _TYPICAL_SYMBOLS if runner.level == CHAR else int(FIELDS["vocabulary"].default)
    return symbols, f"On a text of {symbols:,} symbols; those of the chosen text are not known."
