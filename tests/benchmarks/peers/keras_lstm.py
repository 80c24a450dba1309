"""Peer: keras.layers.LSTM as Keras trains it, on the same batches."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tests.benchmarks.peers.task import SYMBOLS, Job, Measure, Step, answer


def make(job: Job) -> tuple[Step, Measure]:
    """Return a step of learning and a measurement of the window loss."""
    keras.utils.set_random_seed(job.seed)
    first: Any = "glorot_uniform"
    if job.inputs == "one-hot, N(0, 1)":
        first = keras.initializers.RandomNormal(stddev=1.0, seed=job.seed)
    layers = [
        keras.layers.LSTM(
            job.units,
            return_sequences=True,
            return_state=True,
            kernel_initializer="glorot_uniform" if number else first,
        )
        for number in range(job.layers)
    ]
    dense = keras.layers.Dense(SYMBOLS)
    adam = keras.optimizers.Adam(job.rate, global_clipnorm=1.0)

    def network(ids: Any, states: Any, *, training: bool) -> Any:
        hiddens, new_states = tf.one_hot(ids, SYMBOLS), []
        for layer, state in zip(layers, states, strict=True):
            hiddens, *new_state = layer(hiddens, initial_state=state, training=training)
            new_states.append(new_state)
        return dense(hiddens), new_states

    def zero(streams: int) -> Any:
        return [[tf.zeros((streams, job.units)) for _ in range(2)] for _ in range(job.layers)]

    network(np.zeros((1, 2), np.int32), zero(1), training=False)
    variables = [v for layer in [*layers, dense] for v in layer.trainable_variables]
    adam.build(variables)

    @tf.function(autograph=False)
    def learn(ids: Any, targets: Any, keep: Any, states: Any) -> Any:
        states = [[part * keep[:, None] for part in state] for state in states]
        with tf.GradientTape() as tape:
            logits, new_states = network(ids, states, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))
        adam.apply(tape.gradient(loss, variables), variables)
        return loss, new_states

    @tf.function(autograph=False)
    def last(ids: Any, targets: Any) -> Any:
        logits, _ = network(ids, zero(ids.shape[0]), training=False)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits[:, -1])

    carried = zero(job.batch)

    def step(batch: Any, rate: float) -> float:
        nonlocal carried
        adam.learning_rate.assign(rate)
        loss, carried = learn(batch.ids.T, batch.targets.T, batch.keep, carried)
        return float(loss)

    def measure(windows: Any, targets: Any) -> float:
        return float(tf.reduce_mean(last(windows, targets)))

    return step, measure


if __name__ == "__main__":
    answer(make)
