"""How many words a language model wavers between."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.metrics.cross_entropy import CrossEntropy


@keras.saving.register_keras_serializable(package="tfd2l")
class Perplexity(CrossEntropy):
    """exp of the mean cross-entropy of one of several outputs, over all its positions that count.

    Args:
        target, weights: see `cross_entropy`.
        shown_as: its name in logs.

    Source: section 8.4.
    """

    def __init__(
        self, target: str, weights: str | None = None, shown_as: str = "perplexity", name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(target, weights, shown_as, name, **kwargs)

    def result(self) -> tf.Tensor:
        return tf.exp(super().result())
