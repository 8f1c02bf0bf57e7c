"""From logits to the name of a class and its probability."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.datasets.data import DataInfo


class ClassProbabilities:
    """Predictions `label` (text), `probability` and `probabilities` (one a class) of a classifier.

    Arguments:
        data: its class names are the labels.
    """

    def __init__(self, data: DataInfo) -> None:
        self.class_names = data.class_names

    def __call__(self, outputs: tf.Tensor, inputs: Any) -> dict[str, tf.Tensor]:
        probabilities = tf.nn.softmax(tf.cast(outputs, tf.float32))  # (batch, classes)
        best = tf.argmax(probabilities, axis=-1)  # (batch,)
        return {
            "label": tf.gather(tf.constant(self.class_names), best),
            "probability": tf.reduce_max(probabilities, axis=-1),
            "probabilities": probabilities,
        }
