"""Sum of the cross-entropies of several outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import ReducedLossOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class CrossEntropies(keras.losses.Loss):
    """Sum of the cross-entropies of several outputs, weighted by the batch.

    For example i, over the targets k and their positions j:

        l_i = sum_k sum_j w_kij CE(labels_kij, softmax(logits_kij))

    The weights are part of the batch, since every target has its own. If those of a target sum to the number of
    examples in the batch, the mean of l over the examples contains the weighted mean of that target's cross-entropy.

    Args:
        targets: Key of each target in `y_true`, and of its logits in `y_pred`, and the key of its weights in `y_true`;
            `None` in place of a key: the one position of an example has weight 1.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Dict of labels and weights, of shape `(batch, ...)`.
        y_pred: Dict of logits, of shape `(batch, ..., classes)`.
        sample_weight: Weight of each example. `None`: all are 1.

    Raises:
        ValueError: There is no target.

    Example:
        >>> from tfd2l.losses.cross_entropies import CrossEntropies
        >>> loss = CrossEntropies({"words": "weights", "label": None})
        >>> y_true = {"words": tf.constant([[3, 0]]), "weights": tf.constant([[1.0, 0.0]]), "label": tf.constant([1])}
        >>> y_pred = {"words": tf.zeros([1, 2, 4]), "label": tf.zeros([1, 2])}
        >>> round(float(loss(y_true, y_pred)), 4)  # log 4 + log 2
        2.0794
    """

    def __init__(
        self, targets: dict[str, str | None], name: str = "cross_entropies", **kwargs: Unpack[ReducedLossOptions]
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not targets:
            raise ValueError(f"There must be at least one target. Received: targets={targets}")
        self.targets = dict(targets)

    def call(self, y_true: Mapping[str, tf.Tensor], y_pred: Mapping[str, tf.Tensor]) -> tf.Tensor:
        return tf.add_n([self._sum_target(y_true, y_pred[key], key, weights) for key, weights in self.targets.items()])

    def _sum_target(self, y: Mapping[str, tf.Tensor], logits: tf.Tensor, key: str, weights: str | None) -> tf.Tensor:
        labels = tf.cast(y[key], tf.int32)
        values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.cast(logits, tf.float32))  # (batch, ...)
        if weights is not None:
            values *= tf.cast(y[weights], values.dtype)
        return tf.reduce_sum(tf.reshape(values, [tf.shape(values)[0], -1]), axis=1)  # (batch,)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "targets": self.targets}
