"""The integer network: the same integers as plain integer arithmetic, whatever computes it."""

from __future__ import annotations

import numpy as np
import pytest
import threadpoolctl

from charlstm.compression.integer_network import CELL_LIMIT, WEIGHT_BITS, IntegerNetwork
from charlstm.errors import CharlstmError, RunError
from charlstm.sampling.language_model import Cursor
from charlstm.sampling.network import Network
from charlstm.sampling.reweight import reweight
from tests.compression.reference import formula_weights, frequencies
from tests.made import random_weights


def _run(network: IntegerNetwork, ids: np.ndarray) -> np.ndarray:
    """Return the frequencies before every symbol: ids of shape (steps, streams)."""
    state = network.zero_state(ids.shape[1])
    found = []
    for now in ids:
        found.append(network.frequencies(network.logits(state)))
        state = network.step(now, state)
    return np.array(found)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("weight_bits", [3, 6, 10])
def test_it_computes_what_plain_integers_compute(layers: int, weight_bits: int) -> None:
    weights = random_weights(9, units=5, layers=layers, seed=layers)
    ids = [3, 1, 4, 1, 5, 8, 2, 6, 5, 3, 5, 8, 0, 7]
    right = frequencies(weights, ids, weight_bits)
    found = _run(IntegerNetwork(weights, weight_bits), np.array(ids)[:, None])
    assert found[:, 0].tolist() == right


@pytest.mark.parametrize("scale", [30.0, 500.0])
def test_also_where_gates_are_saturated_and_cells_run_away(scale: float) -> None:
    weights = {name: w * scale for name, w in random_weights(6, units=4, seed=3).items()}
    ids = [0, 5, 5, 5, 5, 2, 1, 5, 5, 5]
    found = _run(IntegerNetwork(weights), np.array(ids)[:, None])
    assert found[:, 0].tolist() == frequencies(weights, ids, WEIGHT_BITS)


def test_neither_the_batch_nor_the_threads_nor_the_order_change_a_bit() -> None:
    weights = random_weights(57, units=128, seed=1)
    network = IntegerNetwork(weights)
    ids = np.random.default_rng(0).integers(0, 57, (8, 64))
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        one = _run(network, ids)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        assert (_run(network, ids) == one).all()
    assert (_run(network, ids[:, 5:6]) == one[:, 5:6]).all()
    assert (_run(network, ids[:, 3:20]) == one[:, 3:20]).all()
    # Cells in another order: other partial sums, the same network.
    order = np.random.default_rng(1).permutation(128)
    columns = np.concatenate([order + gate * 128 for gate in range(4)])
    shuffled = {
        "lstm/kernel": weights["lstm/kernel"][:, columns],
        "lstm/recurrent_kernel": weights["lstm/recurrent_kernel"][order][:, columns],
        "lstm/bias": weights["lstm/bias"][columns],
        "dense/kernel": weights["dense/kernel"][order],
        "dense/bias": weights["dense/bias"],
    }
    assert (_run(IntegerNetwork(shuffled), ids) == one).all()


def test_states_are_whole_numbers_within_their_range() -> None:
    weights = {name: w * 40 for name, w in random_weights(6, units=4, layers=2, seed=3).items()}
    network = IntegerNetwork(weights)
    state = network.zero_state(3)
    for _ in range(20):
        state = network.step(np.array([1, 2, 5]), state)
        for hidden, cell in state:
            assert (hidden == np.rint(hidden)).all()
            assert (cell == np.rint(cell)).all()
            assert abs(hidden).max() <= 2**16
            assert abs(cell).max() <= CELL_LIMIT


def test_it_predicts_what_the_network_predicts() -> None:
    weights = random_weights(20, units=16, layers=2, seed=5)
    whole, rounded = Cursor(Network(weights)), IntegerNetwork(weights, 16)
    state = rounded.zero_state()
    for symbol in np.random.default_rng(2).integers(0, 20, 40):
        whole.read(np.array([symbol]))
        state = rounded.step(np.array([symbol]), state)
        expected = rounded.frequencies(rounded.logits(state))[0]
        p = reweight(whole.logits()[0], 1.0)
        assert expected / expected.sum() == pytest.approx(p, rel=0.02, abs=1e-4)


def test_no_sum_can_leave_the_range_where_all_are_exact() -> None:
    weights = formula_weights(20)
    assert 0 < IntegerNetwork(weights).largest_sum() < 2**53
    # Two products of 2^16 by 2^36 together reach 2^53.
    weights["lstm/recurrent_kernel"][:2, 0] = 2.0 ** (36 - WEIGHT_BITS)
    with pytest.raises(CharlstmError, match="too large for exact computation"):
        IntegerNetwork(weights)
    weights["lstm/recurrent_kernel"][:2, 0] = 2.0 ** (34 - WEIGHT_BITS)
    assert IntegerNetwork(weights).largest_sum() > 2**51


def test_what_is_no_network_is_refused() -> None:
    weights = formula_weights(20)
    del weights["dense/bias"]
    with pytest.raises(RunError, match="incomplete"):
        IntegerNetwork(weights)
    weights = formula_weights(20)
    weights["dense/bias"][3] = np.nan
    with pytest.raises(RunError, match="not finite"):
        IntegerNetwork(weights)


def test_the_digest_tells_any_two_models_apart() -> None:
    weights = formula_weights(20)
    digests = {IntegerNetwork(weights).digest(), IntegerNetwork(weights, 9).digest()}
    weights["dense/bias"][3] += 1 / 64
    digests.add(IntegerNetwork(weights).digest())
    assert len(digests) == 3
    same = {name: w.astype(np.float16) for name, w in formula_weights(20).items()}
    assert IntegerNetwork(same).digest() in digests
