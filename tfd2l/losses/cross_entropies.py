"""Cross-entropies of several outputs, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class CrossEntropies(keras.losses.Loss):
    """The sum of the cross-entropies of several outputs of a model, each weighted as its batch says.

    l_i = sum_k sum_j w_kij CE(labels_kij, softmax(logits_kij)), over targets k and the positions j of example i

    Weights are part of the batch, since targets have them of their own: if those of a target sum to the number of
    examples in the batch, the mean of l over examples holds the weighted mean of that target's cross-entropy.

    Args:
        targets: key of a target in y, and of its logits among the outputs -> key of its weights in y; None weighs the
            one position that an example has by 1.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); the loss is of each example.

    Raises:
        ValueError: no target.
    """

    def __init__(self, targets: dict[str, str | None], name: str = "cross_entropies", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not targets:
            raise ValueError(f"there is at least one target. Received: targets={targets}")
        self.targets = dict(targets)

    def call(self, y_true: Mapping[str, tf.Tensor], y_pred: Mapping[str, tf.Tensor]) -> tf.Tensor:
        return tf.add_n([self._of(y_true, y_pred[key], key, weights) for key, weights in self.targets.items()])

    def _of(self, y: Mapping[str, tf.Tensor], logits: tf.Tensor, key: str, weights: str | None) -> tf.Tensor:
        labels = tf.cast(y[key], tf.int32)
        values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.cast(logits, tf.float32))  # (batch, ...)
        if weights is not None:
            values *= tf.cast(y[weights], values.dtype)
        return tf.reduce_sum(tf.reshape(values, [tf.shape(values)[0], -1]), axis=1)  # (batch,)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "targets": self.targets}
