"""One run: its progress, curves and samples, its dial, and the actions on it.

If an action is impossible, a sentence says why.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.engine import process, standby
from charlstm.engine.process import delete_run, rename_run, why_kept
from charlstm.errors import CharlstmError
from charlstm.runs.config import ALIVE, MEASURING, PAUSED, PAUSING, RESUMING, STOPPING, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import by_moment
from charlstm.runs.store import MAX_NAME, folder_bytes
from charlstm.runs.transfer import export_run, import_run
from charlstm.ui import address
from charlstm.ui.components import component, dial_data
from charlstm.ui.components.share import Download, csv_file, model_page, text_file
from charlstm.ui.controls.uploads import free
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views import caption, errors_shown
from charlstm.ui.views.sources import show_legends, show_sample
from charlstm.ui.views.trainings import failures_shown, show_reason
from charlstm.web.addresses import progress_address, watched

EPOCHS_SHOWN = 12
COLUMNS = 6

_PAUSE_HELP = "The process waits: Resume continues at once, and no other training can start."
_STOP_HELP = "The process ends: another training can start, and Resume takes some seconds."

MAX_PAGE_BYTES = 20_000_000
"""Size limit of a run imported on a page: the server's own limit for uploads."""

MAX_EXPORT_BYTES = 100_000_000
"""Size limit of a run that a page exports; the file is made in memory."""

Show = Callable[[str, str], None]
"""Called with a run's name, or ``""``, and a message, to show both."""

_mount_training = component("training", "shared/below.css", "shared/writing.css")


def watch(run: RunFolder, status: Status) -> None:
    """Show a run, below the actions on it.

    While it is alive, the browser polls it by itself.
    """
    buttons = st.container()
    show_reason(status)
    step = _show_progress(run)
    with buttons:
        _buttons(run, status, step)
    with errors_shown():
        _samples(run)


def _show_progress(run: RunFolder) -> int | None:
    """Show progress, curves and a live text of a run; return the checkpoint that writes.

    The browser asks the page's script to run again when the status of the run changes or new
    samples arrive.
    """
    symbol = address.parameter("symbol", options=same(run.config().vocabulary.symbols))
    key = f"training_{run.name}"
    words, revision = address.exchange(key, ["prompt", "temperature", "order", "scale", symbol])
    shown = watched(run)
    data = {
        "words": words,
        "revision": revision,
        "address": progress_address(run),
        "progress": shown,
        **dial_data(),
    }
    _mount_training(key=key, on_renew_change=_nothing, data=data)
    step: int | None = shown["checkpoint"]
    return step


def _nothing() -> None:
    """Do nothing: the callback only makes the page's script run again."""


def run_files(run: RunFolder) -> list[Download]:
    """Return a run's downloads: text, tables and, once it is over, its page."""
    files = [
        csv_file("The loss", f"{run.name}-loss", lambda: pd.DataFrame(run.history())),
        text_file("What it wrote", f"{run.name}-samples", lambda: samples_text(run.samples())),
    ]
    is_over = process.known_status(run).status not in ALIVE
    if is_over and run.checkpoints() and run.lost_best() is None:
        asked = {name: address.read(name) for name in ("prompt", "temperature")}
        files.append(model_page(run, None, **asked))
    return files


def _samples(run: RunFolder) -> None:
    named = by_moment(run.samples())
    if len(named) <= EPOCHS_SHOWN + 1:  # all of them are shown, and there is no choice
        all_shown = address.parameter("epoch", options=same(named), usual="every epoch")
        address.read(all_shown)
        address.write("epoch", None)
    if not named:
        return
    st.header("What it wrote as it learned")
    legends = _epoch(run, *named.popitem())
    legend_container, epochs = st.container(), list(named.items())
    # A link to an older epoch opens the panel; once a person has closed it, it stays closed.
    is_asked = st.session_state.setdefault("older_epoch_asked", address.asked("epoch") is not None)
    if epochs:
        with st.expander("Earlier texts", expanded=is_asked):
            for name, lines in epochs[: -EPOCHS_SHOWN - 1 : -1]:
                legends += _epoch(run, name, lines)
            if older := dict(reversed(epochs[:-EPOCHS_SHOWN])):
                chosen = _choose_epoch(list(older))
                legends += _epoch(run, chosen, older[chosen])
    with legend_container:
        show_legends(legends)


def _choose_epoch(names: list[str]) -> str:
    """Show the choice of a text, if there are too many to show all, and return it."""
    wanted = address.parameter("epoch", default=names[0], options=same(names))
    epoch = address.show(
        st.selectbox, "An older epoch", wanted, format_func=lambda name: literal(moment_words(name))
    )
    return str(epoch)


def _epoch(run: RunFolder, name: str, lines: list[dict[str, Any]]) -> list[str]:
    """Show the texts of one moment side by side and return their legends.

    Temperatures are checked: the file can hold anything.
    """
    prompt = str(lines[0]["prompt"])
    caption(f"{moment_words(name)}, from the text “{prompt}”")
    shown = [
        line
        for line in lines
        if isinstance(line["temperature"], int | float) and line["temperature"] >= 0
    ][:COLUMNS]
    legends = []
    for container, line in zip(st.columns(max(1, len(shown))), shown, strict=False):
        with container:
            text, temperature = str(line["text"]), float(line["temperature"])
            legends.append(show_sample(text, temperature, run, prompt, with_prompt=False))
    return legends


def samples_text(samples: Sequence[dict[str, Any]]) -> str:
    """Return all samples of a run as a text file, each with its prompt."""
    return "\n".join(
        f"{moment_words(name)}, T = {line['temperature']:g}\n{line['prompt']}{line['text']}\n"
        for name, lines in by_moment(samples).items()
        for line in lines
    )


def moment_words(name: str) -> str:
    """Return when samples were written, as a heading, from a name of by_moment."""
    return f"Epoch {name}" if name.isdecimal() else name.capitalize()


def _buttons(run: RunFolder, status: Status, step: int | None) -> None:
    """Show the actions on a run; ``step`` is the checkpoint that writes.

    Every button keeps its position when the status of the run changes, so that a second click
    cannot hit another button than the first.
    """
    alive, can_go_on = status.status in ALIVE, process.can_go_on(run, status)
    with st.container(horizontal=True, vertical_alignment="center"):
        look = "plain" if alive else "primary"
        _write_link(st.container(key=f"write_{look}", width="content"), run, step)
        if alive or can_go_on:
            is_paused = status.status == PAUSED and status.phase not in (RESUMING, STOPPING)
            st.button(
                "Resume",
                key="run_resume",
                type="primary" if is_paused or not (alive or run.checkpoints()) else "secondary",
                disabled=not (can_go_on or is_paused),
                on_click=_order,
                args=(run, process.RESUME),
                help="It continues from where it was paused or stopped.",
            )
        if alive:
            busy = status.phase in (PAUSING, STOPPING, MEASURING)
            for label, command, disabled, hint in (
                ("Pause", process.PAUSE, busy or status.status == PAUSED, _PAUSE_HELP),
                ("Stop", process.STOP, status.phase == STOPPING, _STOP_HELP),
            ):
                st.button(
                    label,
                    key=f"run_{command}",
                    disabled=disabled,
                    on_click=_order,
                    args=(run, command),
                    help=hint,
                )


def _write_link(container: DeltaGenerator, run: RunFolder, step: int | None) -> None:
    """Show the link to Temperature, with the model, prompt and temperature of this page."""
    prompt, temperature = address.read("prompt"), address.read("temperature")
    query = {"run": run.name, "checkpoint": str(step), "prompt": prompt}
    container.page_link(
        "temperature.py",
        label="Write with this model",
        icon=":material/arrow_forward:",
        query_params=None if step is None else query | {"temperature": f"{temperature:g}"},
        disabled=step is None,
        help="There is no checkpoint to write with." if step is None else None,
    )


def _order(run: RunFolder, command: str) -> None:
    with failures_shown():
        if command == process.RESUME and not process.is_alive(run):
            standby.start(run)
        else:
            process.tell(run, command)


def run_menu(container: DeltaGenerator, run: RunFolder, show: Show) -> None:
    """Show the actions on the files of a run."""
    with container.popover("This run", width="stretch", key="run_menu", on_change="rerun"):
        _export(run)
        kept = literal(why_kept(run))
        if kept:
            st.info(kept)
        for label, ask in (("Rename", _rename), ("Delete", _delete)):
            if st.button(
                label,
                width="stretch",
                disabled=bool(kept),
                on_click=st.session_state.update,
                kwargs={"run_menu": False},  # it would cover the question
                help=kept or None,
            ):
                ask(run, show)


def _export(run: RunFolder) -> None:
    size = folder_bytes(run.path)
    if size > MAX_EXPORT_BYTES:
        caption(f"This run has {size / 1e6:,.0f} MB, too much for a page. On the command line:")
        st.code(f"python -m charlstm export {run.name} {run.name}.zip", language=None)
        return
    try:
        keeps_text = run.config().keeps_text
    except CharlstmError:
        keeps_text = False
    with_text = keeps_text and st.checkbox(
        "With its text", value=False, key="with_text", help="The text that this run learned"
    )

    def packed() -> bytes:
        file = io.BytesIO()
        export_run(run, file, with_text=with_text)
        return file.getvalue()

    st.download_button(
        "Export as a file",
        packed,
        file_name=f"{run.name}.zip",
        mime="application/zip",
        on_click="ignore",
        width="stretch",
    )


@st.dialog("Rename this run")
def _rename(run: RunFolder, show: Show) -> None:
    name = st.text_input("New name", run.name, max_chars=MAX_NAME, key="new_name")
    st.caption("Letters, digits, - and _. Links with the old name will no longer work.")
    if st.button("Rename it", type="primary"):
        with errors_shown():
            renamed = rename_run(run, name)
            show(renamed.name, f"{run.name} is now called {renamed.name}.")
            st.rerun()


@st.dialog("Delete this run?")
def _delete(run: RunFolder, show: Show) -> None:
    count = len(run.checkpoints())
    st.markdown(
        literal(f"{run.name} and its {count} checkpoints will be deleted for good.")
        + " Export it first if you may want it again."
    )
    yes, no = st.columns(2)
    if no.button("Keep it", width="stretch"):
        st.rerun()
    if yes.button("Delete for good", type="primary", width="stretch"):
        with errors_shown():
            delete_run(run)
            show("", f"{run.name} is deleted.")
            st.rerun()


def import_panel(container: DeltaGenerator, show: Show) -> None:
    """Show the upload of a run's file, and import it."""
    with container.popover("Import a run", width="stretch", key="import_menu"):
        # A file counts once: the next number makes a new, empty uploader.
        number = st.session_state.setdefault("imports", 0)
        file = st.file_uploader(
            f"An exported run, at most {MAX_PAGE_BYTES / 1e6:.0f} MB",
            type="zip",
            key=f"imported_{number}",
        )
        st.caption("Larger ones: `python -m charlstm import FILE.zip`")
        if file is None:
            return
        with errors_shown():
            try:
                with st.spinner("Checking every part of it…"):
                    run = import_run(file, most_bytes=MAX_PAGE_BYTES)
            finally:
                free(file)
            st.session_state.imports = number + 1
            show(run.name, f"{run.name} was imported.")
            st.rerun()
