"""Compression: pack a text by a model's predictions, unpack it, and what if all were packed."""

import streamlit as st

from charlstm.analysis.measured import thought_experiment
from charlstm.compression.opening import packer_for
from charlstm.compression.packed_file import read_packed
from charlstm.compression.rivals import AFTER, COMPRESSORS, comparison, pays_from
from charlstm.data import named
from charlstm.errors import CharlstmError
from charlstm.runs import process
from charlstm.runs.folder import RunFolder
from charlstm.runs.launch import why_no_training
from charlstm.runs.store import all_runs, find
from charlstm.ui import address
from charlstm.ui.compression_charts import rivals_chart, thought_chart
from charlstm.ui.entry import enter
from charlstm.ui.letters import letters, share_of_bits
from charlstm.ui.model_and_prompt import choose_model, show_model, show_notes
from charlstm.ui.packing import (
    decoded,
    most_characters,
    packed,
    packer_of,
    rivals_table,
    rows_of,
    run_of,
    texts_at_hand,
    work,
)
from charlstm.ui.race_view import is_on
from charlstm.ui.symbols import visible
from charlstm.ui.thought_view import start_thought, watch_thought
from charlstm.ui.words import figure, literal

PACK, UNPACK, WHAT_IF = "Compress", "Decompress", "If language were compressed"
OWN, HELD_OUT, REFERENCE = "a text of yours", "the held-out text", "Python's reference"
DEFAULT_TEXT = "The soul is the only thing that matters. The sole is the only thing that meters."
MOST_IN_ADDRESS, MOST_LETTERS = 500, 3000
SECONDS = [10, 20]
HINT = "Point at a character for the bits that it cost. All of them together are the file."


def keep() -> None:
    text = st.session_state.text
    address.write("text", text if len(text) <= MOST_IN_ADDRESS else None)


def pack_it() -> None:
    st.query_params["packed"] = "1"


def stop() -> None:
    st.query_params.pop("packed", None)
    st.session_state.stopped = True


def begin(corpus: str, compressor: str, seconds: int) -> None:
    try:
        runs = start_thought(corpus, compressor, float(seconds))
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)
    else:
        st.query_params["race"] = ",".join(run.name for run in runs)


def end(runs: list[RunFolder]) -> None:
    for run in runs:
        try:
            process.tell(run, process.STOP)
        except CharlstmError as error:
            st.session_state.failure = str(error)


def another() -> None:
    st.query_params.pop("race", None)


enter("compression")

notes = [address.choice_note("view", PACK, [PACK, UNPACK, WHAT_IF])]
view = st.segmented_control(
    "View",
    [PACK, UNPACK, WHAT_IF],
    default=PACK,
    required=True,
    key="view",
    bind="query-params",
    label_visibility="collapsed",
)
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

if view == PACK:
    notes.append(address.choice_note("source", OWN, [OWN, HELD_OUT, REFERENCE]))
    notes.append(address.text_note("text", MOST_IN_ADDRESS))
    source_place, model_place = st.columns([3, 1], vertical_alignment="bottom")
    model, model_notes = choose_model(model_place)
    try:
        run = run_of(model)
        packer = packer_of(run, model.step)
        texts = texts_at_hand(str(run.path), run.config().created)
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    before, held_out = texts or ("", "")
    most = most_characters(model.window)
    source = source_place.pills(
        "What to compress",
        [OWN, *([HELD_OUT] if held_out else []), REFERENCE],
        default=OWN,
        required=True,
        key="source",
        bind="query-params",
    )
    if source == HELD_OUT:
        text = held_out[:most]
        st.caption(
            f"The last {len(text):,} characters of the text that this model learned, which it has"
            " never seen."
            if len(text) == len(held_out)
            else f"The first {len(text):,} of {len(held_out):,} characters that were held out."
        )
    elif source == REFERENCE:
        text = named.load_named(named.PYTHON).text[:most]
        st.caption(f"The first {len(text):,} characters of Python's own language reference.")
    else:
        if "text" not in st.session_state or address.changed_from_outside("text"):
            st.session_state.text = st.query_params.get("text", DEFAULT_TEXT)[:MOST_IN_ADDRESS]
            address.write("text", st.query_params.get("text"))
        typed_place, file_place = st.columns([2, 1])
        text = typed_place.text_area(
            "A text, written or pasted", key="text", max_chars=most, height=110, on_change=keep
        )
        file = file_place.file_uploader(
            f"Or a text file, at most {most:,} characters", key="file", max_upload_size=1
        )
        if file is not None:
            try:
                text = decoded(file.getvalue())
            except CharlstmError as error:
                st.error(literal(str(error)))
                st.stop()
        elif len(text) > MOST_IN_ADDRESS:
            notes.append(
                f"A link to this page holds no text of more than {MOST_IN_ADDRESS} characters."
            )
    show_notes([*notes, *model_notes])
    if len(text) > most:
        st.error(
            f"This text has {len(text):,} characters; {most:,} are compressed here, and any number"
            " up to 20 million by `python -m charlstm compress`."
        )
        st.stop()
    st.button("Compress", type="primary", on_click=pack_it)
    if "packed" not in st.query_params:
        if st.session_state.pop("stopped", False):
            st.info("Stopped.")
        st.stop()
    try:
        packing, costs = packed(packer, model, text, stop)
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()

    whole, small, each, rounded = st.columns(4)
    whole.metric("The text", f"{packing.plain_bytes:,} bytes")
    small.metric(
        "Packed",
        f"{len(packing.data):,} bytes",
        f"{packing.head} of them say what unpacks it",
        delta_color="off",
        delta_arrow="off",
    )
    each.metric("Bits per character", f"{packing.bits_per_character:.3f}")
    rounded.metric(
        "Rounding to integers",
        f"{costs.cost:+.5f} bits",
        "for each character",
        delta_color="off",
        delta_arrow="off",
    )
    st.download_button(
        "The packed file",
        packing.data,
        file_name="text.chz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
    shown = text[:MOST_LETTERS]
    letters(
        "",
        list(shown),
        [share_of_bits(bits) for bits in packing.bits[:MOST_LETTERS]],
        [
            f"“{visible(symbol)}”: {bits:.2f} bits"
            for symbol, bits in zip(shown, packing.bits, strict=False)
        ],
        key="letters",
        label="The text, coloured by the bits that each character cost",
        hint=HINT,
    )
    if len(text) > MOST_LETTERS:
        st.caption(f"The first {MOST_LETTERS:,} characters of {len(text):,}.")

    st.subheader("Beside the others")
    rows = rows_of(packer, packing, costs, before)
    table = comparison(rows, len(text))
    st.altair_chart(rivals_chart(table), width="stretch")
    mine, best = rows[2], min(rows[3:], key=lambda row: row.bits)
    length = pays_from(mine, best, len(text))
    st.markdown(
        f"The model itself takes {mine.model_bytes:,} bytes (its weights as integers, packed by"
        " xz), which the bars leave out, as they leave out the programs. "
        + (
            f"Counted, it wins against {best.who} {best.way} on texts of more than"
            f" {figure(length)} characters like this one."
            if length < float("inf")
            else f"On this text it does not win against {best.who} {best.way} even so."
        )
    )
    with st.expander("All figures"):
        st.table(rivals_table(table))
        st.caption(
            literal(
                f"{AFTER}: what both texts take together, less what the training text takes."
                " gzip looks back 32 kB only."
            )
            if before
            else "The training text is not at hand, so the others pack the text alone."
        )
    show_model(model)

elif view == UNPACK:
    show_notes(notes)
    file = st.file_uploader("A packed file (.chz)", key="packed_file", max_upload_size=1)
    if file is None:
        st.caption(
            "A file that was packed here, or by `python -m charlstm compress`. It names the run and"
            " the checkpoint that are needed to unpack it; both are chosen by themselves."
        )
        st.stop()
    try:
        content = read_packed(file.getvalue())
        packer = packer_for(content)
        kept = st.session_state.get("unpacked", (None, ""))
        if kept[0] != content:
            back = work(
                "Unpacking",
                lambda tell: packer.unpack(
                    content, most=most_characters(packer.window), progress=tell
                ),
                lambda: None,
            )
            kept = (content, back)
            st.session_state.unpacked = kept
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    back = kept[1]
    st.success(
        literal(
            f"{len(back):,} characters, to the letter as they were packed: their SHA-256 begins"
            f" with {content.check.hex()}, as the file says."
        )
    )
    st.download_button("The text", back.encode(), file_name="text.txt", icon=":material/download:")
    with st.container(height=360, border=True):
        st.text(back[: 10 * MOST_LETTERS])
    st.caption(literal(f"By {packer.run}, step {packer.step:,}."))

else:
    show_notes(notes)
    st.markdown(
        """
        A compressor takes out of a text what could be foreseen. What is left says as much as
        before, and looks like chance. So if people spoke in compressed language, it would mean no
        less, and a model of it would have nothing to learn. Here is the same text twice, learned
        for as long by the same network: once as it is, once compressed, each byte a symbol.
        """
    )
    asked = [name for name in st.query_params.get("race", "").split(",") if name]
    here = {each.name for each in all_runs()}
    runs = [find(name) for name in dict.fromkeys(asked) if name in here][:2]
    if len(runs) < len(asked):
        wanted = address.short(",".join(asked))
        st.warning(literal(f"The address asks for the runs {wanted}; not all of them are here."))
    if runs:
        try:
            watch_thought(runs)
        except CharlstmError as error:
            st.error(literal(str(error)))
        if is_on(runs):
            st.button("Stop", on_click=end, args=(runs,))
        else:
            st.button("Back", on_click=another)
        st.stop()
    st.altair_chart(thought_chart(thought_experiment()), width="stretch")
    st.caption("Measured by `python -m tests.benchmarks thought`.")
    at_hand = [name for name in named.names() if named.is_at_hand(name)]
    text_place, by_place, time_place, start_place = st.columns(
        [2, 3, 2, 1], vertical_alignment="bottom"
    )
    corpus = text_place.selectbox("Text", at_hand, key="corpus", format_func=literal)
    compressor = by_place.segmented_control(
        "Compressed by", list(COMPRESSORS), default="xz -9e", required=True, key="compressor"
    )
    seconds = time_place.segmented_control(
        "Seconds for each", SECONDS, default=SECONDS[0], required=True, key="seconds"
    )
    other = process.running_run()
    if unable := why_no_training():
        st.warning(literal(unable))
    elif other:
        st.info(literal(f"{other.name} is being trained; there is one training at a time."))
    start_place.button(
        "Learn both",
        type="primary",
        width="stretch",
        disabled=bool(unable or other),
        on_click=begin,
        args=(corpus, compressor, seconds),
    )
