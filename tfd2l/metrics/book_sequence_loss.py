"""Loss of a sequence as the book prints it."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class BookSequenceLoss(keras.metrics.Mean):
    """Computes the loss of sequences as chapters 9 and 10 of the book print it: 1/T of the cross-entropy of a token.

    sum_i (1/T sum_t w_it CE_it) / sum_it w_it

    The book takes the mean of each sequence over all T steps, padding included, and divides the sum of those means by
    the number of tokens that are not padding. This metric is for comparison with the book's figures only.

    Args:
        name: in the logs.
        kwargs: of `keras.metrics.Mean`.

    Shapes: labels (batch, T), logits (batch, T, vocabulary), weights (batch, T).

    Example:
        >>> from tfd2l.metrics.book_sequence_loss import BookSequenceLoss
        >>> metric = BookSequenceLoss()
        >>> metric.update_state(tf.constant([[3, 1]]), tf.zeros([1, 2, 8]), tf.constant([[1.0, 1.0]]))
        >>> print(f"{metric.result():.4f}")  # log 8 / 2
        1.0397

    References:
        Sections 9.7, 10.4 and 10.7.
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, name: str = "book_sequence_loss", **kwargs: Unpack[MetricOptions]) -> None:
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        log_p = tf.nn.log_softmax(tf.cast(y_pred, tf.float32))
        log_p_label = tf.gather(log_p, tf.cast(y_true, tf.int32), batch_dims=2)  # (batch, T)
        steps = tf.cast(tf.shape(y_true)[1], tf.float32)
        super().update_state(-log_p_label / steps, sample_weight=sample_weight)
