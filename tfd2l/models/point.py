"""A model whose one weight is a point: its training is the trace of an optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.ops.optimization.objectives import make_objective


@keras.saving.register_keras_serializable(package="tfd2l")
class Point(keras.Model):
    """A point that walks on a function f and remembers where it has been.

    outputs = f(position) + noise . position, so that the gradient of a step is grad f(position) + noise.

    `position`, (d,), is the one weight that learns. `visited`, (total_steps, d), holds the points that steps began
    at, `steps` says how many; being weights, they are kept by snapshots and written inside the graph.

    Args:
        start: where it starts, d numbers.
        total_steps: how many steps it can remember.
        objective: f, a name of `tfd2l.ops.optimization.objectives`.
        coefficients: those of f that differ from their defaults.

    Shapes: noise (batch, d); outputs (batch,).

    Raises:
        ConfigError: no such function, no such coefficient, or a start of other dimensions than f's.
    """

    def __init__(
        self,
        start: Sequence[float],
        total_steps: int,
        objective: str = "quadratic",
        coefficients: Mapping[str, float] | None = None,
        **kwargs: Any,
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
        """(steps + 1, d), the start, and the point after every step so far."""
        visited = np.asarray(self.visited)[: int(self.steps)]
        return np.concatenate([visited, np.asarray(self.position)[None]])

    def descend(self, optimizer: keras.optimizers.Optimizer, noise: tf.Tensor) -> np.ndarray:
        """Let an optimizer take steps, all in one graph; returns the trace, (steps + 1, d).

        Args:
            optimizer: a fresh one.
            noise: (steps, d), added to the gradients.
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
    """A point that walks on a function of chapter 11, to be trained with the loss `output` on `gradient_noise`.

    Its outputs are f(position) + noise . position: the gradient of a step is grad f(position) + noise.

    Args:
        data: batches of noise, (batch, d).
        objective: f: square, cosine_product, hyperbolic_cosine, quadratic, ... (`tfd2l.ops.optimization.objectives`).
        coefficients: those of f that differ from their defaults.
        start: where it starts, d numbers.

    Raises:
        ConfigError: no such function, no such coefficient, or dimensions that differ.

    Source: sections 11.3, 11.4, 11.6 to 11.10.
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
    """Keras' own `Constant` knows no vector."""
    return lambda shape, dtype=None: tf.constant(values, dtype)
