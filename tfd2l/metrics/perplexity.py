"""Perplexity of a language model."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions
from tfd2l.metrics.cross_entropy import CrossEntropy


@keras.saving.register_keras_serializable(package="tfd2l")
class Perplexity(CrossEntropy):
    """Computes the perplexity of one of several outputs: exp of the mean cross-entropy.

    exp(-mean log softmax(logits)[label])

    Args:
        target: key of the labels in y, and of the logits among the outputs.
        weights: key in y of weights, positive at the positions that count; None counts all.
        shown_as: name in the logs.
        name: Keras' own; `shown_as` by default.
        kwargs: of `keras.metrics.Mean`.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.perplexity import Perplexity
        >>> metric = Perplexity("token")
        >>> metric.update_state({"token": tf.constant([[3, 1]])}, {"token": tf.zeros([1, 2, 8])})
        >>> print(f"{metric.result():.1f}")
        8.0

    References:
        Section 8.4.
    """

    def __init__(
        self,
        target: str,
        weights: str | None = None,
        shown_as: str = "perplexity",
        name: str = "",
        **kwargs: Unpack[MetricOptions],
    ) -> None:
        super().__init__(target, weights, shown_as, name, **kwargs)

    def result(self) -> tf.Tensor:
        return tf.exp(super().result())
