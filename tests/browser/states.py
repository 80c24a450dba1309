"""Every page in rich states: where it is, what is looked at there, and what a link to it holds."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT = "[data-testid=stMetric], [data-testid=stNumberInput]"
TEXT = (
    "he+said+%22no%22+(twice),+and+then--as+if%0Anothing+had+happened--he+went+on:+%22the+will+to"
    "+power.%22+this+was,+of+course,+1886."
)
SURPRISING = (
    "The+sole+is+the+only+thing+that+meters+qxq.+The+soul+of+it+is+what+a+model+that+has+read+a"
    "+book+expects,+and+so+it+needs+fewer+bits+for+a+text+like+this+one."
)


@dataclass(frozen=True)
class State:
    """A page in one state, opened once for all that is said of it.

    Attributes:
        address: Its address below the server's.
        looks: The pictures that are taken, under their names: a button that is pressed first, or
            ``""`` for the page as it was opened.
        dial: Whether there is a dial to wait for.
        charts: Whether there are charts to wait for.
        pictures: Names of charts that can be saved, and words that stand in each.
        shown: A CSS selector of the figures and texts that a copied link shows to someone else;
            ``""`` if no link is copied.
        as_asked: Whether the address stays as it was; others leave out what goes without saying.
    """

    address: str
    looks: dict[str, str] = field(default_factory=dict)
    dial: bool = False
    charts: bool = False
    pictures: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    as_asked: bool = False


STATES: dict[str, State] = {
    "temperature": State(
        "?prompt=the+soul+&temperature=0.83&seed=7&length=150&write=1&order=alphabet&scale=log"
        "&run=nietzsche-book&symbol=q&speed=100",
        {"temperature": ""},
        dial=True,
        shown=".dial, .reveal",
        as_asked=True,
    ),
    "temperature-menus": State(
        "?temperature=1.3&scale=log&write=1&length=60",
        {"temperature-download": "Download", "temperature-model": "Model"},
    ),
    "compare": State(
        "compare?prompt=the+soul+&temperatures=0.3+0.6+0.9+1.4&seed=5&length=120&fork=1"
        "&checkpoint=563",
        {"compare": ""},
        charts=True,
        shown=".reveal, [data-testid=stMarkdown]",
    ),
    "hand": State(
        "hand?prompt=the+soul+&written=no+beedq&picked=6,7&temperature=0.8&seed=3&scale=log",
        {"hand": ""},
        dial=True,
        shown=".letters, .dial, [data-testid=stMetric]",
    ),
    "whatif": State(
        "whatif?prompt=the+soul+&branches=12-101;12-101.30-32&branch=1&position=20&length=90"
        "&temperature=0.9&seed=2",
        {"whatif": ""},
        dial=True,
        shown=".letters, .dial, [data-testid=stRadio]",
        as_asked=True,
    ),
    "surprise": State(
        f"surprise?text={SURPRISING}&colour=rank",
        {"surprise": ""},
        shown=".letters, [data-testid=stMetric]",
    ),
    "strategies": State(
        "strategies?prompt=the+soul+&temperature=1.2&strategy=top-k:12,top-p:0.8&write=1&length=90"
        "&seed=3&width=3&beam=20&scale=log&speed=all",
        {"strategies": ""},
        charts=True,
        pictures={"The stages": "top-k 12"},
        shown=".dial, .stages, .reveal, [data-testid=stHtml]",
    ),
    "timeline": State(
        "timeline?run=nietzsche-tbptt&checkpoint=1126&prompt=the+soul+&temperature=0.8&length=150"
        "&pace=5",
        {"timeline": ""},
        dial=True,
        pictures={"The loss": "best", "The distribution here": "Next symbol at step"},
        shown=".timeline, [data-testid=stNumberInput]",
    ),
    "compression": State(
        f"compression?text={SURPRISING}&packed=1",
        {"compression": ""},
        charts=True,
        pictures={"Who packs best": "bits per character"},
        shown=".letters, [data-testid=stMetric]",
    ),
    "thought": State(
        "compression?view=If+language+were+compressed&compressor=bz2+-9&seconds=20",
        {"thought": ""},
        charts=True,
        pictures={"The loss": "nothing to be learned"},
        shown="[data-testid=stMetric], [data-testid=stButtonGroup]",
    ),
    "cells": State(
        "cells",
        {"cells": ""},
        pictures={"All cells, all characters": "vermilion is above 0"},
    ),
    "cells-find": State(
        f"cells?text={TEXT}&look=find&cell=20&state=h&span=9-16",
        {"cells-find": ""},
        shown=".letters, [data-testid=stHtml], [data-testid=stNumberInput]",
    ),
    "cells-off": State(
        f"cells?text={TEXT}&look=off&cell=20&off=0.42,0.17&seed=3&temperature=0.8",
        {"cells-off": ""},
        pictures={"Both distributions": "probability"},
        shown=f"{DEFAULT}, .reveal",
    ),
    "cells-step": State(
        "cells?look=step&place=9",
        {"cells-step": ""},
        pictures={"This step of this cell": "candidate g"},
    ),
    "atlas": State("atlas?temperature=0.8&length=400", {"atlas": ""}, charts=True),
    "unpacking": State("compression?view=Decompress", {"unpacking": ""}),
    "source": State("source?source=nietzsche-tbptt&position=5&length=50", {"source": ""}),
    "train": State(
        "train?corpus=python",
        {"train": "", "train-import": "Import a run"},
        charts=True,
    ),
    "train-settings": State(
        "train?corpus=python&case=kept&recipe=book&units=48&layers=2&learning_rate=0.003&batch=64"
        "&epochs=7&seed=9",
        shown=f"{DEFAULT}, .text-box",
        as_asked=True,
    ),
    "run": State(
        "train?run=nietzsche-tbptt&prompt=the+q&temperature=1.3&epoch=5&symbol=z",
        {"run": "", "run-menu": "This run"},
        dial=True,
        charts=True,
        shown=".dial, [data-testid=stMetric], [data-testid=stSelectbox], [data-testid=stExpander]",
    ),
    "race": State(
        "race?runners=gru-64x1-tbptt,lstm-32x2-book&seconds=40&corpus=python",
        {"race": ""},
        shown="[data-testid=stSelectbox], [data-testid=stButtonGroup]",
        as_asked=True,
    ),
    "raced": State(
        "race?race=nietzsche-tbptt,nietzsche-book&forward=1", {"raced": ""}, charts=True
    ),
    "speed": State("speed", {"speed": ""}, charts=True),
    "lesson": State("lesson", {"lesson": ""}),
}
"""All of them, under names that pictures and tests have, too."""
