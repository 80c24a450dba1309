"""What a page offers for download: its link, its text, its figures and its charts.

A page with files calls ``share`` once, at its end, with functions that make them. Nothing is made
before a person asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.browser.handout import handout
from charlstm.runs.folder import RunFolder
from charlstm.ui.components import component

_mount_link = component("share")
_mount_pictures = component("pictures", "share/share.css")

DIAL, STAGES, HEATMAP, STEP, LOSSES = "dial", "stages", "heatmap", "step", "losses"
TIMELINE = "timeline"
"""Our own components that provide a picture on request; see picture.js."""


@dataclass(frozen=True)
class Download:
    """A file that a page offers; ``make`` is called in a thread that may not touch the session."""

    label: str
    name: str
    make: Callable[[], str]


@dataclass(frozen=True)
class Chart:
    """A chart that a page offers as a picture.

    The name is that of the file, without its ending; the component is the one that draws the chart,
    such as DIAL, or ``""`` for one of Altair's.
    """

    label: str
    name: str
    component: str = ""


DISTRIBUTION = Chart("The distribution", "charlstm-distribution", DIAL)
FORK = Chart("Where these two differ", "charlstm-fork", "fork")

Offer = tuple[list[Download], list[Chart]]
"""What a part of a page offers for download: files, and charts in the order of the page."""


def text_file(label: str, name: str, make: Callable[[], str]) -> Download:
    """Return a text as a file to download."""
    return Download(f"{label} (text)", f"{name}.txt", make)


def csv_file(label: str, name: str, make: Callable[[], pd.DataFrame]) -> Download:
    """Return a table as a CSV file, all figures in full, with the mark that spreadsheets need."""
    return Download(f"{label} (CSV)", f"{name}.csv", lambda: "\ufeff" + make().to_csv(index=False))


def model_page(
    run: RunFolder, step: int | None, *, prompt: str, temperature: float, known: bool = False
) -> Download:
    """Return a run's model as a page to download; see charlstm.browser.handout."""
    return Download(
        "This model as a page",
        f"{run.name}.html",
        lambda: handout(run, step, prompt=prompt, temperature=temperature, known=known),
    )


def show_link() -> DeltaGenerator:
    """Show "Copy link" at the same position on every page; ``share`` adds to it."""
    container = st.container(key="share", horizontal=True, horizontal_alignment="right")
    with container:
        _mount_link(key="copy_link", width="content")
    st.session_state.share_container = container
    return container


def share(downloads: Sequence[Download], charts: Sequence[Chart] = ()) -> None:
    """Show "Download", if there is anything; Altair's charts come in their order on the page."""
    container: DeltaGenerator = st.session_state.share_container
    if not (downloads or charts):
        return
    menu = container.popover("Download", icon=":material/download:", key="download_menu")
    with menu:
        for each in downloads:
            st.download_button(
                each.label,
                each.make,
                file_name=each.name,
                key=f"download {each.name}",
                on_click="ignore",
                width="stretch",
            )
        if charts:
            _mount_pictures(key="pictures", data={"charts": positions(charts)})


def positions(charts: Sequence[Chart]) -> list[dict[str, object]]:
    """Return how the browser finds each chart: by a component, or its position among Altair's."""
    found: list[dict[str, object]] = []
    of_altair = 0
    for chart in charts:
        about = {"name": chart.label, "file": chart.name, "component": chart.component}
        found.append(about | {"position": of_altair})
        of_altair += not chart.component
    return found
