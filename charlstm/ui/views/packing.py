"""The Compression page: a text compressed with a model's predictions, and a file decompressed."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from charlstm.compression import baselines
from charlstm.compression.packer import (
    Packer,
    Packing,
    open_packer,
    packer_for,
    read_packed,
)
from charlstm.data.vocabulary import visible
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.ngram import NGram
from charlstm.ui import address
from charlstm.ui.charts import baselines_chart
from charlstm.ui.components import component
from charlstm.ui.components.share import Chart, Offer, csv_file, text_file
from charlstm.ui.computing import kept_by_run, kept_in_session, work
from charlstm.ui.controls.model_and_prompt import (
    NO_FILE,
    choose_model,
    show_model,
    text_to_compress,
)
from charlstm.ui.text import figure, literal
from charlstm.ui.views import WITHOUT_ARROW, caption, in_row
from charlstm.ui.visit import show_notes

MOST, MOST_OF_WINDOW = 100_000, 20_000
"""Characters that a page packs; a model that reads a window is many times slower."""

MOST_AT_HAND = 2_000_000
"""Characters of a run's text that a page packs or gives to other programs to learn from."""

MOST_AT_ONCE = 2000
"""Characters of a text that a fast model compresses without being asked."""

MOST_COLOURED, MOST_SHOWN = 3000, 20_000
_IN_VIEW, _HEIGHT = 500, 330
_LONG_ENOUGH = 10_000
"""Characters from which a rate depends on the program rather than on the header of its file."""

_STRONGEST_BITS = 10.0
"""The bits from which on a character has the full colour."""

_CACHE_SECONDS = 900
_HINT = "The stronger the colour, the more bits. Point at a character, or use the arrow keys."
_HEAD = (
    "The header holds the model that unpacks the file, the length of the text, and the start of its"
    " SHA-256."
)

_mount_highlight = component("highlight")


def compress() -> Offer:
    """Show a text, its compressed size, and how well other programs compress it."""
    source_column, model_column = in_row(3, 1)
    model = choose_model(model_column)
    run = find(model.run)
    packer = _packer(run, model.step)
    before, held_out = _texts_at_hand(run) or ("", "")
    learned, most = run.config().corpus, _most_characters(packer)
    text = text_to_compress(source_column, held_out, learned, most)
    show_notes()
    at_once = packer.window is None and len(text) <= MOST_AT_ONCE
    is_packed = address.take(address.parameter("packed", default=at_once))
    st.button(
        "Compress",
        type="primary",
        on_click=address.write,
        args=("packed", "1"),
        disabled=is_packed,
    )
    if not is_packed:
        if st.session_state.pop("stopped", False):
            st.info("Stopped.")
        return [], []
    token = (packer.fingerprint, text)
    packing, costs = kept_in_session("packing", token, lambda: _pack(packer, model, text))
    _show_sizes(packing, costs)
    _show_characters(packing)
    st.download_button(
        "The packed file",
        packing.data,
        file_name="text.chz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
    st.header("Compared with other compressors")
    rows = _rows(packer, packing, costs, before)
    table = baselines.comparison(rows, len(text))
    _show_baselines(table, rows, len(text))
    show_model(model)
    files = [
        text_file("The text", "charlstm-compression", lambda: text),
        csv_file("What each character cost", "charlstm-compression", lambda: packing.table),
        csv_file("Compressors compared", "charlstm-compressors", lambda: table),
    ]
    charts = [Chart("Compressors compared", "charlstm-compressors")]
    return files, charts


def _pack(packer: Packer, model: LanguageModel, text: str) -> tuple[Packing, baselines.Rounding]:
    """Return a packed text and the cost of rounding the model to integers."""
    packing = work("Packing", lambda show: packer.pack(text, progress=show), _stop)
    words = "Reading it with the model before rounding"
    return packing, work(
        words, lambda show: baselines.rounding(packer, model.lstm, packing, show), _stop
    )


def decompress() -> Offer:
    """Show the text of a packed file, with its own download button."""
    show_notes()
    file = st.file_uploader("A packed file (.chz)", key="packed_file", max_upload_size=1)
    if file is None:
        st.caption(
            "A file that was packed here, or by `python -m charlstm compress`. It names the run and"
            " the checkpoint that are needed to unpack it."
        )
        return [], []
    stopped = {"stopped_file": file.file_id}
    if st.session_state.get("stopped_file") == file.file_id:
        st.info("Stopped.")
        again = {"stopped_file": None}
        st.button("Decompress", type="primary", on_click=st.session_state.update, kwargs=again)
        return [], []
    content = read_packed(file.getvalue())
    packer = packer_for(content)
    most = _most_characters(packer)
    back = kept_in_session(
        "unpacked",
        content,
        lambda: work(
            "Unpacking",
            lambda show: packer.unpack(content, most=most, progress=show),
            lambda: st.session_state.update(stopped),
        ),
    )
    st.success(
        literal(
            f"{len(back):,} characters, identical to the original: their SHA-256 begins with"
            f" {content.check.hex()}, as stated in the file."
        )
    )
    st.download_button("The text", back.encode(), file_name="text.txt", icon=":material/download:")
    with st.container(height=_HEIGHT, border=True):
        # With its spaces and line ends, some of which st.text would remove.
        st.html(f'<div class="passage" dir="auto">{html.escape(back[:MOST_SHOWN])}</div>')
    if len(back) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {len(back):,} characters.")
    caption(f"By {packer.run}, step {packer.step:,}. {NO_FILE}")
    return [], []


def _stop() -> None:
    address.write("packed", "0")
    st.session_state.stopped = True


def _most_characters(packer: Packer) -> int:
    return MOST if packer.window is None else MOST_OF_WINDOW


@kept_by_run(4)
def _packer(run: RunFolder, step: int) -> Packer:
    return open_packer(run, step)


@kept_by_run(2, _CACHE_SECONDS)
def _texts_at_hand(run: RunFolder) -> tuple[str, str] | None:
    """Return a run's training text and held-out text, or None; see texts_of.

    A text too long for a page counts as unavailable: other programs would take minutes to pack it.
    """
    return baselines.texts_of(run) if run.config().length <= MOST_AT_HAND else None


@st.cache_resource(max_entries=2, ttl=_CACHE_SECONDS, show_spinner="Counting…")
def _counts(fingerprint: bytes, before: str, _packer: Packer) -> NGram | None:  # noqa: ARG001
    return baselines.counts_of(_packer, before)


@st.cache_data(max_entries=16, ttl=_CACHE_SECONDS, show_spinner="Packing with other programs…")
def baselines_of_text(text: str, before: str) -> list[baselines.Row]:
    """Return how well gzip, bz2, xz and zstd pack a text; see baseline_rows."""
    return baselines.baseline_rows(text, before)


def _rows(
    packer: Packer, packing: Packing, costs: baselines.Rounding, before: str
) -> list[baselines.Row]:
    """Return every way to pack a text; the second is the model in integers.

    If the training text is available, n-grams counted on it are among them.
    """
    rows = [*baselines.model_rows(packer, packing, costs), *baselines_of_text(packing.text, before)]
    if before and (counts := _counts(packer.fingerprint, before, packer)):
        needed = min(row.needed for row in rows if row.way == baselines.AFTER)
        rows += baselines.ngram_rows(packer, packing, counts, needed)
    return rows


def _show_sizes(packing: Packing, costs: baselines.Rounding) -> None:
    """Show the sizes before and after."""
    rate, characters = packing.bits_per_character, len(packing.text)
    per_character, part, rounded = ("–", "of no characters"), "–", None
    if rate is not None:
        without = packing.bits.sum() / characters
        per_character = (f"{rate:.3f}", f"{without:.3f} without the header")
        part = f"{100 * len(packing.data) / packing.plain_bytes:.0f} %"
    if read := costs.characters:
        of_all = "" if read == characters else f", over {read:,} of {characters:,} characters"
        rounded = (
            "The file is packed with the model's weights as integers, which changes this by"
            f" {costs.cost:+.4f}{of_all}."
        )
    shown = [
        ("The text", f"{packing.plain_bytes:,} bytes", f"{characters:,} characters", None),
        ("Packed", f"{len(packing.data):,} bytes", f"{packing.head} of them the header", _HEAD),
        ("Packed to", part, "of its size", None),
        ("Bits per character", *per_character, rounded),
    ]
    for container, (label, value, besides, hint) in zip(st.columns(len(shown)), shown, strict=True):
        container.metric(label, value, besides, help=hint, **WITHOUT_ARROW)


def _show_characters(packing: Packing) -> None:
    """Show the text, coloured by the bits that each character cost."""
    shown, bits = packing.text[:MOST_COLOURED], packing.bits[:MOST_COLOURED]
    with st.container(height=_HEIGHT if len(shown) > _IN_VIEW else "content", border=False):
        data = {
            "symbols": list(shown),
            "fractions": [round(min(cost / _STRONGEST_BITS, 1.0), 4) for cost in bits],
            "said": [
                f"“{visible(symbol)}”: {cost:.2f} bits"
                for symbol, cost in zip(shown, bits, strict=True)
            ],
            "label": "The text, coloured by the bits that each character cost",
            "hint": _HINT,
        }
        _mount_highlight(key="highlight", data=data)
    if len(packing.text) > MOST_COLOURED:
        st.caption(f"The first {MOST_COLOURED:,} of {len(packing.text):,} characters.")


def _show_baselines(table: pd.DataFrame, rows: Sequence[baselines.Row], characters: int) -> None:
    """Show which method is best, and what else each needs."""
    st.altair_chart(
        baselines_chart(table),
        alt="Bits per character of every method; all figures are in the table below",
    )
    model = rows[1]
    alone = min((row for row in rows if row.way == baselines.ALONE), key=lambda row: row.bits)
    after = [row for row in rows if row.way == baselines.AFTER]
    sentences = [
        f"Unpacking also takes the model: {model.needed:,} bytes, its weights as integers, packed"
        " by xz."
    ]
    if after:
        best = min(after, key=lambda row: row.bits)
        sentences.append(
            "Programs that learned from the training text need it too:"
            f" {best.needed:,} bytes by {best.program}."
        )
    else:
        sentences.append(
            "The training text is not available, or too long for a page. So n-grams, which are"
            " counted on it, are missing, and the other programs pack the text alone."
        )
    if characters >= _LONG_ENOUGH:
        length = baselines.pays_from(model, alone, characters)
        sentences.append(
            f"Including these bytes, the model beats {alone.program} on the text alone from"
            f" {figure(length)} characters of such text on."
            if length < float("inf")
            else f"It does not beat {alone.program} on this text alone."
        )
    st.markdown(literal(" ".join(sentences)))
    with st.expander("All figures"):
        shown = {
            "program": table["program"],
            "how": table["way"],
            "bytes": table["bytes"].map("{:,.0f}".format),
            "bits per character": table["bits"].map("{:.3f}".format),
            "further bytes needed": [
                f"{needed:,}" if needed else "–" for needed in table["needed"]
            ],
            "including these": table["bits_in_all"].map("{:,.3f}".format),
        }
        st.table(pd.DataFrame(shown).set_index("program"))
        if after:
            caption(
                f"“{baselines.AFTER}”: the size of both texts together, minus that of the training"
                " text. gzip looks back 32 kB only. N-grams are counted on the training text and"
                " need nothing else."
            )
