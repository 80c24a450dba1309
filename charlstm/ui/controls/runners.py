"""The networks of a race, as controls and as words in the address."""

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
from charlstm.settings import FIELDS, Settings, levels_of, settings_for, weight_count
from charlstm.ui import address
from charlstm.ui.controls.settings_form import words_in
from charlstm.ui.text import literal
from charlstm.ui.views import in_row

MOST = 4
CELLS = [32, 64, 128, 256]
LAYERS = list(range(int(FIELDS["layers"].low), int(FIELDS["layers"].high) + 1))
_TYPICAL_SYMBOLS = 57


@dataclass(frozen=True)
class Runner:
    """One network of a race."""

    network: str
    units: int
    layers: int
    recipe: str
    level: str = CHAR

    @property
    def word(self) -> str:
        """Its word in an address, such as ``gru-128x1-tbptt``; a model of words adds ``-word``."""
        level = "" if self.level == CHAR else f"-{self.level}"
        return f"{self.network}-{self.units}x{self.layers}-{self.recipe}{level}"

    def settings(self, seconds: float) -> Settings:
        """Return the settings of its training."""
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


def read_runners(given: str) -> tuple[Runner, ...]:
    """Return the one to four runners that an address names; ValueError if they cannot race."""
    words = given.split(",")
    runners = [runner for word in words if (runner := _read_runner(word))]
    if len(words) > MOST or len(runners) < len(words):
        raise ValueError("they cannot race.")
    return tuple(runners)


def _read_runner(word: str) -> Runner | None:
    parts = re.fullmatch(r"([a-z0-9]+)-([0-9]{1,4})x([0-9])-([a-z]+)(?:-([a-z]+))?", word)
    if parts is None:
        return None
    runner = Runner(parts[1], int(parts[2]), int(parts[3]), parts[4], parts[5] or CHAR)
    known = all(getattr(runner, name) in options for name, options in _OPTIONS.items())
    return runner if known and runner.level in levels_of(runner.recipe) else None


def choose_runners(corpus: Corpus | None) -> tuple[Runner, ...]:
    """Show the choice of the networks, keep it in the address, and return them.

    The numbers of weights are for ``corpus``, the text that they will learn, if it is known.
    """
    wanted = address.parameter(
        "runners",
        default=DEFAULT[:3],
        parse=read_runners,
        spell=lambda runners: ",".join(runner.word for runner in runners),
    )
    asked = address.read(wanted)
    if "runner_count" not in st.session_state or address.is_news("runners"):
        _put(asked)
    count = st.segmented_control(
        "How many race", list(range(1, MOST + 1)), required=True, key="runner_count"
    )
    runners = tuple(_choose(position, corpus) for position in range(count or len(asked)))
    address.keep(wanted, runners)
    return runners


def _put(runners: tuple[Runner, ...]) -> None:
    """Set the controls to these."""
    st.session_state.runner_count = len(runners)
    for position, runner in enumerate((*runners, *DEFAULT[len(runners) :])):
        for name, value in asdict(runner).items():
            st.session_state[f"{name}-{position}"] = value


def _choose(position: int, corpus: Corpus | None) -> Runner:
    *columns, weights = in_row(2, 1, 1, 2, 1.2, 1.2)
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
    """Return the name of an option on pages."""
    return FIELDS[name].titles.get(str(option), str(option))


def _symbols(runner: Runner, corpus: Corpus | None) -> tuple[int, str]:
    """Return a runner's number of symbols, and a sentence about the text they come from."""
    if corpus is not None:
        try:
            words = words_in(runner.settings(1.0), corpus)
        except CorpusError:
            pass  # Start reports why no words can be learned from this text
        else:
            symbols = len(corpus.vocabulary) if words is None else words.symbols
            return symbols, f"On {corpus.name}, with its {symbols:,} symbols."
    symbols = _TYPICAL_SYMBOLS if runner.level == CHAR else int(FIELDS["vocabulary"].default)
    return symbols, f"On a text of {symbols:,} symbols; those of the chosen text are unknown."
