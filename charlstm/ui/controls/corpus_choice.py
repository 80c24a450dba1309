"""The choice of a text to learn, by name, pasted or uploaded, and the panel that shows it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import PurePath

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data import named
from charlstm.data.corpus import MANY_CAPITALS, Corpus, shortest, symbol_counts, window_count
from charlstm.errors import CorpusError
from charlstm.ui import address
from charlstm.ui.charts import symbol_chart
from charlstm.ui.components import count_at_once
from charlstm.ui.controls.uploads import held, hold, let_go
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views import caption, errors_shown
from charlstm.ui.visit import keep, kept, note

LOWERCASE = "Lower-case it, as the notebook does"
PASTE, UPLOAD = "paste a text", "upload files"
NOT_IN_ADDRESS = "A link to this page holds its settings, but not a pasted or uploaded text."
HEAD = 600
CACHE_SECONDS = 600


def choose_corpus(*, lowercase: bool) -> Corpus | None:
    """Show the choice, kept in the address; return the text, or show why there is none."""
    if problem := named.folder_problem():
        st.warning(literal(problem))
    at_hand = _at_hand()
    default = "nietzsche" if "nietzsche" in at_hand else at_hand[0]
    options = same([*named.names(), PASTE, UPLOAD])
    wanted = address.parameter("corpus", default=default, options=options)
    chosen = str(address.show(st.pills, "Text", wanted, format_func=literal))
    if chosen in (PASTE, UPLOAD):
        note(NOT_IN_ADDRESS)
    with errors_shown():
        if chosen == PASTE:
            return _pasted(lowercase)
        if chosen == UPLOAD:
            return _uploaded(lowercase)
        return _named(chosen, at_hand, lowercase)
    return None


def choose_text_at_hand(container: DeltaGenerator) -> str:
    """Show the choice of a text by name among those that need no download, and return it."""
    at_hand = _at_hand()
    texts = address.parameter("corpus", default=at_hand[0], options=same(at_hand))
    return str(address.show(container.selectbox, "Text", texts, format_func=literal))


def _at_hand() -> list[str]:
    return [name for name in named.names() if named.is_at_hand(name)]


def _named(name: str, at_hand: list[str], lowercase: bool) -> Corpus | None:
    if name not in at_hand:
        others = literal(" or ".join(at_hand))
        st.info(
            f"{name} is not on this machine yet; it can be downloaded once. Without a network, use"
            f" {others} or a text of your own."
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
    """Return a named text, kept for other pages; CorpusError if it cannot be loaded."""
    return named.load_named(name).cased(lowercase=lowercase)


def _pasted(lowercase: bool) -> Corpus | None:
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
    # An empty field is no mistake until it has held something.
    if not text and before is None:
        return None
    keep("pasted", text)
    corpus = Corpus("pasted", text.replace("\r\n", "\n").replace("\r", "\n"))
    return corpus.cased(lowercase=lowercase)


def _uploaded(lowercase: bool) -> Corpus | None:
    limit = f"at most {named.MAX_UPLOAD_BYTES / 1e6:.0f} MB"
    # Files are taken over once: with the next number there is a new, empty uploader.
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
        st.info(
            "Your uploaded files were removed, because others needed the memory. Upload them again."
        )
    if mine.problem:
        raise CorpusError(mine.problem)
    return _read(mine.key, mine.files, lowercase) if mine.files else None


@st.cache_resource(max_entries=3, ttl=CACHE_SECONDS, show_spinner="Reading…")
def _read(key: str, _files: list[tuple[str, bytes]], lowercase: bool) -> Corpus:  # noqa: ARG001
    # The key identifies the bytes, which would take long to hash at every rerun.
    stems = [re.sub(r"[^A-Za-z0-9_-]+", "-", PurePath(name).stem).strip("-") for name, _ in _files]
    name = named.name_for([stem[:32] or "uploaded" for stem in stems])  # as a run can be called
    return replace(named.from_files(_files), name=name).cased(lowercase=lowercase)


def corpus_panel(corpus: Corpus) -> None:
    """Show a text's length, symbols, windows, beginning and frequencies."""
    length, symbols, windows = st.columns(3)
    length.metric("Characters", f"{len(corpus):,}")
    symbols.metric("Symbols", f"{len(corpus.vocabulary):,}")
    windows.metric("Windows of 60", f"{window_count(len(corpus)):,}")
    if corpus.note:
        caption(corpus.note)
    if corpus.capitals > MANY_CAPITALS:
        st.warning(
            f"{corpus.capitals:.0%} of the letters are capitals and are read as lower case;"
            " where capitals carry meaning, as in SMILES, ABC or FASTA, switch off"
            f" “{LOWERCASE}”."
        )
    head = html.escape(corpus.text[:HEAD]) + ("…" if len(corpus) > HEAD else "")
    st.html(
        '<div class="text-box" dir="auto" tabindex="0" role="region"'
        f' aria-label="The beginning of the text">{head}</div>'
    )
    st.altair_chart(
        symbol_chart(symbol_counts(corpus)),
        alt="How often each symbol occurs in the text; Download has the figures",
    )
