"""Texts that the server writes, for a browser that cannot run the model itself."""

from __future__ import annotations

import streamlit as st

from charlstm.data.vocabulary import Reading
from charlstm.exploring.compare import compare
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import Strategy
from charlstm.ui.computing import affordable, kept_in_session
from charlstm.ui.controls.writing import choose_length, choose_seed
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import sample_card

OLD_BROWSER = (
    "This browser cannot run the model, so the server writes. Chrome and Edge from version 97 on,"
    " Firefox from 104 and Safari from 15.4 can; all date from 2022."
)


def show_server_written(
    model: LanguageModel,
    reading: Reading,
    temperatures: tuple[float, ...],
    strategies: tuple[Strategy, ...] = (),
) -> None:
    """Show what a model writes after a prompt at each temperature, with the seed and the length."""
    caption(OLD_BROWSER)
    seed_column, length_column, _ = in_row(1, 1, 4)
    seed = choose_seed(seed_column)
    length, note = affordable(
        choose_length(length_column, model.vocabulary), len(temperatures), model.window
    )
    if note:
        caption(note)
    token = (*model.key, temperatures, strategies, seed, length, reading.text)
    written = kept_in_session(
        "server_written",
        token,
        lambda: compare(
            model, reading.text, temperatures, length=length, seed=seed, strategies=strategies
        ),
        "Writing…",
    )
    for column, text, temperature in zip(
        st.columns(len(temperatures)), written.texts, temperatures, strict=True
    ):
        column.html(sample_card(text, temperature, prompt=reading.text))
