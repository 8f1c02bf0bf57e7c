"""Base class of losses whose mean is taken over their weights."""

from __future__ import annotations

from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import LossOptions

Reduction = Literal["mean", "sum"]
MEAN = "mean_with_sample_weight"  # Keras' "mean" divides by the number of values, whatever their weights


class WeightedMean(keras.losses.Loss):
    """Base class of losses of single values, whose mean is weighted: sum(w l) / sum(w).

    `keras.losses.Loss` divides by the number of values, whatever their weights are. The weighted mean is the same in
    the training engine and in `keras.Model.fit`. The weight of a row applies to all values of the row; Keras' mask of
    the predictions is a weight of 0 or 1.

    A subclass implements `call(y_true, y_pred)`, which returns values of the shape of `y_true`.

    Args:
        reduction: `"mean"`, the default, over the weights; `"sum"` of the weighted values; or `"none"`.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Example:
        >>> from tfd2l.losses.base.weighted_mean import WeightedMean
        >>> class AbsoluteError(WeightedMean):
        ...     def call(self, y_true, y_pred):
        ...         return tf.abs(y_true - y_pred)
        >>> y_true, y_pred = tf.constant([1.0, 2.0]), tf.constant([2.0, 5.0])
        >>> float(AbsoluteError()(y_true, y_pred, sample_weight=[1.0, 0.0]))
        1.0
    """

    def __init__(self, reduction: str = "mean", name: str | None = None, **kwargs: Unpack[LossOptions]) -> None:
        super().__init__(name=name, reduction=MEAN if reduction == "mean" else reduction, **kwargs)

    def __call__(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> tf.Tensor:
        mask = getattr(y_pred, "_keras_mask", None)
        if mask is not None:
            y_pred = tf.identity(y_pred)  # drops the mask, which Keras applies only to values of the mask's own shape
        spread = [_spread(weights, y_true) for weights in (sample_weight, mask) if weights is not None]
        return super().__call__(y_true, y_pred, tf.reduce_prod(spread, axis=0) if spread else None)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        return {**config, "reduction": "mean" if config["reduction"] == MEAN else config["reduction"]}


def _spread(weights: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """Broadcasts weights of shape (), (batch,) or (batch, ...) to the shape of the values, (batch, ...)."""
    weights = tf.cast(weights, keras.backend.floatx())
    axes = tf.concat([tf.shape(weights), tf.ones([tf.rank(values) - tf.rank(weights)], tf.int32)], axis=0)
    return tf.broadcast_to(tf.reshape(weights, axes), tf.shape(values))
