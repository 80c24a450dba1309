"""What if: choose another character in a written text, and replay the same random numbers."""

import streamlit as st

from charlstm.analysis.distribution import path_words, probability_words
from charlstm.data.symbols import visible
from charlstm.exploring.trails import (
    TRUNK,
    Branch,
    Trail,
    depth,
    follow,
    grown,
    read_back,
    tree_table,
    with_pick,
)
from charlstm.ui import address
from charlstm.ui.components.highlight import fraction_of_bits, highlight
from charlstm.ui.components.share import DISTRIBUTION, csv_file, distribution_csv, share, text_file
from charlstm.ui.computing import kept_in_session
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.writing import choose_length, choose_seed, dial, held_temperature
from charlstm.ui.parameters import Parameter
from charlstm.ui.text import figure, literal, on_one_line, trail_words
from charlstm.ui.views import in_row
from charlstm.ui.views.sources import show_copies, underlined
from charlstm.ui.views.trainings import show_failure
from charlstm.ui.visit import note, show_notes

HINT = (
    "The stronger the colour, the more surprising; in a blue frame: chosen by hand. Click a"
    " character to see the alternatives, then click one of them below."
)


def trail_of(branch: Branch) -> Trail:
    if branch not in kept:
        kept[branch] = follow(
            model,
            reading.text,
            temperature=temperature,
            length=length,
            seed=seed,
            picks=dict(branch),
        )
    return kept[branch]


def branch_words(branch: Branch) -> str:
    trail = trails[branch]
    path = f"{path_words(trail.log2_probability)}, {figure(-trail.log2_probability)} bits"
    if not branch:
        return f"as it was written: {path}"
    position, symbol = branch[-1]
    start = on_one_line("".join(trail.symbols[position : position + 24])[:24])
    indent = "\u2003" * depth(branch, tree)
    return f"{indent}at {position + 1} “{visible(symbol)}”: {path}  …{start}…"


def look_at(position: int) -> None:
    st.session_state.position = position


def branch_off(symbol: str) -> None:
    if symbol == trail.symbols[position]:
        return
    new = with_pick(shown, position, symbol)
    try:
        keep(grown(tree, new), new)
    except ValueError as error:
        st.session_state.failure = str(error)


def keep(branches: list[Branch], on: Branch) -> None:
    st.session_state.tree = branches
    st.session_state.branch = on
    address.keep(in_address, branches)


def start_again() -> None:
    keep([TRUNK], TRUNK)


def branches_in(given: str) -> list[Branch]:
    if (found := read_back(given, model.vocabulary.symbols)) is None:
        raise ValueError("these branches cannot be.")
    return found


def branch_among(branches: list[Branch]) -> Parameter:
    return address.parameter("branch", default=len(branches) - 1, high=len(branches) - 1)


model, reading = choose_model_and_prompt()

in_address = address.parameter("branches", parse=branches_in)
if "tree" not in st.session_state or address.is_news("branches"):
    branches = address.read(in_address)
    keep(branches, branches[address.read(branch_among(branches))])
if any(s not in model.vocabulary for branch in st.session_state.tree for _, s in branch):
    note("This model does not know every symbol of the branches; they are removed.")
    start_again()
show_notes()
show_failure()

text_column, choice_column = st.container(), st.container()
seed_column, length_column, again_column, _ = in_row(1, 1, 2, 4)
seed = choose_seed(seed_column)
length = choose_length(length_column, model.vocabulary)
temperature = held_temperature()
kept: dict[Branch, Trail] = kept_in_session(
    "trails", (*model.key, reading.text, temperature, seed, length), dict
)

tree: list[Branch] = st.session_state.tree
again_column.button(
    "Remove all branches", width="stretch", on_click=start_again, disabled=len(tree) == 1
)
with text_column, st.spinner("Replaying…", show_time=True):
    trails = {branch: trail_of(branch) for branch in tree}
    if len(tree) > 1:
        st.radio(
            "The tree: every branch, and the probability of its whole path",
            tree,
            key="branch",
            format_func=lambda branch: literal(branch_words(branch)),
        )
shown: Branch = st.session_state.branch if st.session_state.branch in tree else TRUNK
trail = trails[shown]
in_text = address.parameter("position", high=length - 1)
if "position" not in st.session_state or address.is_news("position"):
    st.session_state.position = address.read(in_text)
position = min(st.session_state.position, length - 1)
address.keep(in_text, position)
address.keep(branch_among(tree), tree.index(shown))
(invented,), legend = underlined(model.run, reading.text, trail.text)
with text_column:
    highlight(
        reading.text,
        trail.symbols,
        [fraction_of_bits(bits) for bits in trail.bits],
        trail_words(trail, trail.picked),
        key="text",
        label="The written text; choosing a character shows the alternatives",
        hint=HINT,
        marked=trail.picked,
        invented=invented,
        legend=legend,
        current=position,
        on_choose=look_at,
    )
    show_copies(model.run, [("", trail.text)])

choice_column.header(literal(f"What else could stand at {model.vocabulary.unit} {position + 1}?"))
choice_column.caption(
    literal(
        f"Here it is “{visible(trail.symbols[position])}”, with p ="
        f" {probability_words(trail.probabilities[position])}."
        " Another choice opens a branch; the text after it is drawn with the same random numbers."
    )
)
symbols = model.vocabulary.symbols
logits = model.logits(reading.text, trail.symbols[:position])
with choice_column:
    dial(symbols, logits, key="dial", on_pick=lambda index: branch_off(symbols[index]))
show_model(model)
paths = {branch: each.log2_probability for branch, each in trails.items()}
share(
    [
        text_file("Prompt and this branch", "charlstm-what-if", lambda: reading.text + trail.text),
        csv_file("What each character cost", "charlstm-what-if", lambda: trail.table),
        csv_file("The tree", "charlstm-tree", lambda: tree_table(paths)),
        distribution_csv(symbols, logits, temperature),
    ],
    [DISTRIBUTION],
)
