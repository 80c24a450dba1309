"""Two runs that race: who they are, how far they are, and what each would write now.

Knows streamlit and run folders; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

import streamlit as st

from charlstm.analysis.curves import race_curves
from charlstm.errors import CharlstmError
from charlstm.runs.folder import ALIVE, RunFolder, Status
from charlstm.runs.process import known_status
from charlstm.training.recipes import RECIPES
from charlstm.training.settings import Settings, settings_for
from charlstm.ui import address
from charlstm.ui.charts import race_chart
from charlstm.ui.models import model_of, newest_checkpoint
from charlstm.ui.run_view import TICK_SECONDS
from charlstm.ui.sources import invented_in, source_for
from charlstm.ui.words import duration, literal, sample_card

PROMPT = "the meaning of "
TEMPERATURE, LENGTH = 0.5, 160
CELLS = [32, 64, 128, 256]
USUAL_CELLS = 128


def choose_runner(
    place: st.delta_generator.DeltaGenerator, who: str, recipe: str
) -> tuple[Settings, list[str]]:
    """Show the choice of one who races, kept in the address as ``first_recipe`` and so on.

    Args:
        place: Where to.
        who: ``"first"`` or ``"second"``.
        recipe: What it trains by unless another recipe is chosen.

    Returns:
        Its settings, how long comes later; and notes on what the address asks for in vain.
    """
    recipes, cells = {name: name for name in RECIPES}, {str(count): count for count in CELLS}
    notes = [
        address.hold_choice(f"{who}_recipe", recipe, recipes),
        address.hold_choice(f"{who}_cells", USUAL_CELLS, cells),
    ]
    left, right = place.columns(2)
    chosen = left.selectbox("Recipe", list(recipes), key=f"{who}_recipe")
    units = right.selectbox("Cells", CELLS, key=f"{who}_cells")
    address.keep_choice(f"{who}_recipe", recipe, recipes)
    address.keep_choice(f"{who}_cells", USUAL_CELLS, cells)
    return settings_for(chosen, units=units, lowercase=True), notes


def runner_names(runs: list[RunFolder]) -> list[str]:
    """Return what each is called: recipe and cells, and its number where two are the same.

    Raises:
        RunError: If what was asked of a run cannot be read.
    """
    asked = [run.config().settings for run in runs]
    names = [f"{settings.recipe}, {settings.units} cells" for settings in asked]
    return [
        f"{name} ({number})" if names.count(name) > 1 else name
        for number, name in enumerate(names, start=1)
    ]


def is_on(runs: list[RunFolder]) -> bool:
    """Return whether one of them is still being trained."""
    return any(known_status(run).status in ALIVE for run in runs)


def watch_race(runs: list[RunFolder]) -> None:
    """Show a race; while it is on the view renews itself about every second."""
    names = runner_names(runs)
    on = is_on(runs)

    @st.fragment(run_every=TICK_SECONDS if on else None)
    def renew() -> None:
        if on and not is_on(runs):
            st.rerun()
        curves = race_curves({name: run.history() for name, run in zip(names, runs, strict=True)})
        if len(curves):
            st.altair_chart(race_chart(curves), width="stretch", key="race")
        else:
            st.info("Starting: the first points appear in a few seconds.")
        for place, name, run in zip(st.columns(len(runs)), names, runs, strict=True):
            with place:
                _runner(name, run, known_status(run))

    renew()


def _runner(name: str, run: RunFolder, status: Status) -> None:
    best = status.best_held_out_loss
    st.metric(
        literal(name),
        "–" if best is None else f"{best:.3f} nats",
        f"{duration(status.seconds)}, {status.characters_per_second:,.0f} characters/s",
        delta_color="off",
        delta_arrow="off",
    )
    if status.reason:
        st.caption(literal(status.reason))
    try:
        model = model_of(run, newest_checkpoint(run))
        text = model.write(PROMPT, temperature=TEMPERATURE, length=LENGTH)
    except CharlstmError as error:
        st.caption(literal(str(error)))
        return
    whole = model.read(PROMPT).text + text
    st.html(sample_card(whole, TEMPERATURE, invented_in(source_for(run), whole, "")))
    st.page_link(
        "pages/train.py",
        label="The whole run",
        icon=":material/arrow_forward:",
        query_params={"run": run.name},
    )
