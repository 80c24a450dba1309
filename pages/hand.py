"""By hand: the model shows the whole distribution; a person picks a symbol, or lets it draw."""

from collections.abc import Sequence

import streamlit as st

from charlstm.analysis.distribution import path_words
from charlstm.data.words import WORD
from charlstm.exploring.trails import follow
from charlstm.ui import address
from charlstm.ui.components.highlight import fraction_of_bits, highlight
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import DISTRIBUTION, csv_file, distribution_csv, share, text_file
from charlstm.ui.controls.model_and_prompt import change_notes, choose_model_and_prompt, show_model
from charlstm.ui.controls.writing import choose_seed, dial, held_temperature, type_a_word
from charlstm.ui.text import figure, of_units, trail_words
from charlstm.ui.views import WITHOUT_ARROW
from charlstm.ui.views.sources import show_copies, underlined
from charlstm.ui.visit import note, show_notes

MOST = 500
HINT = (
    "The stronger the colour, the more surprising; in a blue frame: chosen by hand. Click a"
    " character to go back to where it was chosen."
)
HINT_AT_FIRST = "Nothing yet: click a bar below, type a character on it, or let the model draw."
LONGEST_IN_ADDRESS = {"char": MOST, "word": 6 * MOST}


def write(symbols: Sequence[str], picked: list[int]) -> None:
    kept = tuple(symbols[:MOST])
    st.session_state.hand = (kept, [position for position in picked if position < len(kept)])
    address.keep(in_address, kept)
    address.keep("picked", st.session_state.hand[1])


def pick(symbol: str) -> None:
    written, picked = st.session_state.hand
    write((*written, symbol), [*picked, len(written)])


def draw(count: int) -> None:
    written, picked = st.session_state.hand
    longer = follow(
        model,
        reading.text,
        temperature=held_temperature(),
        length=min(len(written) + count, MOST),
        seed=seed,
        picks=dict(enumerate(written)),
    )
    write(longer.symbols, picked)


def undo_to(length: int) -> None:
    written, picked = st.session_state.hand
    write(written[:length], picked)


def knows(symbols: Sequence[str]) -> bool:
    return all(symbol in model.vocabulary for symbol in symbols)


model, reading = choose_model_and_prompt()

longest = LONGEST_IN_ADDRESS[model.vocabulary.level]
in_address = address.parameter("written", vocabulary=model.vocabulary, longest=longest)
if "hand" not in st.session_state or address.is_news("written"):
    held = address.read(in_address)
    positions = address.parameter("picked", item={str(n): n for n in range(len(held))}.get)
    picks = sorted(address.read(positions))
    st.session_state.hand = (held[:MOST], picks)
    if knows(held):
        write(held, picks)
if not knows(st.session_state.hand[0]):
    known = model.read("".join(st.session_state.hand[0]))
    write([model.vocabulary.symbols[i] for i in known.ids], st.session_state.hand[1])
    note("  ".join(["Of the text in the address:", *change_notes(known)]))
written, picked = st.session_state.hand
text = "".join(written)
show_notes()

temperature = held_temperature()
trail = follow(
    model,
    reading.text,
    temperature=temperature,
    length=len(written),
    seed=0,
    picks=dict(enumerate(written)),
)
(invented,), legend = underlined(model.run, reading.text, text)
highlight(
    reading.text,
    written,
    [fraction_of_bits(bits) for bits in trail.bits],
    trail_words(trail, picked),
    key="text",
    label="The text so far; choosing a character goes back to it",
    hint=HINT if text else HINT_AT_FIRST,
    marked=picked,
    invented=invented,
    legend=legend if text else "",
    on_choose=undo_to,
)
# Beside each other, so that the bars below them are higher on a projector.
buttons_column, count, spent, expected = st.columns([3.4, 1.8, 2.1, 2.2])
buttons = buttons_column.container(horizontal=True)  # two beside two, also on a phone
full = len(written) >= MOST
for label, act, number, off in (
    ("Let it draw", draw, 1, full),
    ("Let it draw 10", draw, 10, full),
    ("Undo", undo_to, len(written) - 1, not text),
    ("Start again", undo_to, 0, not text),
):
    kind = "primary" if label == "Let it draw" else "secondary"
    counted_button(buttons, label, act, number, type=kind, width=169, disabled=off)
count.metric(
    of_units(model.vocabulary),
    f"{len(written)}",
    f"{len(picked)} by hand",
    **WITHOUT_ARROW,
)
spent.metric(
    "Surprise of your text",
    f"{figure(float(trail.bits.sum()))} bits",
    f"probability {path_words(trail.log2_probability)}" if text else None,
    **WITHOUT_ARROW,
)
expected.metric("Expected surprise", f"{figure(float(trail.expected_bits.sum()))} bits")

show_copies(model.run, [("", text)])

symbols = model.vocabulary.symbols
logits = model.logits(reading.text, written)
if model.vocabulary.level == WORD:
    type_a_word(model.vocabulary, logits, temperature, written=written, disabled=full, on_take=pick)
temperature = dial(
    symbols,
    logits,
    key="dial",
    on_pick=None if full else lambda index: pick(symbols[index]),
)
seed_column, _ = st.columns([1, 5])
seed = choose_seed(seed_column)
show_model(model)
share(
    [
        text_file("Prompt and text", "charlstm-by-hand", lambda: reading.text + text),
        csv_file("What each character cost", "charlstm-by-hand", lambda: trail.table),
        distribution_csv(symbols, logits, temperature),
    ],
    [DISTRIBUTION],
)
