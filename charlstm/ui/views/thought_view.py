"""The Compression page: what if language were compressed? Two runs learn a text and its bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from charlstm.analysis.curves import thought_experiment
from charlstm.compression.baselines import COMPRESSORS, compressed, lowest_bits, thought_curves
from charlstm.data import named
from charlstm.data.corpus import Corpus
from charlstm.engine.process import known_status
from charlstm.engine.progress import STARTED
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.settings import Settings, settings_for
from charlstm.settings.fields import DEFAULT_RECIPE
from charlstm.ui import address
from charlstm.ui.charts.loss_charts import thought_chart
from charlstm.ui.components.share import Chart, Offer, csv_file
from charlstm.ui.computing import model_of, newest_checkpoint
from charlstm.ui.controls.corpus_choice import choose_text_at_hand
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views import caption, errors_shown, in_row, trainings
from charlstm.ui.views.sources import show_legends, show_sample
from charlstm.ui.visit import show_notes

USUAL = "xz -9e"
CELLS = 128
HEAD = 110
SAMPLE, TEMPERATURE = 160, 0.5
_PROMPT = 40
_CHART = "Bits per symbol against seconds of training: the original text and the compressed text"


def thought() -> Offer:
    """Show the experiment: two runs that the address asks for, or what was measured before."""
    show_notes()
    st.markdown(
        """
        A compressor removes from a text what can be predicted. The rest holds as much information
        as before, and looks random. So if people spoke a compressed language, it would carry the
        same meaning, but a model of it would have nothing to learn. Here the same network learns
        the same text twice, for the same time: once as it is, once compressed, each byte a symbol.
        """
    )
    charts = [Chart("The loss", "charlstm-thought")]
    if runs := trainings.asked_runs():
        with errors_shown():
            _watch(runs)
        trainings.stop_or_leave(runs, "Back")
        return [csv_file("The loss", "charlstm-thought", lambda: _curves(runs))], charts
    measured = thought_experiment()
    st.altair_chart(thought_chart(measured), width="stretch", alt=_CHART)
    names = list(dict.fromkeys(measured["text"]))
    for container, name in zip(st.columns(len(names)), names, strict=True):
        container.metric(literal(name), f"{lowest_bits(measured, name):.3f} bits")
    st.caption(
        "The lowest held-out loss within 20 seconds of training; measured by"
        " `python -m tests.benchmarks thought`. A random byte takes eight bits."
        " If the training loss falls below that, the model overfits."
    )
    st.header("On this machine")
    _show_start()
    return [csv_file("The loss", "charlstm-thought", thought_experiment)], charts


def _show_start() -> None:
    """Show the settings, the button that starts, and the beginnings of both texts."""
    text_column, by_column, time_column, start_column = in_row(2, 3, 2, 1)
    by = address.parameter("compressor", default=USUAL, options=same(COMPRESSORS))
    show_notes()
    corpus = choose_text_at_hand(text_column)
    compressor = address.show(by_column.segmented_control, "Compressed by", by)
    seconds = address.show(time_column.segmented_control, "Seconds for each", "seconds")
    start_column.button(
        "Learn both",
        type="primary",
        width="stretch",
        disabled=not trainings.can_start(),
        on_click=trainings.start_race,
        args=(lambda: _runners(corpus, compressor, float(seconds)),),
    )
    heads = zip(("Original", "Compressed"), _heads(corpus, compressor), strict=True)
    for container, (words, head) in zip(st.columns(2), heads, strict=True):
        container.caption(words)
        container.text(head.replace("\n", "⏎") + "…")


def _runners(corpus: str, compressor: str, seconds: float) -> Iterator[tuple[Corpus, Settings]]:
    text = named.load_named(corpus).lowered()
    yield text, settings_for(DEFAULT_RECIPE, units=CELLS, seconds=seconds)
    # Bytes have no lower case: they are learned as they are.
    settings = settings_for(DEFAULT_RECIPE, units=CELLS, seconds=seconds, lowercase=False)
    yield compressed(text, compressor), settings


@st.cache_data(max_entries=4, ttl=900, show_spinner="Compressing…")
def _heads(corpus: str, compressor: str) -> tuple[str, str]:
    """Return the beginnings of a text and of its compressed form, a symbol for each byte."""
    text = named.load_named(corpus).lowered()
    return text.text[:HEAD], compressed(text, compressor).text[:HEAD]


def _curves(runs: list[RunFolder]) -> pd.DataFrame:
    return thought_curves({name: run.history() for name, run in _by_text(runs).items()})


def _by_text(runs: list[RunFolder]) -> dict[str, RunFolder]:
    """Return runs by what they learn, or by their own names if two learn the same."""
    texts = [run.config().corpus for run in runs]
    return {
        run.name if texts.count(text) > 1 else text: run
        for text, run in zip(texts, runs, strict=True)
    }


def _watch(runs: list[RunFolder]) -> None:
    """Show both runs; until they are over, the view renews itself every second."""
    names = _by_text(runs)
    on = trainings.is_on(runs)
    # A busy machine can take longer to start a process than a run counts as starting.
    began = any(run.history() for run in runs)

    @st.fragment(run_every=trainings.TICK_SECONDS if on or not began else None)
    def renew() -> None:
        if on != trainings.is_on(runs):
            st.rerun()
        curves = _curves(runs)
        if not len(curves):
            reasons = [reason for run in runs if (reason := known_status(run).reason)]
            st.info(literal(reasons[0] if reasons else STARTED))
            return
        st.altair_chart(thought_chart(curves), width="stretch", alt=_CHART, key="thought")
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
        caption(str(error))
        return
    show_legends([show_sample(text, TEMPERATURE, run, prompt)])
