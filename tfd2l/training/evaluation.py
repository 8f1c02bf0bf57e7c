"""Evaluation: loss and metrics over a dataset."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.strategies.base.strategy import Pending, Strategy, Submit
from tfd2l.strategies.base.structure import Structure
from tfd2l.training.metric_sums import MetricSums
from tfd2l.training.weighting import remove_reduction, sum_losses


class Evaluation:
    """Computes loss and metrics of a model over batches; every example counts once, rows of weight 0 not at all.

    Args:
        model: the Keras model.
        loss: Keras loss.
        metrics: Keras metrics, other objects than those of training.
        strategy: where it runs.
        max_batches: the most batches to take; None takes all.
    """

    def __init__(
        self,
        model: keras.Model,
        loss: keras.losses.Loss,
        metrics: Sequence[keras.metrics.Metric],
        strategy: Strategy,
        max_batches: int | None = None,
    ) -> None:
        self.model = model
        self.loss = remove_reduction(loss)
        self.metrics = MetricSums(metrics)
        self.strategy = strategy
        self.max_batches = max_batches
        self._submit: Submit | None = None

    def __call__(self, batches: tf.data.Dataset) -> dict[str, float]:
        """Returns `loss` and every metric by name."""
        if self._submit is None:
            self._submit = self.strategy.compile(self._compute, self._finish, batches.element_spec)
        self.metrics.reset()
        pending: deque[Pending] = deque()  # as many at once as the strategy likes
        for batch in batches.take(-1 if self.max_batches is None else self.max_batches):
            pending.append(self._submit(batch))
            if len(pending) >= self.strategy.in_flight:
                pending.popleft()()
        for wait in pending:
            wait()
        return {name: float(value) for name, value in self.metrics.results().items()}

    def _compute(self, batch: Structure) -> Any:
        rows = self.strategy.rows(batch)
        x, y, weights = keras.utils.unpack_x_y_sample_weight(rows)
        outputs = self.model(x, training=False)
        total, count = sum_losses(self.loss, y, outputs, weights)
        return self.strategy.sum((total, count, self.metrics.measure(y, outputs, weights)))

    def _finish(self, result: Any) -> None:
        total, count, sums = result
        self.metrics.add(tf.math.divide_no_nan(total, count), count, sums)
