"""How fast this program learns compared with others, as the benchmarks measured it."""

from __future__ import annotations

import streamlit as st

from charlstm.analysis.curves import speed_curves, speed_table
from charlstm.ui.charts.loss_charts import race_chart
from charlstm.ui.components.share import Chart, Offer, csv_file
from charlstm.ui.text import figure, literal


def show_speed() -> Offer:
    """Show the learning curves and all figures; return the downloads."""
    st.header("Other programs", anchor="speed")
    st.markdown(
        """
        How fast this program learns, compared with Keras, PyTorch and the notebook's program: the
        same text, the same network of 128 cells, the same two cores. The loss is measured on text
        that none of them was trained on. Lower and further left is better.
        """
    )
    st.altair_chart(
        race_chart(speed_curves(), log_seconds=True),
        alt="Held-out loss against seconds of training, a line for each program",
    )
    with st.expander("All measurements"):
        for what, rows in speed_table().groupby("what", sort=False):
            st.markdown(f"**{literal(str(what))}**")
            st.table(
                rows.assign(
                    who=rows["who"].map(literal),
                    median=rows["median"].map(figure) + " " + rows["unit"],
                    range=rows["low"].map(figure) + " to " + rows["high"].map(figure),
                )[["who", "median", "range", "n"]].set_index("who")
            )
        st.caption(
            "By `python -m tests.benchmarks`, n times each."
            " The programs are benchmarked in alternation."
        )
    files = [
        csv_file("All measurements", "charlstm-speed", speed_table),
        csv_file("The curves", "charlstm-speed-curves", speed_curves),
    ]
    return files, [Chart("What was measured", "charlstm-speed")]
