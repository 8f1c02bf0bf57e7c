"""Metrics as sums over examples: parts of a batch may be measured anywhere, and are added in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.training.mismatch import Mismatch


class MetricSums:
    """The mean loss and metrics of a split.

    The state of a Keras metric starts at zero and is a sum over examples (so Keras itself adds it up over replicas).
    What a batch adds to it is computed where the batch is, as plain tensors, and added here: a step that is tried
    twice, on a machine that broke down, is still counted once.

    Args:
        metrics: Keras metrics.
    """

    def __init__(self, metrics: Sequence[keras.metrics.Metric]) -> None:
        self.mean_loss = keras.metrics.Mean(name="loss")
        self.metrics = list(metrics)

    def of(self, y: Any, outputs: Any, weights: tf.Tensor | None) -> list[list[tf.Tensor]]:
        """What some rows add to the state of every metric."""
        return [self._added(metric, y, outputs, weights) for metric in self.metrics]

    def _added(self, metric: keras.metrics.Metric, y: Any, outputs: Any, weights: tf.Tensor | None) -> list[tf.Tensor]:
        zeros = [tf.zeros(variable.shape, variable.dtype) for variable in metric.variables]
        with Mismatch(f"metric.{metric.name}", y=y, outputs=outputs):
            added: list[tf.Tensor] = metric.stateless_update_state(zeros, y, outputs, sample_weight=weights)
        return added

    def add(self, loss: tf.Tensor, count: tf.Tensor, sums: list[list[tf.Tensor]]) -> None:
        """Add what a whole batch gave."""
        self.mean_loss.update_state(loss, sample_weight=count)
        for metric, additions in zip(self.metrics, sums, strict=True):
            for variable, addition in zip(metric.variables, additions, strict=True):
                variable.value.assign_add(addition)

    def results(self) -> dict[str, tf.Tensor]:
        """`loss` and every metric by name, over all that was added."""
        return {metric.name: metric.result() for metric in self.all}

    def reset(self) -> None:
        """Start anew."""
        for metric in self.all:
            metric.reset_state()

    @property
    def all(self) -> list[keras.metrics.Metric]:
        """The mean loss, and the metrics."""
        return [self.mean_loss, *self.metrics]
