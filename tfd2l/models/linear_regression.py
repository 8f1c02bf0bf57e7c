"""Linear regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError


@keras.saving.register_keras_serializable(package="tfd2l")
class LinearRegression(keras.Model):
    """y = w . x + b.

    Args:
        sizes: how many numbers each input is; inputs go by the order of their names.
        initial_deviation: standard deviation of w's normal start; b starts at 0.

    Input: one tensor or a dict of such, (batch,) or (batch, size) each.
    Output: (batch,).
    """

    def __init__(self, sizes: Sequence[int], initial_deviation: float = 0.01, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sizes = list(sizes)
        self.initial_deviation = initial_deviation
        start = keras.initializers.RandomNormal(0.0, initial_deviation)
        self.dense = keras.layers.Dense(1, kernel_initializer=start, name="dense")

    def build(self, input_shape: Any = None) -> None:
        self.dense.build((None, sum(self.sizes)))
        self.built = True

    def call(self, inputs: Any) -> tf.Tensor:
        parts = zip(tf.nest.flatten(inputs), self.sizes, strict=True)  # a dict by the order of its names
        x = tf.concat([tf.reshape(value, [-1, size]) for value, size in parts], axis=1)  # (batch, features)
        return self.dense(x)[:, 0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "initial_deviation": self.initial_deviation}


def linear_regression(data: DataInfo, initial_deviation: float = 0.01) -> LinearRegression:
    """Linear regression on all inputs of a batch.

    Args:
        data: its inputs, numbers or vectors of numbers, are the features.
        initial_deviation: standard deviation of the weights' normal start.

    Raises:
        ConfigError: an input that is not a number or a vector of numbers, or a deviation below 0.

    Source: section 11.5.2.
    """
    if initial_deviation < 0:
        raise ConfigError(f"A deviation is 0 or more. Received: model.initial_deviation={initial_deviation}")
    sizes = []
    for spec in tf.nest.flatten(data.batch_spec[0]):
        if not spec.dtype.is_floating or spec.shape.rank not in (1, 2) or None in spec.shape[1:]:
            raise ConfigError(
                f"model.linear_regression takes numbers, or vectors of one length (stages.batch.inputs). "
                f"Received: an input {spec.dtype.name} of shape {tuple(spec.shape)}"
            )
        sizes.append(spec.shape[1] if spec.shape.rank == 2 else 1)
    model = LinearRegression(sizes, initial_deviation, name="linear_regression")
    model.build()
    return model
