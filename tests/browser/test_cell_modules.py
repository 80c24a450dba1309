"""The states of cells in JavaScript equal those in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from charlstm import activations, cell_step, open_model
from charlstm.runs.store import find
from tests.browser.modules import Modules
from tests.made import made_run, prose

CLOSE = {"rtol": 0, "atol": 1e-9}
_OPEN = """async ([name, text]) => {
    const { CellStates } = await import('/cells.js');
    window.states = new CellStates(models[name], models[name].vocabulary.read(text).ids);
}"""
_ALL = """([state, layer]) => {
    while (!states.read()) {}
    return states.after.map((_, position) => [...states.of(state, layer, position)]);
}"""


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_all_states_and_steps_are_those_of_numpy(page: Page, recipe: str, layers: int) -> None:
    run = made_run("made", recipe, network="lstm", layers=layers, units=16)
    _compare(Modules(page), run.name, prose(150, seed=4), layers)


@pytest.mark.parametrize("name", ["nietzsche-tbptt", "nietzsche-book"])
def test_the_states_of_shipped_models_are_those_of_numpy(page: Page, name: str) -> None:
    _compare(Modules(page), name, 'he said "no" (twice).\nthen he left, and nothing was said ' * 2)


def _compare(modules: Modules, name: str, text: str, layers: int = 1) -> None:
    modules.open([find(name)])
    model = open_model(name)
    read = activations(model, text)
    for position in (0, 1, 59, 60, 100):  # before the states are read, and after that
        for layer in range(layers):
            _compare_step(modules, name, text, position, layer)
    modules.page.evaluate(_OPEN, [name, text])
    for state in ("c", "h"):
        for layer in range(layers):
            found = modules.page.evaluate(_ALL, [state, layer])
            np.testing.assert_allclose(found, read.of(state, layer), **CLOSE)
    _compare_step(modules, name, text, 100, layers - 1)


def _compare_step(modules: Modules, name: str, text: str, position: int, layer: int) -> None:
    if not modules.page.evaluate("() => 'states' in window"):
        modules.page.evaluate(_OPEN, [name, text])
    step = cell_step(open_model(name), text, position, layer)
    for cell in (0, 5, 15):
        script = "(where) => states.step(...where)"
        found: dict[str, Any] = modules.page.evaluate(script, [position, layer, cell])
        for number, value in found["numbers"].items():
            np.testing.assert_allclose(value, getattr(step, number)[cell], **CLOSE)
        parts = np.array((step.from_input, step.from_state, step.bias, step.z))[:, :, cell].T
        np.testing.assert_allclose([line["parts"] for line in found["sums"]], parts, **CLOSE)
        values = [getattr(step, line["gate"])[cell] for line in found["sums"]]
        np.testing.assert_allclose([line["value"] for line in found["sums"]], values, **CLOSE)
