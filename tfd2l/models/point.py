"""Point on a test function, whose training is the trace of an optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.options import LayerOptions
from tfd2l.ops.optimization.objectives import make_objective


@keras.saving.register_keras_serializable(package="tfd2l")
class Point(keras.Model):
    """Point on a function f that records the positions it has had.

    The outputs are f(position) + noise . position, so that the gradient of a step is grad f(position) + noise.
    `position`, `(d,)`, is the trainable weight. `visited`, `(total_steps, d)`, contains the points at which steps
    began, `steps` their number; these are weights too, so that checkpoints contain them and the graph writes them.

    Args:
        start: Initial position, d numbers.
        total_steps: Number of steps that can be recorded.
        objective: Name of f in `tfd2l.ops.optimization.objectives`. Defaults to `"quadratic"`.
        coefficients: Coefficients of f that differ from their defaults. `None`: none.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        noise: Tensor of shape `(batch, d)`.
        training: Whether to record the position.

    Returns:
        Values of shape `(batch,)`.

    Raises:
        ConfigError: There is no such function or coefficient, or the function has other dimensions than the position.

    Example:
        >>> from tfd2l.models.point import Point
        >>> from tfd2l.optimizers.sgd import SGD
        >>> model = Point(start=[1.0, 1.0], total_steps=2, objective="quadratic")  # x1^2 + 2 x2^2
        >>> model.descend(SGD(learning_rate=0.1), noise=tf.zeros([2, 2]))
        array([[1.  , 1.  ],
               [0.8 , 0.6 ],
               [0.64, 0.36]], dtype=float32)
    """

    def __init__(
        self,
        start: Sequence[float],
        total_steps: int,
        objective: str = "quadratic",
        coefficients: Mapping[str, float] | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.objective = make_objective(objective, coefficients)
        if len(start) != self.objective.dimensions:
            raise ConfigError(
                f"A point of the objective {objective!r} has {self.objective.dimensions} coordinates. "
                f"Received: model.start={list(start)}"
            )
        self.start = [float(value) for value in start]
        self.total_steps = total_steps
        self.position = self.add_weight(
            shape=(len(start),), initializer=_constant(self.start), name="position", dtype="float32"
        )
        self.visited = self.add_weight(
            shape=(total_steps, len(start)), initializer="zeros", trainable=False, name="visited", dtype="float32"
        )
        self.steps = self.add_weight(shape=(), initializer="zeros", trainable=False, name="steps", dtype="int32")
        self.built = True

    def call(self, noise: tf.Tensor, training: bool = False) -> tf.Tensor:
        position = tf.convert_to_tensor(self.position)  # (d,)
        if training:
            step = tf.convert_to_tensor(self.steps)
            here = tf.tensor_scatter_nd_update(tf.convert_to_tensor(self.visited), step[None, None], position[None])
            self.visited.assign(here)
            self.steps.assign(step + 1)
        return self.objective(position) + tf.linalg.matvec(noise, position)  # (batch,)

    @property
    def trace(self) -> np.ndarray:
        """The start, and the position after every step so far, `(steps + 1, d)`."""
        visited = np.asarray(self.visited)[: int(self.steps)]
        return np.concatenate([visited, np.asarray(self.position)[None]])

    def descend(self, optimizer: keras.optimizers.Optimizer, noise: tf.Tensor) -> np.ndarray:
        """Takes steps with an optimizer, all in one graph.

        Args:
            optimizer: A new optimizer.
            noise: Noise of shape `(steps, d)`, which is added to the gradients.

        Returns:
            The trace, `(steps + 1, d)`.
        """
        optimizer.build(self.trainable_variables)

        @tf.function
        def run(noise: tf.Tensor) -> None:
            for row in noise:
                with tf.GradientTape() as tape:
                    loss = tf.reduce_sum(self(row[None], training=True))
                optimizer.apply(tape.gradient(loss, [self.position.value]), [self.position])

        steps = tf.convert_to_tensor(noise, tf.float32)
        run.get_concrete_function(steps)(steps)
        return self.trace

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "start": self.start,
            "total_steps": self.total_steps,
            "objective": self.objective.name,
            "coefficients": dict(self.objective.coefficients),
        }


def point(
    data: DataInfo,
    total_steps: int,
    objective: str = "quadratic",
    coefficients: dict[str, float] | None = None,
    start: Sequence[float] = (-5.0, -2.0),
) -> Point:
    """Point on a test function, whose training is the trace of an optimizer.

    The outputs are f(position) + noise . position: the gradient of a step is grad f(position) + noise. It is trained
    with the loss `output` on the dataset `gradient_noise`.

    Args:
        data: Description of the data: batches of noise, `(batch, d)`.
        total_steps: Number of steps of the run; an experiment passes its own.
        objective: Name of f in `tfd2l.ops.optimization.objectives`: square, cosine_product, hyperbolic_cosine,
            quadratic, and so on. Defaults to `"quadratic"`.
        coefficients: Coefficients of f that differ from their defaults. `None`: none.
        start: Initial position, d numbers. Defaults to (-5, -2).

    Returns:
        A `Point`.

    Raises:
        ConfigError: There is no such function or coefficient, or noise, position and function differ in dimensions.

    References:
        - *Dive into Deep Learning*, sections 11.3, 11.4 and 11.6 to 11.10.
    """
    model = Point(start, total_steps, objective, coefficients)
    (dimensions,) = tf.nest.flatten(data.batch_spec)[0].shape[1:]
    if dimensions != len(start):
        raise ConfigError(
            f"The noise of a step has {dimensions} coordinates (dataset.dimensions), the point has {len(start)}. "
            f"Received: model.start={list(start)}"
        )
    return model


def _constant(values: Sequence[float]) -> Any:
    """Returns an initializer; `keras.initializers.Constant` takes no vector."""
    return lambda shape, dtype=None: tf.constant(values, dtype)
