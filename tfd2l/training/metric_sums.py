"""Metrics as sums over examples: computed wherever the parts of a batch are, added in one place."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure
from tfd2l.training.mismatch import Mismatch


class MetricSums:
    """Adds up the mean loss and the metrics of a split.

    The state of a Keras metric starts at zero and is a sum over examples (so Keras itself adds it up over replicas).
    What a batch adds to it is computed where the batch is, as plain tensors, and added here: a step that runs twice,
    since a machine broke down, still counts once.

    Args:
        metrics: Keras metrics.
    """

    def __init__(self, metrics: Sequence[keras.metrics.Metric]) -> None:
        self.mean_loss = keras.metrics.Mean(name="loss")
        self.metrics = list(metrics)

    def measure(self, y: Structure, outputs: Structure, weights: tf.Tensor | None) -> list[list[tf.Tensor]]:
        """Computes what some rows add to the state of every metric."""
        return [self._compute(metric, y, outputs, weights) for metric in self.metrics]

    def _compute(
        self, metric: keras.metrics.Metric, y: Structure, outputs: Structure, weights: tf.Tensor | None
    ) -> list[tf.Tensor]:
        zeros = [tf.zeros(variable.shape, variable.dtype) for variable in metric.variables]
        with Mismatch(f"metric.{metric.name}", y=y, outputs=outputs):
            added: list[tf.Tensor] = metric.stateless_update_state(zeros, y, outputs, sample_weight=weights)
        return added

    def add(self, loss: tf.Tensor, count: tf.Tensor, sums: list[list[tf.Tensor]]) -> None:
        """Adds the sums of a whole batch."""
        self.mean_loss.update_state(loss, sample_weight=count)
        for metric, additions in zip(self.metrics, sums, strict=True):
            for variable, addition in zip(metric.variables, additions, strict=True):
                variable.value.assign_add(addition)

    def results(self) -> dict[str, tf.Tensor]:
        """Returns `loss` and every metric by name, over all that was added."""
        return {metric.name: metric.result() for metric in self.all}

    def reset(self) -> None:
        """Sets all sums to zero."""
        for metric in self.all:
            metric.reset_state()

    @property
    def all(self) -> list[keras.metrics.Metric]:
        """The mean loss, and the metrics."""
        return [self.mean_loss, *self.metrics]
