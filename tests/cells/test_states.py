"""States of cells against the equations written out once more, and cells switched off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm.cells.states import GATES, activations, cell_step, without_cells
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network
from charlstm.sampling.reweight import reweight
from tests.made import random_weights

SYMBOLS = "\n abcde"
TEXT = "abba cab\ndeed a bed"
UNITS = 5

Weights = dict[str, NDArray[Any]]


def _model(weights: Weights, window: int | None = None) -> LanguageModel:
    return LanguageModel(Vocabulary(tuple(SYMBOLS)), Network(weights), window)


def _weights(layers: int = 1, seed: int = 0) -> Weights:
    return dict(random_weights(len(SYMBOLS), UNITS, layers, seed))


def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def _read_slowly(
    weights: Weights, text: str, off: frozenset[tuple[int, int]] = frozenset()
) -> tuple[list[list[float]], list[list[float]]]:
    """Return h and c of every layer after a text: loops over single numbers, as the paper says.

    A cell that is off has its h and c put to 0 after each step.
    """
    names = ["lstm", "lstm_1", "lstm_2"][: sum("recurrent" in name for name in weights)]
    hidden = [[0.0] * UNITS for _ in names]
    cells = [[0.0] * UNITS for _ in names]
    for symbol in text:
        inputs = [float(symbol == each) for each in SYMBOLS]
        for layer, name in enumerate(names):
            kernel, recurrent, bias = (
                weights[f"{name}/{part}"].astype(float)
                for part in ("kernel", "recurrent_kernel", "bias")
            )
            z = [
                sum(x * kernel[row, column] for row, x in enumerate(inputs))
                + sum(h * recurrent[row, column] for row, h in enumerate(hidden[layer]))
                + bias[column]
                for column in range(4 * UNITS)
            ]
            for unit in range(UNITS):
                i, f, g, o = (z[gate * UNITS + unit] for gate in range(4))
                cells[layer][unit] = _sigmoid(f) * cells[layer][unit] + _sigmoid(i) * math.tanh(g)
                if (layer, unit) in off:
                    cells[layer][unit] = 0.0
                inputs = inputs if unit else []
                inputs.append(_sigmoid(o) * math.tanh(cells[layer][unit]))
            hidden[layer] = inputs
    return hidden, cells


@pytest.mark.parametrize("window", [None, 6])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_states_are_those_of_the_equations(layers: int, window: int | None) -> None:
    weights = _weights(layers)
    found = activations(_model(weights, window), TEXT)
    assert found.c.shape == found.h.shape == (layers, len(TEXT), UNITS)
    assert found.c.dtype == np.float64
    for position in (0, 3, 5, 6, len(TEXT) - 1):
        read = (
            TEXT[: position + 1]
            if window is None
            else TEXT[max(0, position + 1 - window) : position + 1]
        )
        hidden, cells = _read_slowly(weights, read)
        np.testing.assert_allclose(found.h[:, position], hidden, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.c[:, position], cells, rtol=0, atol=1e-12)
    assert (found.of("h", layers - 1) == found.h[-1]).all()
    assert (found.of("c") == found.c[0]).all()


@pytest.mark.parametrize("window", [None, 6])
def test_the_last_state_is_the_one_that_the_distribution_is_read_from(window: int | None) -> None:
    weights = _weights(2)
    model = _model(weights, window)
    last = activations(model, TEXT).h[-1, -1]
    logits = last @ weights["dense/kernel"].astype(float) + weights["dense/bias"]
    np.testing.assert_allclose(model.logits(TEXT), logits, rtol=0, atol=1e-12)


def test_what_the_model_does_not_know_is_reported_and_has_no_state() -> None:
    found = activations(_model(_weights()), "Ab!c")
    assert found.reading.text == "abc"
    assert found.reading.dropped == ("!",)
    assert found.c.shape == (1, 3, UNITS)
    assert activations(_model(_weights()), "").c.shape == (1, 0, UNITS)


@pytest.mark.parametrize("window", [None, 6])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("position", [0, 4, len(TEXT) - 1])
def test_the_parts_of_a_step_make_the_step(position: int, layers: int, window: int | None) -> None:
    weights = _weights(layers, seed=1)
    model = _model(weights, window)
    found = activations(model, TEXT)
    for layer in range(layers):
        step = cell_step(model, TEXT, position, layer)
        np.testing.assert_allclose(step.c, found.c[layer, position], rtol=0, atol=1e-12)
        np.testing.assert_allclose(step.h, found.h[layer, position], rtol=0, atol=1e-12)
        np.testing.assert_allclose(step.z, step.from_input + step.from_state + step.bias, atol=0)
        z = dict(zip(GATES, step.z, strict=True))
        for gate, values in (("i", step.i), ("f", step.f), ("o", step.o)):
            np.testing.assert_allclose(values, 1 / (1 + np.exp(-z[gate])), rtol=0, atol=1e-15)
        np.testing.assert_allclose(step.g, np.tanh(z["g"]), rtol=0, atol=1e-15)
        np.testing.assert_allclose(step.c, step.f * step.c_before + step.i * step.g, atol=1e-15)
        np.testing.assert_allclose(step.h, step.o * np.tanh(step.c), atol=1e-15)
        first = 0 if window is None else max(0, position + 1 - window)
        hidden, cells = _read_slowly(weights, TEXT[first:position])
        np.testing.assert_allclose(step.h_before, hidden[layer], rtol=0, atol=1e-12)
        np.testing.assert_allclose(step.c_before, cells[layer], rtol=0, atol=1e-12)
    row = weights["lstm/kernel"][SYMBOLS.index(TEXT[position])].reshape(4, UNITS)
    np.testing.assert_allclose(cell_step(model, TEXT, position).from_input, row, rtol=0, atol=0)


def test_weights_come_back_from_the_network_as_they_were_given() -> None:
    weights = _weights(2)
    back = Network(weights).weights()
    assert back.keys() == weights.keys()
    for name, weight in weights.items():
        np.testing.assert_array_equal(back[name], weight)
        back[name][...] = 0.0
    again = Network(weights)
    for name, weight in again.weights().items():
        np.testing.assert_array_equal(weight, weights[name])


@pytest.mark.parametrize("window", [None, 6])
def test_cells_that_are_off_hold_nothing_and_say_nothing_to_the_others(window: int | None) -> None:
    weights = _weights(2, seed=3)
    off = {(0, 1), (0, 4), (1, 2)}
    model = _model(weights, window)
    silent = activations(without_cells(model, off), TEXT)
    for layer, cell in off:
        assert (silent.c[layer, :, cell] == 0).all()
        assert (silent.h[layer, :, cell] == 0).all()
    read = TEXT if window is None else TEXT[-window:]
    hidden, cells = _read_slowly(weights, read, frozenset(off))
    np.testing.assert_allclose(silent.h[:, -1], hidden, rtol=0, atol=1e-12)
    np.testing.assert_allclose(silent.c[:, -1], cells, rtol=0, atol=1e-12)
    assert (activations(model, TEXT).c != silent.c).any()


def test_without_any_cell_only_the_bias_of_the_output_is_left() -> None:
    weights = _weights(2)
    model = _model(weights)
    nothing = without_cells(model, [(layer, cell) for layer in range(2) for cell in range(UNITS)])
    bias = reweight(weights["dense/bias"].astype(float), 1.0)
    for prompt in ("", "a", TEXT):
        np.testing.assert_allclose(nothing.next(prompt), bias, rtol=0, atol=1e-15)


def test_switching_off_nothing_changes_nothing_and_keeps_the_dtype() -> None:
    weights = _weights()
    model = LanguageModel(Vocabulary(tuple(SYMBOLS)), Network(weights, np.float32), None)
    same = without_cells(model, [])
    assert same.network.dtype == np.float32
    np.testing.assert_array_equal(same.logits(TEXT), model.logits(TEXT))


@pytest.mark.parametrize("cell", [(0, UNITS), (0, -1), (1, 0), (-1, 0)])
def test_a_cell_that_is_not_there_is_named(cell: tuple[int, int]) -> None:
    with pytest.raises(CharlstmError, match="There is no cell"):
        without_cells(_model(_weights()), [(0, 0), cell])


def test_a_step_that_never_was_is_refused() -> None:
    model = _model(_weights())
    for position in (-1, len(TEXT)):
        with pytest.raises(CharlstmError, match="There is no character"):
            cell_step(model, TEXT, position)
    with pytest.raises(CharlstmError, match="There is no cell"):
        cell_step(model, TEXT, 0, layer=1)
