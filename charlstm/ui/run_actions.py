"""What can be done with a run as a whole: take it along, take one in, rename it, delete it.

Knows streamlit and the functions that do it; what they refuse is said in one sentence where it was
asked for.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.keeping import delete_run, rename_run, why_kept
from charlstm.runs.store import MAX_NAME, folder_bytes
from charlstm.runs.transfer import export_run, import_run
from charlstm.ui.uploads import free
from charlstm.ui.words import literal

MAX_PAGE_BYTES = 20_000_000
"""Of a run that is taken in on a page: as much as the server lets anyone upload."""

MAX_EXPORT_BYTES = 100_000_000
"""Of a run that a page makes a file of; it is made in memory."""

Tell = Callable[[str, str], None]
"""Called with a run's name, or ``""``, and a sentence: show that run, and say that."""


def run_menu(place: DeltaGenerator, run: RunFolder, tell: Tell) -> None:
    """Show what can be done with a run.

    Args:
        place: Where to.
        run: The run that is open.
        tell: What to show once it is done.
    """
    with place.popover("This run", width="stretch", key="run_menu", on_change="rerun"):
        _export(run)
        kept = why_kept(run)
        for label, ask in (("Rename", _rename), ("Delete", _delete)):
            if st.button(label, width="stretch", disabled=bool(kept), on_click=_close_menu):
                ask(run, tell)
        if kept:
            st.caption(literal(kept))


def _close_menu() -> None:
    """Let the menu not stand over the question that it led to."""
    st.session_state.run_menu = False


def _export(run: RunFolder) -> None:
    size = folder_bytes(run.path)
    if size > MAX_EXPORT_BYTES:
        st.caption(
            literal(f"This run has {size / 1e6:,.0f} MB, too much for a page. On the command line:")
        )
        st.code(f"python -m charlstm export {run.name} {run.name}.zip", language=None)
        return
    with_text = _keeps_text(run) and st.checkbox(
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


def _keeps_text(run: RunFolder) -> bool:
    try:
        return run.config().keeps_text
    except CharlstmError:
        return False


@st.dialog("Rename this run")
def _rename(run: RunFolder, tell: Tell) -> None:
    name = st.text_input("New name", run.name, max_chars=MAX_NAME, key="new_name")
    st.caption("Letters, digits, - and _. Links with the old name will not find it any more.")
    if st.button("Rename it", type="primary"):
        try:
            renamed = rename_run(run, name)
        except CharlstmError as error:
            st.error(literal(str(error)))
            return
        tell(renamed.name, f"{run.name} is now called {renamed.name}.")
        st.rerun()


@st.dialog("Delete this run?")
def _delete(run: RunFolder, tell: Tell) -> None:
    count = len(run.checkpoints())
    st.markdown(
        literal(f"{run.name} and its {count} checkpoints will be gone for good.")
        + " Export it first if it may be wanted again."
    )
    yes, no = st.columns(2)
    if no.button("Keep it", width="stretch"):
        st.rerun()
    if yes.button("Delete for good", type="primary", width="stretch"):
        try:
            delete_run(run)
        except CharlstmError as error:
            st.error(literal(str(error)))
            return
        tell("", f"{run.name} is deleted.")
        st.rerun()


def import_panel(place: DeltaGenerator, tell: Tell) -> None:
    """Show where a run can be taken in from a file, and take it in.

    Args:
        place: Where to.
        tell: What to show once it is there.
    """
    with place.popover("Import a run", width="stretch", key="import_menu"):
        # A file counts once: with the next number the uploader is another one, and empty.
        number = st.session_state.setdefault("imports", 0)
        file = st.file_uploader(
            f"A run that was exported, at most {MAX_PAGE_BYTES / 1e6:.0f} MB",
            type="zip",
            key=f"imported_{number}",
        )
        st.caption("Larger ones: `python -m charlstm import FILE.zip`")
        if file is None:
            return
        try:
            with st.spinner("Checking every part of it…"):
                run = import_run(file, most_bytes=MAX_PAGE_BYTES)
        except CharlstmError as error:
            st.error(literal(str(error)))
            return
        finally:
            free(file)
        st.session_state.imports = number + 1
        tell(run.name, f"{run.name} is here now.")
        st.rerun()
