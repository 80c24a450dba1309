"""Speed: how fast this program learns, compared with others."""

import streamlit as st

from charlstm.analysis.curves import speed_curves, speed_table
from charlstm.ui import address
from charlstm.ui.charts.loss_charts import race_chart
from charlstm.ui.components.share import Chart, csv_file, share
from charlstm.ui.text import figure, literal
from charlstm.ui.views import link

FILES = [
    csv_file("All that was measured", "charlstm-speed", speed_table),
    csv_file("The curves", "charlstm-speed-curves", speed_curves),
]

if race := address.asked("race"):  # a link from when this page held the races
    st.switch_page("race.py", query_params={"race": race})

st.markdown(
    """
    The same text, the same network of 128 cells, the same two cores; the loss is measured on
    text that none of them was trained on. Lower and further left is better.
    """
)
st.altair_chart(
    race_chart(speed_curves(), log_seconds=True),
    alt="Held-out loss over seconds of training, a line for each program",
)
label, runners = "Let both recipes race on this machine", "lstm-128x1-tbptt,lstm-128x1-book"
link(st.container(), label, "race", runners=runners)
with st.expander("All that was measured"):
    for what, rows in speed_table().groupby("what", sort=False):
        st.markdown(f"**{literal(str(what))}**")
        st.table(
            rows.assign(
                who=rows["who"].map(literal),
                median=[f"{figure(row.median)} {row.unit}" for row in rows.itertuples()],
                range=[f"{figure(row.low)} to {figure(row.high)}" for row in rows.itertuples()],
            )[["who", "median", "range", "n"]].set_index("who")
        )
    st.caption(
        "By `python -m tests.benchmarks`, n times each."
        " The programs are benchmarked in alternation."
    )
share(FILES, [Chart("What was measured", "charlstm-speed")])
