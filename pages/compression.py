"""Compression: pack a text by a model's predictions, unpack it, and what if all were packed."""

from typing import NoReturn

import streamlit as st

from charlstm.analysis.curves import thought_experiment
from charlstm.compression.baselines import COMPRESSORS, comparison
from charlstm.compression.packer import packer_for, read_packed
from charlstm.data import named
from charlstm.engine.process import running_run
from charlstm.errors import CharlstmError
from charlstm.ui import address
from charlstm.ui.components.share import Chart, csv_file, share, text_file
from charlstm.ui.controls.model_and_prompt import (
    NO_FILE,
    OWN,
    choose_model,
    choose_source,
    show_model,
    text_of,
)
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views.packing import (
    most_characters,
    packed,
    packer_of,
    rows_of,
    run_of,
    texts_at_hand,
    unpacked,
)
from charlstm.ui.views.packing_view import show_baselines, show_letters, show_sizes, show_text
from charlstm.ui.views.thought_view import (
    curves_of,
    heads,
    show_measured,
    start_thought,
    watch_thought,
)
from charlstm.ui.views.trainings import asked_runs, can_start, failures_shown, stop_or_leave
from charlstm.ui.visit import enter, show_notes

PACK, UNPACK, WHAT_IF = "Compress", "Decompress", "If language were compressed"
MOST_SHOWN = 20_000
MOST_AT_ONCE = 2000
"""Characters of a text that is compressed without being asked for, by a model that is quick."""
USUAL = "xz -9e"
CURVES = [Chart("The loss", "charlstm-thought")]


def pack_it() -> None:
    address.write("packed", "1")


def stop() -> None:
    address.write("packed", "0")
    st.session_state.stopped = True


def stop_unpacking(file_id: str) -> None:
    st.session_state.stopped_file = file_id


def unpack_again() -> None:
    st.session_state.pop("stopped_file", None)


def begin(corpus: str, compressor: str, seconds: str) -> None:
    if running_run():
        return  # a second click, or someone else was faster: the page says so
    with failures_shown():
        runs = start_thought(corpus, compressor, float(seconds))
        address.write("race", ",".join(run.name for run in runs))


def another() -> None:
    address.write("race", None)


def leave() -> NoReturn:
    share()
    st.stop()


enter("compression")

views = address.parameter("view", default=PACK, options=same((PACK, UNPACK, WHAT_IF)))
view = address.show(st.segmented_control, "Language as compression", views, required=True)
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

if view == PACK:
    source_column, model_column = st.columns([3, 1], vertical_alignment="bottom")
    model = choose_model(model_column)
    try:
        run = run_of(model)
        packer = packer_of(run, model.step)
        before, held_out = texts_at_hand(run) or ("", "")
        source = choose_source(source_column, held_out, run.config().corpus)
        text, text_note = text_of(source, held_out, most_characters(packer.window))
    except CharlstmError as error:
        st.error(literal(str(error)))
        leave()
    show_notes([text_note])
    at_once = packer.window is None and len(text) <= MOST_AT_ONCE
    is_packed = address.take(address.parameter("packed", default=at_once))
    st.button("Compress", type="primary", on_click=pack_it, disabled=is_packed)
    if not is_packed:
        if st.session_state.pop("stopped", False):
            st.info("Stopped.")
        leave()
    try:
        packing, costs = packed(packer, model, text, stop)
    except CharlstmError as error:
        st.error(literal(str(error)))
        leave()

    show_sizes(packing, costs)
    show_letters(packing)
    st.download_button(
        "The packed file",
        packing.data,
        file_name="text.chz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
    st.header("Compared with other compressors")
    rows, of_model = rows_of(packer, packing, costs, before)
    show_baselines(rows, of_model, len(text))
    show_model(model)
    share(
        [
            text_file("The text", "charlstm-compression", lambda: text),
            csv_file("What each character cost", "charlstm-compression", lambda: packing.table),
            csv_file("Who packs best", "charlstm-compressors", lambda: comparison(rows, len(text))),
        ],
        [Chart("Who packs best", "charlstm-compressors")],
        text_note if source == OWN else "",
    )

elif view == UNPACK:
    show_notes()
    file = st.file_uploader("A packed file (.chz)", key="packed_file", max_upload_size=1)
    if file is None:
        st.caption(
            "A file that was packed here, or by `python -m charlstm compress`. It names the run and"
            " the checkpoint that it takes to unpack it."
        )
        leave()
    if st.session_state.get("stopped_file") == file.file_id:
        st.info("Stopped.")
        st.button("Decompress", type="primary", on_click=unpack_again)
        leave()
    try:
        content = read_packed(file.getvalue())
        packer = packer_for(content)
        back = unpacked(packer, content, lambda: stop_unpacking(file.file_id))
    except CharlstmError as error:
        st.error(literal(str(error)))
        leave()
    st.success(
        literal(
            f"{len(back):,} characters, exactly as they were packed: their SHA-256 begins"
            f" with {content.check.hex()}, as the file says."
        )
    )
    st.download_button("The text", back.encode(), file_name="text.txt", icon=":material/download:")
    show_text(back[:MOST_SHOWN])
    if len(back) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {len(back):,} characters.")
    st.caption(literal(f"By {packer.run}, step {packer.step:,}. {NO_FILE}"))
    share()

else:
    show_notes()
    st.markdown(
        """
        A compressor removes from a text what can be predicted. What is left says as much as
        before, and looks random. So if people spoke in compressed language, it would mean no
        less, and a model of it would have nothing to learn. Here the same network learns the same
        text twice, equally long: once as it is, once compressed, each byte a symbol.
        """
    )
    if runs := asked_runs():
        try:
            watch_thought(runs)
        except CharlstmError as error:
            st.error(literal(str(error)))
        stop_or_leave(runs, "Back", another)
        share([csv_file("The loss", "charlstm-thought", lambda: curves_of(runs))], CURVES)
        st.stop()
    show_measured(thought_experiment())
    st.caption(
        "The lowest held-out loss within 20 seconds of training; measured by"
        " `python -m tests.benchmarks thought`. Eight bits are what a byte takes that could be any."
        " Where its training loss falls below that, it memorises bytes, and predicts others the"
        " worse."
    )
    st.header("On this machine")
    at_hand = [name for name in named.names() if named.is_at_hand(name)]
    text_column, by_column, time_column, start_column = st.columns(
        [2, 3, 2, 1], vertical_alignment="bottom"
    )
    texts = address.parameter("corpus", default=at_hand[0], options=same(at_hand))
    by = address.parameter("compressor", default=USUAL, options=same(COMPRESSORS))
    show_notes()
    corpus = address.show(text_column.selectbox, "Text", texts, format_func=literal)
    compressor = address.show(by_column.segmented_control, "Compressed by", by, required=True)
    seconds = address.show(
        time_column.segmented_control, "Seconds for each", "seconds", required=True
    )
    free = can_start()
    start_column.button(
        "Learn both",
        type="primary",
        width="stretch",
        disabled=not free,
        on_click=begin,
        args=(corpus, compressor, seconds),
    )
    plain, dense = heads(corpus, compressor)
    for container, words, head in zip(
        st.columns(2), ("Original", "Compressed"), (plain, dense), strict=True
    ):
        container.caption(words)
        container.text(head.replace("\n", "⏎") + "…")
    share([csv_file("The loss", "charlstm-thought", thought_experiment)], CURVES)
