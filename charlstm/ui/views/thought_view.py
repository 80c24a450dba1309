"""The thought experiment on a page: two runs, one on a text, one on the same text compressed.

Knows streamlit and run folders; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from charlstm.compression.thought import compressed, lowest_bits, thought_curves
from charlstm.data import named
from charlstm.engine import process
from charlstm.engine.process import known_status
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run, not_started
from charlstm.settings.recipes import DEFAULT_RECIPE
from charlstm.settings.settings import settings_for
from charlstm.ui.charts.loss_charts import thought_chart
from charlstm.ui.models import model_of, newest_checkpoint
from charlstm.ui.views.cards import sample_card
from charlstm.ui.views.run_view import TICK_SECONDS
from charlstm.ui.views.sources import invented_in, legend, source_for
from charlstm.ui.views.trainings import is_on
from charlstm.ui.words import literal

CELLS = 128
HEAD = 110
SAMPLE, TEMPERATURE = 160, 0.5
_PROMPT = 40
STARTING = "Starting: the first points appear in a few seconds."
CHART = "Bits per symbol over seconds of training: the text as it is, and the text compressed"


@st.cache_data(max_entries=4, ttl=900, show_spinner="Compressing…")
def heads(corpus: str, compressor: str) -> tuple[str, str]:
    """Return how a text begins, and how it begins compressed, a symbol for each byte."""
    text = named.load_named(corpus).lowered()
    return text.text[:HEAD], compressed(text, compressor).text[:HEAD]


def show_measured(curves: pd.DataFrame) -> None:
    """Show curves that were measured before, and the lowest of each."""
    st.altair_chart(thought_chart(curves), width="stretch", alt=CHART)
    names = list(dict.fromkeys(curves["who"]))
    for container, name in zip(st.columns(len(names)), names, strict=True):
        container.metric(literal(name), f"{lowest_bits(curves, name):.3f} bits")


def start_thought(corpus: str, compressor: str, seconds: float) -> list[RunFolder]:
    """Start both runs, which take turns, and return them; nothing is left where they cannot start.

    Raises:
        CharlstmError: If a text cannot be had, nothing can be trained now, or the disk is full.
    """
    made: list[RunFolder] = []
    try:
        text = named.load_named(corpus).lowered()
        settings = settings_for(DEFAULT_RECIPE, units=CELLS, seconds=seconds)
        made.append(new_run(text, settings))
        # Bytes have no lower case: they are learned as they are.
        settings = settings_for(DEFAULT_RECIPE, units=CELLS, seconds=seconds, lowercase=False)
        made.append(new_run(compressed(text, compressor), settings))
        process.start_race(*made)
    except (CharlstmError, OSError):
        for run in made:
            not_started(run)
        raise
    return made


def curves_of(runs: list[RunFolder]) -> pd.DataFrame:
    """Return the loss curves of runs, each under the name of what it learns."""
    return thought_curves({name: run.history() for name, run in _by_text(runs).items()})


def _by_text(runs: list[RunFolder]) -> dict[str, RunFolder]:
    """Return runs under what they learn; under their own names where two learn the same."""
    texts = [run.config().corpus for run in runs]
    return {
        run.name if texts.count(text) > 1 else text: run
        for text, run in zip(texts, runs, strict=True)
    }


def watch_thought(runs: list[RunFolder]) -> None:
    """Show both runs; while they are on, or about to be, the view renews itself every second."""
    names = _by_text(runs)
    on = is_on(runs)
    # A busy machine can take longer to start a process than a run counts as starting.
    began = any(run.history() for run in runs)

    @st.fragment(run_every=TICK_SECONDS if on or not began else None)
    def renew() -> None:
        if on != is_on(runs):
            st.rerun()
        curves = curves_of(runs)
        if not len(curves):
            reasons = [reason for run in runs if (reason := known_status(run).reason)]
            st.info(literal(reasons[0] if reasons else STARTING))
            return
        st.altair_chart(thought_chart(curves), width="stretch", alt=CHART, key="thought")
        for container, (name, run) in zip(st.columns(len(names)), names.items(), strict=True):
            with container:
                bits = lowest_bits(curves, name)
                st.metric(literal(name), "–" if bits is None else f"{bits:.3f} bits")
                _sample(run)

    renew()


def _sample(run: RunFolder) -> None:
    try:
        model = model_of(run, newest_checkpoint(run))
        samples = run.samples()
        prompt = str(samples[-1]["prompt"])[:_PROMPT] if samples else ""
        text = model.write(prompt, temperature=TEMPERATURE, length=SAMPLE)
    except CharlstmError as error:
        st.caption(literal(str(error)))
        return
    source = source_for(run)
    st.html(sample_card(text, TEMPERATURE, invented_in(source, text, prompt), prompt))
    st.caption(literal(legend(source, text)))
