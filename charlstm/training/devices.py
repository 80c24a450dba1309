"""Which device learns: a GPU where TensorFlow has one, else the processor.

Imports tensorflow. On the processor our kernels run, compiled by XLA; a GPU gets Keras's own
layers, whose loops run on cuDNN.
"""

from __future__ import annotations

import tensorflow as tf


def has_gpu() -> bool:
    """Return whether TensorFlow sees a GPU that it may use."""
    return bool(tf.config.list_logical_devices("GPU"))
