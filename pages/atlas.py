"""Atlas: texts at 41 temperatures from the same prompt and seed, and measurements of each."""

from functools import partial

import streamlit as st

from charlstm.analysis.written import spans_of
from charlstm.engine.atlases import request_for
from charlstm.exploring.atlas import usual_length
from charlstm.runs.store import find
from charlstm.ui import address
from charlstm.ui.charts.atlas_charts import PANELS, panel_chart
from charlstm.ui.components import count_at_once
from charlstm.ui.components.share import Chart, csv_file, share, text_file
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.writing import choose_seed
from charlstm.ui.text import literal, marked_html, of_units
from charlstm.ui.views import atlas_view, caption, in_row
from charlstm.ui.views.sources import legend_of
from charlstm.ui.visit import show_notes

model, reading = choose_model_and_prompt(writes=False)
usual = usual_length(model.window)
if st.session_state.get("atlas_usual", usual) != usual and address.asked("length") is None:
    st.session_state.pop("length", None)  # the other kind of model has another usual length
st.session_state.atlas_usual = usual
dial_column, seed_column, length_column, button_column = in_row(5, 1, 1, 2)
seed = choose_seed(seed_column)
lengths = address.parameter("length", default=usual)
length = address.show(length_column.number_input, of_units(model.vocabulary), lengths, step=500)
temperature = atlas_view.choose_shown(dial_column)
show_notes()

count_at_once("prompt", typing=False)  # so that "Computed" is not about another prompt
request = request_for(find(model.run), model.step, prompt=reading.text, length=length, seed=seed)
atlas = atlas_view.the_atlas(request, button_column)
if atlas is None:
    st.markdown(
        f"""
        An atlas is one text of {length:,} {model.vocabulary.unit}s at each of 41 temperatures from
        0 to 2, all drawn with the same random numbers, and measurements of each: how many words
        are real and how many **invented**, how long the longest passage **copied** from the corpus
        is, how much the text **repeats** itself and whether it falls into a loop, and how uncertain
        the model was.
        It is computed once, in a separate process, and kept.
        """
    )
    show_model(model)
    st.stop()

row = next(each for each in atlas.table.itertuples() if each.temperature == temperature)
charts, text_column = st.columns(2, gap="medium")
with charts:
    for number, panel in enumerate(PANELS):
        key = f"panel {number}"
        st.altair_chart(
            panel_chart(atlas.table, panel, temperature, is_last=panel is PANELS[-1]),
            key=key,
            alt=f"{panel.title} against temperature; all numbers are in the table below",
            on_select=partial(atlas_view.clicked, key),
        )
with text_column:
    st.markdown(f"## T = {temperature:g}")
    st.markdown(atlas_view.atlas_words(row))
    if row.best_invented:
        st.markdown("Best invented words: " + literal(", ".join(row.best_invented)))
    atlas_view.show_longest_copy(model.run, row, atlas.source)
    copy = atlas_view.longest_copy(row)
    invented = spans_of(row.text, atlas.prompt, set(row.invented))
    marked = marked_html(
        row.text,
        invented=invented,
        copied=[(copy.start, copy.end)] if copy else (),
    )
    prompt = f'<span class="prompt-read">{marked_html(atlas.prompt)}</span>'
    st.html(
        '<div class="passage atlas-text" dir="auto" tabindex="0" role="region"'
        f' aria-label="The text at this temperature">{prompt}{marked}</div>'
    )
legend = legend_of([invented], [row.text])
caption(f"{legend} Yellow: the longest copy. {atlas_view.source_words(atlas)}")
with st.expander("All figures"):
    figures = atlas.table.drop(columns=["text", "invented"])
    st.dataframe(
        figures.assign(best_invented=[", ".join(words) for words in figures["best_invented"]]),
        hide_index=True,
        column_config=atlas_view.COLUMNS,
    )
show_model(model)
share(
    [
        text_file("This text", "charlstm-atlas", lambda: atlas.prompt + row.text),
        csv_file("All figures and texts", "charlstm-atlas", lambda: atlas.table),
    ],
    [Chart(panel.title, f"charlstm-atlas-{number}") for number, panel in enumerate(PANELS, 1)],
)
