"""Strategies: what each stage cuts from the distribution of this step, and what a text becomes."""

import streamlit as st

from charlstm.analysis.distribution import stage_summary, stage_table
from charlstm.exploring.compare import MOST_PIECES, compare_strategies, fork_table, segments
from charlstm.sampling.beam import beam_search, scored
from charlstm.sampling.strategies import KINDS, MOST_STRATEGIES
from charlstm.ui import address
from charlstm.ui.charts.bar_charts import fork_chart
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import STAGES, Chart, csv_file, share, text_file
from charlstm.ui.components.stage_view import stage_view
from charlstm.ui.components.typewriter import Column, typewriter
from charlstm.ui.controls.asking import is_written, presses, write, write_again
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.one_temperature import dial, held_view, hold_scale
from charlstm.ui.controls.strategy_choice import choose_strategies
from charlstm.ui.downloads import compared_text
from charlstm.ui.entry import enter
from charlstm.ui.strategy_words import acting_words, beam_words, kind_words, paths_html
from charlstm.ui.tables import probability_columns
from charlstm.ui.turns import affordable, turn
from charlstm.ui.views.sources import invented_in, legend, source_for
from charlstm.ui.visit import show_notes
from charlstm.ui.words import column_name, fork_sentence, literal, of_units, shown_table

PROGRESS_EVERY = 50


enter("strategies")

model, reading = choose_model_and_prompt()
show_notes()

symbols, logits = model.vocabulary.symbols, model.logits(reading.text)
temperature = dial(symbols, logits, key="dial", compact=True)
strategies = choose_strategies(st.columns(MOST_STRATEGIES, vertical_alignment="bottom"))
table = stage_table(symbols, logits, temperature, strategies)
summary = stage_summary(logits, temperature, strategies)
stage_view(
    table,
    summary,
    temperature=temperature,
    scale=held_view("scale"),
    key="stages",
    on_scale=hold_scale,
)

with st.expander(f"All {len(symbols)} numbers, and what each stage does"):
    st.dataframe(summary, hide_index=True)
    stages = [name for name in table.columns if name not in ("symbol", "cut_by")]
    st.dataframe(shown_table(table), hide_index=True, column_config=probability_columns(stages))
    st.markdown("\n".join(f"- {literal(kind_words(kind))}" for kind in KINDS))

st.header("What that does to a text")
write_container, draw_column, seed_column, length_column = st.columns(
    [2, 2, 1, 1], vertical_alignment="bottom"
)
write_container.button("Write", type="primary", width="stretch", on_click=write)
counted_button(draw_column, "Another draw", write_again, width="stretch")
seed = address.show(seed_column.number_input, "Seed", "seed")
length = address.show(length_column.number_input, of_units(model.vocabulary), "length", step=100)

length, cut_note = affordable(length, 2, model.window)
show_notes([cut_note])

files = [
    csv_file("What each stage cut", "charlstm-stages", lambda: table),
    csv_file("The stages", "charlstm-stages-in-short", lambda: summary),
]
charts = [Chart("The stages", "charlstm-stages", STAGES)]
source = source_for(model.run)
if not is_written(model):
    st.caption(
        "Write shows two texts drawn with the same random numbers: with these stages and without."
        if strategies
        else "Write shows a text. With a stage chosen above it shows a second one, drawn with the"
        " same random numbers."
    )
else:
    token = repr((*model.key, reading.text, temperature, strategies, seed, length))
    if st.session_state.get("with_strategies", ("", None))[0] != token:
        progress = st.empty()

        def tell(done: int, of: int) -> None:
            if model.window is not None and done % PROGRESS_EVERY == 0:
                progress.progress(done / of, f"Writing: {done} of {of}")

        with turn():
            result = compare_strategies(
                model,
                reading.text,
                list(dict.fromkeys([(), strategies])),
                temperature=temperature,
                length=length,
                seed=seed,
                report=tell,
            )
        progress.empty()
        st.session_state.with_strategies = (token, result)
    result = st.session_state.with_strategies[1]
    sentences = [fork_sentence(result, fork, model.vocabulary.unit) for fork in result.forks]
    marks = tuple(
        (len("".join(result.written_before(fork))), sentences[0]) for fork in result.forks
    )
    typewriter(
        reading.text,
        [
            Column(
                text,
                temperature,
                column_name(result, number),
                marks,
                invented_in(source, text, reading.text),
            )
            for number, text in enumerate(result.texts)
        ],
        key="columns",
        token=f"{token} {presses()}",
        asked=presses(),
        legend=legend(source, *result.texts),
    )
    written = "Both texts" if strategies else "The text"
    files.append(text_file(written, "charlstm-strategies", lambda: compared_text(result)))
    charts += [Chart("Why they differ", "charlstm-strategies") for _ in result.forks]
    if not strategies:
        st.markdown("No stage is chosen: with one, a second text shows what it changes.")
    elif not result.forks:
        st.markdown("They do not differ: no random number fell where a stage moved the cuts.")
    for fork, sentence in zip(result.forks, sentences, strict=True):
        st.markdown(f"**Why they differ.** {literal(sentence)}")
        pieces = segments(fork_table(model, result, fork), MOST_PIECES)
        st.altair_chart(
            fork_chart(pieces, fork.uniform),
            width="stretch",
            alt=f"Two cumulative distributions. {sentence}",
        )

st.header("Beam search: the likeliest text")
words_column, width_column, beam_column = st.columns([4, 1, 1], vertical_alignment="bottom")
words_column.markdown(
    "Instead of drawing, keep the likeliest beginnings at every step and go on from all of them"
    " (Lowerre 1976; Sutskever, Vinyals & Le 2014). A beam of width 1 is greedy. **The likeliest"
    " text is not the best text:** compare what the beam found with what was drawn."
)
width = address.show(width_column.number_input, "Beams", "width")
units_each = f"{of_units(model.vocabulary)} each"
beam_length = address.show(beam_column.number_input, units_each, "beam", step=20)
searched = repr((*model.key, reading.text, width, beam_length))
if st.session_state.get("searched", ("", []))[0] != searched:
    progress = st.empty()

    def tell_search(done: int, of: int) -> None:
        if model.window is not None and done % PROGRESS_EVERY == 0:
            progress.progress(done / of, f"Searching: {done} of {of}")

    with turn():
        beams = beam_search(
            model, reading.text, width=width, length=beam_length, report=tell_search
        )
        (greedy,) = beam_search(model, reading.text, width=1, length=beam_length)
    progress.empty()
    st.session_state.searched = (searched, beams, greedy)
_, beams, greedy = st.session_state.searched

drawn = repr((searched, temperature, strategies, seed))
if st.session_state.get("drawn", ("", []))[0] != drawn:
    paths = []
    for acting in dict.fromkeys([(), strategies]):
        symbols_drawn = list(
            model.stream(
                reading.text,
                temperature=temperature,
                length=beam_length,
                seed=seed,
                strategies=acting,
            )
        )
        path = scored(model, reading.text, symbols_drawn)
        paths.append((f"drawn at {acting_words(temperature, acting)}", path))
    st.session_state.drawn = (drawn, paths)
rows = [(f"beam {position}", beam) for position, beam in enumerate(beams, start=1)]
rows += [("greedy", greedy), *st.session_state.drawn[1]]
st.html(
    paths_html(
        [(who, path, invented_in(source, path.text, reading.text)) for who, path in rows],
    )
)
beams_said = beam_words(beams, beam_length, model.vocabulary.unit)
st.caption(literal(f"{beams_said} {legend(source, *(path.text for _, path in rows))}"))
show_model(model)
share(files, charts)
