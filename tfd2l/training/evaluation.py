"""Loss and metrics over a dataset, without learning from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.training.step import unreduced, weighted_sum


class Evaluation:
    """Measures a model on batches; every example counts once, rows of weight 0 not at all.

    Arguments:
        model: the Keras model.
        loss: Keras loss.
        metrics: fresh metric objects, not those of training.
        max_batches: at most so many batches; None means all.
    """

    def __init__(
        self,
        model: keras.Model,
        loss: keras.losses.Loss,
        metrics: Sequence[keras.metrics.Metric],
        max_batches: int | None = None,
    ) -> None:
        self.model = model
        self.loss = unreduced(loss)
        self.mean_loss = keras.metrics.Mean(name="loss")
        self.metrics = list(metrics)
        self.max_batches = max_batches
        self._compiled: Any = None

    def __call__(self, batches: tf.data.Dataset) -> dict[str, float]:
        """`loss` and every metric by name."""
        if self._compiled is None:
            self._compiled = tf.function(self._step, input_signature=[batches.element_spec])
        for metric in (self.mean_loss, *self.metrics):
            metric.reset_state()
        for batch in batches.take(-1 if self.max_batches is None else self.max_batches):
            self._compiled(batch)
        return {metric.name: float(metric.result()) for metric in (self.mean_loss, *self.metrics)}

    def _step(self, batch: Any) -> None:
        x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
        outputs = self.model(x, training=False)
        total, count = weighted_sum(self.loss, y, outputs, weights)
        self.mean_loss.update_state(tf.math.divide_no_nan(total, count), sample_weight=count)
        for metric in self.metrics:
            metric.update_state(y, outputs, sample_weight=weights)
