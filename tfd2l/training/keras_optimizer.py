"""What the engine changes in a Keras optimizer."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


def adapt(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The same optimizer, for gradients that are summed over the replicas already, and for steps at the same time.

    Keras clips gradients before it sums them over replicas, so that clipping would depend on the number of replicas;
    here they come summed. And Keras counts by reading, adding and writing, which loses steps when several workers do
    it at once; the TensorFlow variable adds in one go.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner._all_reduce_sum_gradients = lambda gradients_and_variables: gradients_and_variables
    iterations = inner.iterations
    iterations.assign_add = lambda value: iterations.value.assign_add(tf.cast(value, iterations.dtype))
    return optimizer


def loss_scale(optimizer: keras.optimizers.Optimizer) -> Any:
    """The variable that the optimizer divides gradients by; None if it does not."""
    return getattr(optimizer, "dynamic_scale", None)
