"""Linear regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class LinearRegression(keras.Model):
    """Linear regression, y = w . x + b.

    Args:
        sizes: Width of each input, in the order of the inputs' names.
        initial_deviation: Standard deviation of w's normal initialization; b is 0 initially. Defaults to 0.01.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Tensor, or dict of tensors, of shape `(batch,)` or `(batch, size)`.

    Returns:
        Predictions of shape `(batch,)`.

    Example:
        >>> from tfd2l.models.linear_regression import LinearRegression
        >>> model = LinearRegression(sizes=[1, 2], initial_deviation=0.0)
        >>> model({"chord": tf.constant([1.0, 2.0]), "flow": tf.zeros([2, 2])}).numpy()
        array([0., 0.], dtype=float32)
    """

    def __init__(self, sizes: Sequence[int], initial_deviation: float = 0.01, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.sizes = list(sizes)
        self.initial_deviation = initial_deviation
        start = keras.initializers.RandomNormal(0.0, initial_deviation)
        self.dense = keras.layers.Dense(1, kernel_initializer=start, name="dense")

    def build(self, input_shape: Shape | None = None) -> None:
        self.dense.build((None, sum(self.sizes)))
        self.built = True

    def call(self, inputs: object) -> tf.Tensor:
        parts = zip(tf.nest.flatten(inputs), self.sizes, strict=True)  # a dict by the order of its names
        x = tf.concat([tf.reshape(value, [-1, size]) for value, size in parts], axis=1)  # (batch, features)
        return self.dense(x)[:, 0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "initial_deviation": self.initial_deviation}


@check_bounds
def linear_regression(data: DataInfo, initial_deviation: NonNegativeFloat = 0.01) -> LinearRegression:
    """Linear regression on all inputs of a batch.

    Args:
        data: Description of the data: its inputs, numbers or vectors of numbers, are the features.
        initial_deviation: Standard deviation of the weights' normal initialization. Defaults to 0.01.

    Returns:
        A `LinearRegression`.

    Raises:
        ConfigError: An input is neither a number nor a vector of numbers, or the deviation is below 0.

    References:
        - *Dive into Deep Learning*, section 11.5.2.
    """
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
