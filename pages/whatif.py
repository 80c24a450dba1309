"""What if: click a character of a written text, choose another, and write on."""

import streamlit as st

from charlstm.analysis.distribution import distribution_table, probability_words
from charlstm.exploring.trails import (
    TRUNK,
    Branch,
    Trail,
    depth,
    follow,
    grown,
    read_back,
    tree_table,
    written_down,
)
from charlstm.ui import address
from charlstm.ui.components.highlight import letters, share_of_bits
from charlstm.ui.components.share import DIAL, Chart, csv_file, share, text_file
from charlstm.ui.controls.asking import MAX_SEED
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model, show_notes
from charlstm.ui.controls.one_temperature import asked_temperature, dial, held_temperature
from charlstm.ui.entry import enter
from charlstm.ui.symbols import visible
from charlstm.ui.views.sources import invented_in, legend, show_copies, source_for
from charlstm.ui.words import branch_words, literal, of_units, spans_of_symbols, trail_words

DEFAULT_LENGTH, MAX_LENGTH = 200, 1000
HINT = (
    "The stronger the colour, the more surprising; in a blue frame: chosen by hand. Click a place"
    " to see what else could have stood there, then click the other one below."
)


def trail_of(branch: Branch) -> Trail:
    if branch not in st.session_state.trails:
        st.session_state.trails[branch] = follow(
            model,
            reading.text,
            temperature=temperature,
            length=length,
            seed=seed,
            picks=dict(branch.picks),
        )
    trail: Trail = st.session_state.trails[branch]
    return trail


def look_at(place: int) -> None:
    st.session_state.place = place


def branch_off(symbol: str) -> None:
    if symbol == trail.symbols[place]:
        return
    new = shown.with_pick(place, symbol)
    try:
        keep(grown(tree, new), new)
    except ValueError as error:
        st.session_state.failure = str(error)


def keep(branches: list[Branch], on: Branch) -> None:
    st.session_state.tree = branches
    st.session_state.branch = on
    address.write("branches", written_down(branches) or None)


def start_again() -> None:
    keep([TRUNK], TRUNK)


enter("whatif")

_, seed_note = address.whole_number("seed", 0, 0, MAX_SEED)
asked_length, length_note = address.whole_number("length", DEFAULT_LENGTH, 1, MAX_LENGTH)
asked_place, place_note = address.whole_number("position", 0, 0, asked_length - 1)
asked, temperature_note = asked_temperature()
chosen = choose_model_and_prompt()
model, reading = chosen.model, chosen.reading

branches_note = number_note = ""
if "tree" not in st.session_state or address.is_news("branches"):
    found = read_back(address.asked("branches") or "", model.vocabulary.symbols)
    if found is None:
        branches_note = "The address asks for branches that cannot be; the text itself is shown."
    branches = found or [TRUNK]
    number, number_note = address.whole_number("branch", len(branches) - 1, 0, len(branches) - 1)
    keep(branches, branches[number])
if any(s not in model.vocabulary for branch in st.session_state.tree for _, s in branch.picks):
    branches_note = "This model does not know all that the branches pick; they are gone."
    start_again()
if "place" not in st.session_state or address.is_news("position"):
    st.session_state.place = asked_place
show_notes([seed_note, length_note, place_note, temperature_note])
show_notes([branches_note, number_note, *chosen.notes])
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

text_place, choice_place = st.container(), st.container()
seed_place, length_place, again_place, _ = st.columns([1, 1, 2, 4], vertical_alignment="bottom")
seed = address.whole_number_input(seed_place, "Seed", "seed", 0, 0, MAX_SEED)
length = address.whole_number_input(
    length_place, of_units(model.vocabulary), "length", DEFAULT_LENGTH, 1, MAX_LENGTH, step=100
)
temperature = held_temperature(asked)
token = (*model.key, reading.text, temperature, seed, length)
if st.session_state.get("trails_of") != token:
    st.session_state.trails_of, st.session_state.trails = token, {}

tree: list[Branch] = st.session_state.tree
again_place.button(
    "Remove all branches", width="stretch", on_click=start_again, disabled=len(tree) == 1
)
with text_place, st.spinner("Replaying…", show_time=True):
    trails = {branch: trail_of(branch) for branch in tree}
    if len(tree) > 1:
        st.radio(
            "The tree: every branch, and the probability of its whole path",
            tree,
            key="branch",
            format_func=lambda each: literal(branch_words(each, trails[each], depth(each, tree))),
        )
shown: Branch = st.session_state.branch if st.session_state.branch in tree else TRUNK
trail = trails[shown]
place = min(st.session_state.place, length - 1)
address.write("position", str(place) if place else None)
number = tree.index(shown)
address.write("branch", str(number) if number < len(tree) - 1 else None)
source = source_for(model.run)
with text_place:
    letters(
        reading.text,
        trail.symbols,
        [share_of_bits(bits) for bits in trail.bits],
        trail_words(trail, trail.picked),
        key="letters",
        label="The written text; choosing a character shows what else could have stood there",
        hint=HINT,
        marked=trail.picked,
        invented=spans_of_symbols(invented_in(source, trail.text, reading.text), trail.symbols),
        legend=legend(source, trail.text),
        current=place,
        on_choose=look_at,
    )
    show_copies(model.run, [("", trail.text)])

choice_place.header(literal(f"What else could stand at {model.vocabulary.unit} {place + 1}?"))
choice_place.caption(
    literal(
        f"Here it is “{visible(trail.symbols[place])}”, with p ="
        f" {probability_words(trail.probabilities[place])}."
        " Another choice opens a branch; what comes after it is drawn with the same random"
        " numbers."
    )
)
symbols = model.vocabulary.symbols
logits = model.logits(reading.text, trail.symbols[:place])
with choice_place:
    dial(symbols, logits, key="dial", on_pick=lambda index: branch_off(symbols[index]))
show_model(model)
paths = {branch: each.log2_probability for branch, each in trails.items()}
share(
    [
        text_file("Prompt and this branch", "charlstm-what-if", lambda: reading.text + trail.text),
        csv_file("What each character cost", "charlstm-what-if", lambda: trail.table),
        csv_file("The tree", "charlstm-tree", lambda: tree_table(paths)),
        csv_file(
            "The distribution",
            "charlstm-distribution",
            lambda: distribution_table(symbols, logits, temperature),
        ),
    ],
    [Chart("The distribution", "charlstm-distribution", DIAL)],
)
