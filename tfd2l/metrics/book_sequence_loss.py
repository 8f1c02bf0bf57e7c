"""The loss of a sequence as chapters 9 and 10 print it."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class BookSequenceLoss(keras.metrics.Mean):
    """Cross-entropy of a token, divided by the number of steps of a sequence.

    sum_i (1/T sum_t w_it CE_it) / sum_it w_it

    The book first takes the mean of each sequence over all T steps, padding included, then divides the sum of those by
    the number of tokens that are none, so that what it prints is 1/T of the cross-entropy of a token. Compare its
    figures with this, and nothing else.

    Shapes: labels (batch, T), logits (batch, T, vocabulary), weights (batch, T).

    Source: sections 9.7, 10.4, 10.7.
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, name: str = "book_sequence_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        log_p = tf.nn.log_softmax(tf.cast(y_pred, tf.float32))
        right = tf.gather(log_p, tf.cast(y_true, tf.int32), batch_dims=2)  # (batch, T)
        steps = tf.cast(tf.shape(y_true)[1], tf.float32)
        super().update_state(-right / steps, sample_weight=sample_weight)
