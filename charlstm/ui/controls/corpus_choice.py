"""The choice of a text to learn from: by name, pasted, or uploaded, and the panel that shows it.

Knows streamlit and corpora; knows nothing of training.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

import streamlit as st

from charlstm.data import given, named
from charlstm.data.corpus import MANY_CAPITALS, Corpus, shortest, symbol_counts, window_count
from charlstm.errors import CorpusError
from charlstm.ui import address
from charlstm.ui.charts.bar_charts import symbol_chart
from charlstm.ui.components.live_text import count_at_once
from charlstm.ui.controls.uploads import held, hold, let_go
from charlstm.ui.parameters import same
from charlstm.ui.views.sources import text_box
from charlstm.ui.visit import keep, kept
from charlstm.ui.words import literal

LOWERCASE = "Lower-case it, as the notebook does"
PASTE, UPLOAD = "paste a text", "upload files"
NOT_IN_ADDRESS = "A link to this page holds its settings, but no text that is pasted or uploaded."
HEAD = 600
CACHE_SECONDS = 600


def choose_corpus(*, lowercase: bool) -> tuple[Corpus | None, str]:
    """Show the choice, kept in the address, and return the text once there is one.

    What cannot be had or read is said in one sentence where it was chosen; nothing typed is lost.

    Returns:
        The text or None, and a note on what the address cannot hold.
    """
    if problem := named.folder_problem():
        st.warning(literal(problem))
    at_hand = [name for name in named.names() if named.is_at_hand(name)]
    default = "nietzsche" if "nietzsche" in at_hand else at_hand[0]
    options = same([*named.names(), PASTE, UPLOAD])
    wanted = address.parameter("corpus", default=default, options=options)
    chosen = str(address.show(st.pills, "Text", wanted, required=True, format_func=literal))
    corpus = _chosen(chosen, at_hand, lowercase=lowercase)
    return corpus, NOT_IN_ADDRESS if chosen in (PASTE, UPLOAD) else ""


def _chosen(chosen: str, at_hand: list[str], *, lowercase: bool) -> Corpus | None:
    try:
        if chosen == PASTE:
            return _pasted(lowercase=lowercase)
        if chosen == UPLOAD:
            return _uploaded(lowercase=lowercase)
        return _named(chosen, at_hand, lowercase=lowercase)
    except CorpusError as error:
        st.error(literal(str(error)))
        return None


def _named(name: str, at_hand: list[str], *, lowercase: bool) -> Corpus | None:
    if name not in at_hand:
        others = literal(" and ".join(at_hand))
        st.info(
            f"{name} is not on this machine yet; it can be downloaded once. Without a network,"
            f" {others} and texts of your own work."
        )
        if not st.button(f"Download {name}", icon=":material/download:"):
            return None
        bar = st.progress(0.0, f"Downloading {name}")

        def show(received: int, total: int) -> None:
            bar.progress(min(1.0, received / total) if total else 0.0, f"Downloading {name}")

        try:
            named.load_named(name, show)
        finally:
            bar.empty()
        st.rerun()
    return loaded(name, lowercase)


@st.cache_resource(max_entries=3, ttl=CACHE_SECONDS, show_spinner=False)
def loaded(name: str, lowercase: bool) -> Corpus:
    """Return a text by its name, in lower case if asked; kept for the pages that want it again.

    Raises:
        CorpusError: If it cannot be had.
    """
    return named.load_named(name).cased(lowercase=lowercase)


def _pasted(*, lowercase: bool) -> Corpus | None:
    before = kept("pasted")
    if before and "pasted" not in st.session_state:
        st.session_state.pasted = before
    text = st.text_area(
        "Your text",
        key="pasted",
        height=160,
        placeholder=f"Paste a text here, at least {shortest():,} characters",
    )
    count_at_once("pasted", typing=True)
    # An empty field is no mistake until something has stood in it.
    if not text and before is None:
        return None
    keep("pasted", text)
    corpus = Corpus("pasted", text.replace("\r\n", "\n").replace("\r", "\n"))
    return corpus.cased(lowercase=lowercase)


def _uploaded(*, lowercase: bool) -> Corpus | None:
    limit = f"at most {given.MAX_UPLOAD_BYTES / 1e6:.0f} MB"
    # Files are taken over once: with the next number the uploader is another one, and empty.
    number = st.session_state.setdefault("uploads", 0)
    files = st.file_uploader(
        f"Text files, {limit} together; several become one text, in the order shown",
        key=f"uploaded_{number}" if number else "uploaded",
        type=None,
        accept_multiple_files=True,
    )
    if files:
        hold(files)
        st.session_state.uploads = number + 1
        st.rerun()
    mine = held()
    if mine.files:
        names, button = st.columns([4, 1], vertical_alignment="center")
        sizes = [f"{name} ({len(data) / 1e6:.1f} MB)" for name, data in mine.files]
        names.caption(literal(f"Uploaded: {', '.join(sizes)}"))
        button.button("Remove", on_click=let_go, key="remove_uploads", width="stretch")
    if mine.let_go:
        st.info("Your uploaded files were let go: others needed the room. Upload them again.")
    if mine.problem:
        raise CorpusError(mine.problem)
    return _read(mine.key, mine.files, lowercase) if mine.files else None


@st.cache_resource(max_entries=3, ttl=CACHE_SECONDS, show_spinner="Reading…")
def _read(key: str, _files: list[tuple[str, bytes]], lowercase: bool) -> Corpus:  # noqa: ARG001
    # The key stands for the bytes, which would take long to hash at every rerun.
    name = given.name_for([_plain(name) for name, _ in _files])
    return replace(given.from_files(_files), name=name).cased(lowercase=lowercase)


def _plain(name: str) -> str:
    """Return the name of a file as a run can be called."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", PurePath(name).stem).strip("-") or "uploaded"
    return stem[:32]


def corpus_panel(corpus: Corpus) -> None:
    """Show what a text is like: its length, symbols and windows, its head, its frequencies."""
    length, symbols, windows = st.columns(3)
    length.metric("Characters", f"{len(corpus):,}")
    symbols.metric("Symbols", f"{len(corpus.vocabulary):,}")
    windows.metric("Windows of 60", f"{window_count(len(corpus)):,}")
    if corpus.note:
        st.caption(literal(corpus.note))
    if corpus.capitals > MANY_CAPITALS:
        st.warning(
            f"{corpus.capitals:.0%} of the letters are capitals and are read as lower case;"
            " where capitals carry meaning, as in SMILES, ABC or FASTA, switch off"
            f" “{LOWERCASE}”."
        )
    st.html(text_box(corpus.text[:HEAD] + ("…" if len(corpus) > HEAD else "")))
    st.altair_chart(
        symbol_chart(symbol_counts(corpus)),
        width="stretch",
        alt="How often each symbol occurs in the text; Download has the figures",
    )
