"""What a page gives to take along: its link, its text, its figures and its charts.

Knows streamlit and the browser; every page calls ``share`` once, after all else, with functions
that make its files. Nothing is made before somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from charlstm.ui.components.mount import component

_mount_link = component("share", scripts=("shared/copy.js",))
_mount_pictures = component("pictures", styles=("share/share.css",))

DIAL, STAGES, STRIP, STEP = "dial", "stages", "strip", "step"
TIMELINE, TIMELINE_BARS = "timeline", "timeline-bars"
"""Components of our own that answer when they are asked for a picture; see picture.js."""


@dataclass(frozen=True)
class Download:
    """A file that a page offers.

    Attributes:
        label: What is in it, for people.
        name: What the file is called.
        make: Returns what is in it; called when somebody asks, in a thread of its own, so it may
            not touch the session.
    """

    label: str
    name: str
    make: Callable[[], str]


@dataclass(frozen=True)
class Chart:
    """A chart that a page offers as a picture.

    Attributes:
        label: What it shows, for people.
        name: What the file is called, without its ending.
        component: The component that draws it, such as DIAL; ``""`` for a chart of Altair's.
    """

    label: str
    name: str
    component: str = ""


Offer = tuple[list[Download], list[Chart]]
"""What a part of a page gives to take along: files, and charts in the order of the page."""


def text_file(label: str, name: str, make: Callable[[], str]) -> Download:
    """Return a text to take along."""
    return Download(f"{label} (text)", f"{name}.txt", make)


def csv_file(label: str, name: str, make: Callable[[], pd.DataFrame]) -> Download:
    """Return a table to take along; every figure in full, with the mark that spreadsheets need."""
    return Download(f"{label} (CSV)", f"{name}.csv", lambda: "\ufeff" + make().to_csv(index=False))


def share(downloads: Sequence[Download] = (), charts: Sequence[Chart] = (), note: str = "") -> None:
    """Show "Copy link" and "Download" where every page has them; call it once, after all else.

    Args:
        downloads: Texts and tables.
        charts: Those of Altair's in the order in which they stand on the page.
        note: What the link does not hold, as one sentence.
    """
    with st.container(key="share", horizontal=True, horizontal_alignment="right"):
        _mount_link(key="copy_link", width="content")
        if not (downloads or charts):
            return
        with st.popover("Download", icon=":material/download:", key="download_menu"):
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
                _mount_pictures(key="pictures", data={"charts": placed(charts)})
            if note:
                st.caption(note)


def placed(charts: Sequence[Chart]) -> list[dict[str, object]]:
    """Return what the browser needs to find each chart: a component, or a place among Altair's."""
    placed: list[dict[str, object]] = []
    of_altair = 0
    for chart in charts:
        placed.append(
            {
                "name": chart.label,
                "file": chart.name,
                "component": chart.component,
                "position": of_altair,
            }
        )
        of_altair += not chart.component
    return placed
