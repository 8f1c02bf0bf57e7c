"""Cross-entropy of one of several outputs."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions
from tfd2l.metrics.base.target_mean import TargetMean


@keras.saving.register_keras_serializable(package="tfd2l")
class CrossEntropy(TargetMean):
    """Computes the mean cross-entropy of one of several outputs.

    -mean log softmax(logits)[label]

    Every position with a positive weight counts alike, however many there are in its batch.

    Args:
        target: key of the labels in y, and of the logits among the outputs.
        weights: key in y of weights, positive at the positions that count; None counts all.
        shown_as: name in the logs.
        name: Keras' own; `shown_as` by default.
        kwargs: of `keras.metrics.Mean`.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.cross_entropy import CrossEntropy
        >>> metric = CrossEntropy("token")
        >>> metric.update_state({"token": tf.constant([[3, 1]])}, {"token": tf.zeros([1, 2, 8])})
        >>> print(f"{metric.result():.4f}")  # log 8
        2.0794
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self,
        target: str,
        weights: str | None = None,
        shown_as: str = "cross_entropy",
        name: str = "",
        **kwargs: Unpack[MetricOptions],
    ) -> None:
        super().__init__(target, weights, shown_as, name, **kwargs)

    def compute(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.cast(logits, tf.float32))
