"""Strategies: what each stage cuts from a distribution, and what that does to a text."""

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import stage_summary, stage_table
from charlstm.exploring.compare import Comparison, compare_strategies, fork_table
from charlstm.sampling.beam import Beam, beam_search, scored, shared_start
from charlstm.sampling.strategies import KINDS, MOST_STRATEGIES
from charlstm.ui import address
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.comparison import Staged, compared_text, strategies_at_work
from charlstm.ui.components.share import FORK, STAGES, Chart, csv_file, share, text_file
from charlstm.ui.computing import Progress, kept_in_session, work
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.writing import choose_strategies, kind_words, temperature_input
from charlstm.ui.text import acting_words, literal, of_units, probability_columns, shown_table
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import paths_html, underlined
from charlstm.ui.views.written import show_server_written
from charlstm.ui.visit import show_notes


def written() -> Comparison:
    """Return the texts of the page, which the browser wrote, as NumPy writes them."""
    return compare_strategies(
        model,
        reading.text,
        list(dict.fromkeys([(), strategies])),
        temperature=shown.temperature,
        length=shown.length,
        seed=shown.seed,
    )


def forked() -> pd.DataFrame:
    """Return both distributions where the two texts differ, or nothing if they do not."""
    result = written()
    return fork_table(model, result, result.forks[0]) if result.forks else pd.DataFrame()


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
            temperature=shown.temperature,
            length=beam_length,
            seed=shown.seed,
            strategies=acting,
        )
        path = scored(model, reading.text, list(stream))
        paths.append((f"drawn at {acting_words(shown.temperature, acting)}", path))
    return paths


model, reading = choose_model_and_prompt()
show_notes()
strategies = choose_strategies(st.columns(MOST_STRATEGIES, vertical_alignment="bottom"))
if is_old_browser():
    temperature = temperature_input(st.container())
    show_server_written(model, reading, (temperature,), strategies)
    shown = Staged(temperature, address.read("seed"), address.read("length"))
else:
    shown = strategies_at_work(model, reading.text, strategies=strategies, key="strategies")

symbols, logits = model.vocabulary.symbols, model.logits(reading.text)
table = stage_table(symbols, logits, shown.temperature, strategies)
summary = stage_summary(logits, shown.temperature, strategies)
with st.expander(f"All {len(symbols)} numbers, and what each stage does"):
    st.dataframe(summary, hide_index=True)
    stages = [name for name in table.columns if name not in ("symbol", "cut_by")]
    st.dataframe(shown_table(table), hide_index=True, column_config=probability_columns(stages))
    st.markdown("\n".join(f"- {literal(kind_words(kind))}" for kind in KINDS))

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
paths = kept_in_session("drawn", repr((token, shown.temperature, strategies, shown.seed)), drawn)
rows = [(f"beam {position}", beam) for position, beam in enumerate(beams, start=1)]
rows += [("greedy", greedy), *paths]
invented, legend = underlined(model.run, reading.text, *(path.text for _, path in rows))
st.html(paths_html([(*row, spans) for row, spans in zip(rows, invented, strict=True)]))
words = f"Probabilities are the model's own, at T = 1, over {beam_length} {model.vocabulary.unit}s."
if len(beams) > 1:
    words += f" All {len(beams)} beams begin with the same {shared_start(beams)} characters."
caption(f"{words} {legend}")
show_model(model)
share(
    [
        csv_file("What each stage cut", "charlstm-stages", lambda: table),
        csv_file("The stages", "charlstm-stages-in-short", lambda: summary),
        text_file(
            "Both texts" if strategies else "The text",
            "charlstm-strategies",
            lambda: compared_text(written()),
        ),
        csv_file("Where these two differ", FORK.name, forked),
    ][: None if strategies else -1],
    [Chart("The stages", "charlstm-stages", STAGES), FORK][: None if strategies else -1],
)
