"""A linear classifier of the words of a pair: what an experiment on pairs must beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.sharded_embedding import ShardedEmbedding

SEGMENTS = 2


@keras.saving.register_keras_serializable(package="tfd2l")
class BagOfWords(keras.Model):
    """Multinomial logistic regression on the counts of tokens, those of the two sides apart.

    logits = sum over tokens of W[segment, token] + b; neither the order of the tokens nor which stand together counts.

    Args:
        vocabulary_size: number of tokens.
        num_classes: width of the logits.
        shards: pieces that the table of weights is divided into, for several parameter servers.

    Input: dict of `token_ids`, `segment_ids` (0 or 1), `padding_mask`, each (batch, tokens) integers.
    Output: logits, (batch, num_classes).
    """

    def __init__(self, vocabulary_size: int, num_classes: int, shards: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.num_classes = num_classes
        self.shards = shards
        # The problem is convex: any start will do.
        self.kernel = ShardedEmbedding(SEGMENTS * vocabulary_size, num_classes, shards, "zeros", name="kernel")
        self.kernel.build()
        self.bias = self.add_weight((num_classes,), initializer="zeros", name="bias")
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        words = inputs["token_ids"] + inputs["segment_ids"] * self.vocabulary_size  # (batch, tokens)
        weights = self.kernel(words)  # (batch, tokens, classes)
        mask = keras.ops.cast(inputs["padding_mask"], weights.dtype)[..., None]  # (batch, tokens, 1)
        return keras.ops.sum(weights * mask, axis=1) + self.bias  # (batch, classes)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "num_classes": self.num_classes,
            "shards": self.shards,
        }


def bag_of_words(data: DataInfo, shards: PositiveInt = 1) -> BagOfWords:
    """Logistic regression on the tokens of each side of a pair: the baseline.

    Args:
        data: its vocabulary gives the features, its class names the classes.
        shards: pieces of the table of weights, for several parameter servers.
    """
    return BagOfWords(len(data.fact(Vocabulary)), len(data.class_names), shards)
