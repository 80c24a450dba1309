"""The notebook's program as a peer: one-hot windows, Keras's own layers, fit and predict.

Follows its steps and settings (Chollet 2017, section 8.1); knows nothing of charlstm but where the
text comes from.
"""

from __future__ import annotations

import time
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

WINDOW, STEP = 60, 3


def one_hot_windows(text: str, symbols: list[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return all windows and next characters, one-hot, as the notebook makes them."""
    index = {symbol: position for position, symbol in enumerate(symbols)}
    starts = range(0, len(text) - WINDOW, STEP)
    x = np.zeros((len(starts), WINDOW, len(symbols)), dtype=bool)
    y = np.zeros((len(starts), len(symbols)), dtype=bool)
    for row, start in enumerate(starts):
        for position, character in enumerate(text[start : start + WINDOW]):
            x[row, position, index[character]] = True
        y[row, index[text[start + WINDOW]]] = True
    return x, y


def build(symbols: int) -> keras.Sequential:
    """Return the notebook's compiled network."""
    model = keras.Sequential(
        [
            keras.Input((WINDOW, symbols)),
            keras.layers.LSTM(128),
            keras.layers.Dense(symbols, activation="softmax"),
        ]
    )
    model.compile(
        loss="categorical_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=0.01)
    )
    return model


def curve_to(
    target: float,
    text: str,
    held_out: tuple[NDArray[Any], NDArray[Any]],
    symbols: list[str],
    most_epochs: int,
) -> list[tuple[float, float]]:
    """Train until the held-out window loss is at most ``target`` nats, measured after each epoch.

    Args:
        target: In nats.
        text: To train on.
        held_out: One-hot windows and what comes after them, those that all others are measured on.
        symbols: Of the text, in the order of the one-hot vectors.
        most_epochs: End after so many at the latest.

    Returns:
        (seconds of training, loss) per epoch.
    """
    x, y = one_hot_windows(text, symbols)
    model = build(len(symbols))
    held_x, held_y = held_out
    seconds, curve = 0.0, []
    for _ in range(most_epochs):
        began = time.perf_counter()
        model.fit(x, y, batch_size=128, epochs=1, verbose=0)
        seconds += time.perf_counter() - began
        loss = float(model.evaluate(held_x, held_y, batch_size=1024, verbose=0))
        curve.append((seconds, loss))
        print(f"  seed's program: {seconds:.0f} s, held-out window loss {loss:.3f}", flush=True)
        if loss <= target:
            break
    return curve


def sample(probabilities: NDArray[Any], temperature: float, rng: np.random.Generator) -> int:
    """Reweight and draw as the notebook does."""
    logs = np.log(probabilities.astype("float64")) / temperature
    weights = np.exp(logs)
    return int(np.argmax(rng.multinomial(1, weights / weights.sum())))


def write(model: keras.Sequential, prompt: str, symbols: list[str], length: int) -> str:
    """Write with one ``predict`` per character."""
    index = {symbol: position for position, symbol in enumerate(symbols)}
    rng = np.random.default_rng(0)
    text, written = prompt, ""
    for _ in range(length):
        sampled = np.zeros((1, WINDOW, len(symbols)))
        for position, character in enumerate(text[-WINDOW:]):
            sampled[0, position, index[character]] = 1.0
        symbol = symbols[sample(model.predict(sampled, verbose=0)[0], 0.5, rng)]
        text += symbol
        written += symbol
    return written
