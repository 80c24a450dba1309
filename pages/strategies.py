"""Strategies: what each stage cuts from a distribution, and what that does to a text."""

import streamlit as st

from charlstm.analysis.distribution import stage_summary, stage_table
from charlstm.exploring.compare import Comparison, compare_strategies, fork_table
from charlstm.sampling.beam import Beam, beam_search, scored
from charlstm.sampling.strategies import KINDS, MOST_STRATEGIES
from charlstm.ui import address, comparison
from charlstm.ui.components.dial import stage_view
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import STAGES, Chart, csv_file, share, text_file
from charlstm.ui.computing import Progress, affordable, kept_in_session, work
from charlstm.ui.controls import writing
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.strategy_choice import choose_strategies, kind_words
from charlstm.ui.text import literal, of_units, probability_columns, shown_table
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import underlined
from charlstm.ui.visit import show_notes


def written(report: Progress) -> Comparison:
    """Return the text without strategies and, if there are some, the text with them."""
    return compare_strategies(
        model,
        reading.text,
        list(dict.fromkeys([(), strategies])),
        temperature=temperature,
        length=length,
        seed=seed,
        report=report,
    )


def searched(report: Progress) -> list[Beam]:
    """Return the beams, and the greedy text as the last."""
    found = beam_search(model, reading.text, width=width, length=beam_length, report=report)
    return [*found, *beam_search(model, reading.text, width=1, length=beam_length)]


def drawn() -> list[tuple[str, Beam]]:
    """Return the texts that are drawn, to compare the beams with."""
    paths = []
    for acting in dict.fromkeys([(), strategies]):
        stream = model.stream(
            reading.text,
            temperature=temperature,
            length=beam_length,
            seed=seed,
            strategies=acting,
        )
        path = scored(model, reading.text, list(stream))
        paths.append((f"drawn at {comparison.acting_words(temperature, acting)}", path))
    return paths


model, reading = choose_model_and_prompt()
show_notes()

symbols, logits = model.vocabulary.symbols, model.logits(reading.text)
temperature = writing.dial(symbols, logits, key="dial", compact=True)
strategies = choose_strategies(st.columns(MOST_STRATEGIES, vertical_alignment="bottom"))
table = stage_table(symbols, logits, temperature, strategies)
summary = stage_summary(logits, temperature, strategies)
stage_view(
    table,
    summary,
    temperature=temperature,
    scale=writing.held_view("scale"),
    key="stages",
    on_scale=writing.hold_scale,
)

with st.expander(f"All {len(symbols)} numbers, and what each stage does"):
    st.dataframe(summary, hide_index=True)
    stages = [name for name in table.columns if name not in ("symbol", "cut_by")]
    st.dataframe(shown_table(table), hide_index=True, column_config=probability_columns(stages))
    st.markdown("\n".join(f"- {literal(kind_words(kind))}" for kind in KINDS))

st.header("What that does to a text")
write_container, draw_column, seed_column, length_column = in_row(2, 2, 1, 1)
write_container.button("Write", type="primary", width="stretch", on_click=writing.write)
counted_button(draw_column, "Another draw", writing.write_again, width="stretch")
seed = writing.choose_seed(seed_column)
length = writing.choose_length(length_column, model.vocabulary)
length, cut_note = affordable(length, 2, model.window)
show_notes([cut_note])

files = [
    csv_file("What each stage cut", "charlstm-stages", lambda: table),
    csv_file("The stages", "charlstm-stages-in-short", lambda: summary),
]
charts = [Chart("The stages", "charlstm-stages", STAGES)]
if not writing.is_written(model):
    st.caption(
        "Write shows two texts drawn with the same random numbers: with these stages and without."
        if strategies
        else "Write shows a text. With a stage chosen above, it shows a second one, drawn with the"
        " same random numbers."
    )
else:
    token = repr((*model.key, reading.text, temperature, strategies, seed, length))
    result = kept_in_session("with_strategies", token, lambda: work("Writing", written))
    sentences = [
        comparison.fork_sentence(result, fork, model.vocabulary.unit) for fork in result.forks
    ]
    comparison.show_columns(
        model.run,
        result,
        model.vocabulary.unit,
        token=f"{token} {writing.presses()}",
        asked=writing.presses(),
    )
    label = "Both texts" if strategies else "The text"
    files.append(text_file(label, "charlstm-strategies", lambda: comparison.compared_text(result)))
    charts += [Chart("Why they differ", "charlstm-strategies") for _ in result.forks]
    if not strategies:
        st.markdown("No stage is chosen: with one, a second text shows what it changes.")
    elif not result.forks:
        st.markdown("They do not differ: the strategies changed no draw.")
    for fork, sentence in zip(result.forks, sentences, strict=True):
        st.markdown(f"**Why they differ.** {literal(sentence)}")
        comparison.show_fork(fork_table(model, result, fork), fork, sentence)

st.header("Beam search: the likeliest text")
words_column, width_column, beam_column = in_row(4, 1, 1)
words_column.markdown(
    "Instead of drawing, keep the likeliest beginnings at every step and extend all of them"
    " (Lowerre 1976; Sutskever, Vinyals & Le 2014). A beam of width 1 is greedy. **The likeliest"
    " text is not the best text:** compare what the search found with what was drawn."
)
width = address.show(width_column.number_input, "Beams", "width")
units_each = f"{of_units(model.vocabulary)} each"
beam_length = address.show(beam_column.number_input, units_each, "beam", step=20)
token = repr((*model.key, reading.text, width, beam_length))
*beams, greedy = kept_in_session("searched", token, lambda: work("Searching", searched))
paths = kept_in_session("drawn", repr((token, temperature, strategies, seed)), drawn)
rows = [(f"beam {position}", beam) for position, beam in enumerate(beams, start=1)]
rows += [("greedy", greedy), *paths]
invented, legend = underlined(model.run, reading.text, *(path.text for _, path in rows))
st.html(comparison.paths_html([(*row, spans) for row, spans in zip(rows, invented, strict=True)]))
caption(f"{comparison.beam_words(beams, beam_length, model.vocabulary.unit)} {legend}")
show_model(model)
share(files, charts)
