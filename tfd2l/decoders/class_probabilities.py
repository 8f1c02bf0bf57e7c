"""Decodes logits into class names and probabilities."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.data.info import DataInfo


class ClassProbabilities:
    """Decodes logits into `label` (text) and `probability`; `classes` (texts) and the `probabilities` of each.

    Args:
        data: its class names are the labels.
    """

    def __init__(self, data: DataInfo) -> None:
        self.class_names = data.class_names

    def __call__(self, outputs: tf.Tensor, inputs: object) -> dict[str, tf.Tensor]:
        probabilities = tf.nn.softmax(tf.cast(outputs, tf.float32))  # (batch, classes)
        names = tf.constant(self.class_names)
        best = tf.argmax(probabilities, axis=-1)  # (batch,)
        return {
            "classes": tf.tile(names[tf.newaxis], [tf.shape(probabilities)[0], 1]),  # (batch, classes)
            "label": tf.gather(names, best),
            "probability": tf.reduce_max(probabilities, axis=-1),
            "probabilities": probabilities,
        }
