"""A loss of each value whose mean is taken over its weights."""

from __future__ import annotations

from typing import Any, Literal

import keras
import tensorflow as tf

Reduction = Literal["mean", "sum"]
MEAN = "mean_with_sample_weight"  # Keras' "mean" divides by the number of values, whatever they weigh


class WeightedMean(keras.losses.Loss):
    """Base of losses of one value each: the mean is sum(w l) / sum(w), in the training engine and in Keras' `fit`.

    A weight of a row counts for all values of the row. Keras' mask of the predictions is a weight of 0 or 1.

    Args:
        reduction: `"mean"` over the weights, or `"sum"` of the weighted values; `"none"` keeps them.
        name: of the loss.

    Shapes: `call(y_true, y_pred)` returns values of the shape of `y_true`.
    """

    def __init__(self, reduction: str = "mean", name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, reduction=MEAN if reduction == "mean" else reduction, **kwargs)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tf.Tensor:
        mask = getattr(y_pred, "_keras_mask", None)
        if mask is not None:
            y_pred = tf.identity(y_pred)  # without its mask, which Keras applies to values of its own shape alone
        given = [_spread(weights, y_true) for weights in (sample_weight, mask) if weights is not None]
        return super().__call__(y_true, y_pred, tf.reduce_prod(given, axis=0) if given else None)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        return {**config, "reduction": "mean" if config["reduction"] == MEAN else config["reduction"]}


def _spread(weights: Any, values: Any) -> tf.Tensor:
    """Weights (), (batch,), (batch, ...) in the shape of the values, (batch, ...)."""
    weights = tf.cast(weights, keras.backend.floatx())
    axes = tf.concat([tf.shape(weights), tf.ones([tf.rank(values) - tf.rank(weights)], tf.int32)], axis=0)
    return tf.broadcast_to(tf.reshape(weights, axes), tf.shape(values))
