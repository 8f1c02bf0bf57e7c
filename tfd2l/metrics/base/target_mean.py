"""Mean over the positions of one of several targets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions


class TargetMean(keras.metrics.Mean):
    """Mean, over the positions of one of several targets, of a number that a subclass computes for each position.

    Every position with a positive weight counts alike, however many there are in its batch.

    Args:
        target: key of the labels in y, and of the logits among the outputs.
        weights: key in y of weights, positive at the positions that count; None counts all.
        shown_as: name in the logs.
        name: Keras' own; `shown_as` by default.
        kwargs: of `keras.metrics.Mean`.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.base.target_mean import TargetMean
        >>> class MeanLabel(TargetMean):
        ...     def compute(self, labels, logits):
        ...         return tf.cast(labels, tf.float32)
        >>> metric = MeanLabel("token", weights="real", shown_as="label")
        >>> metric.update_state({"token": tf.constant([[2, 4, 9]]), "real": tf.constant([[1, 1, 0]])},
        ...                     {"token": tf.zeros([1, 3, 10])})
        >>> print(metric.result().numpy())
        3.0
    """

    def __init__(
        self, target: str, weights: str | None, shown_as: str, name: str = "", **kwargs: Unpack[MetricOptions]
    ) -> None:
        super().__init__(name=name or shown_as, **kwargs)
        self.target = target
        self.weights_key = weights
        self.shown_as = shown_as

    @abstractmethod
    def compute(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """Returns the number of each position, (batch, ...) float32.

        Args:
            labels: (batch, ...) int32.
            logits: (batch, ..., classes), of any floating type.
        """

    def update_state(
        self,
        y_true: Mapping[str, tf.Tensor],
        y_pred: Mapping[str, tf.Tensor],
        sample_weight: tf.Tensor | None = None,
    ) -> None:
        values = self.compute(tf.cast(y_true[self.target], tf.int32), y_pred[self.target])
        super().update_state(values, self._weigh_positions(y_true, sample_weight))

    def _weigh_positions(self, y: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None) -> tf.Tensor:
        """Returns (batch, ...): 1 where the weight of a position and that of its example are positive, else 0."""
        labels = y[self.target]
        counts = tf.ones(tf.shape(labels), tf.bool) if self.weights_key is None else y[self.weights_key] > 0
        if sample_weight is not None:
            rows = sample_weight > 0  # (batch,)
            counts &= tf.reshape(rows, tf.concat([tf.shape(rows), tf.ones([labels.shape.rank - 1], tf.int32)], axis=0))
        return tf.cast(counts, tf.float32)

    def get_config(self) -> dict[str, Any]:
        own = {"target": self.target, "weights": self.weights_key, "shown_as": self.shown_as}
        return {**super().get_config(), **own}
