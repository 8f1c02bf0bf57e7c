"""Bag-of-words classifier of text pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.sharded_embedding import ShardedEmbedding

SEGMENTS = 2


@keras.saving.register_keras_serializable(package="tfd2l")
class BagOfWords(keras.Model):
    """Multinomial logistic regression on the token counts of both texts of a pair.

        logits = sum over tokens of W[segment, token] + b

    The order of the tokens has no influence, and no interaction of tokens either: the baseline for models of pairs.

    Args:
        vocabulary_size: Number of tokens.
        num_classes: Number of classes.
        shards: Number of shards of the table of weights, for several parameter servers. Defaults to 1.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids`, `segment_ids` (0 or 1) and `padding_mask`, integers of shape `(batch, tokens)`.

    Returns:
        Logits of shape `(batch, num_classes)`.

    Example:
        >>> from tfd2l.models.bag_of_words import BagOfWords
        >>> model = BagOfWords(vocabulary_size=100, num_classes=3)
        >>> ids = tf.constant([[1, 5, 7]])
        >>> model({"token_ids": ids, "segment_ids": tf.zeros_like(ids), "padding_mask": tf.ones_like(ids)}).shape
        TensorShape([1, 3])
    """

    def __init__(self, vocabulary_size: int, num_classes: int, shards: int = 1, **kwargs: Unpack[LayerOptions]) -> None:
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


@check_bounds
def bag_of_words(data: DataInfo, shards: PositiveInt = 1) -> BagOfWords:
    """Bag-of-words classifier of text pairs: multinomial logistic regression on token counts.

    Args:
        data: Description of the data: its vocabulary gives the features, its class names the classes.
        shards: Number of shards of the table of weights, for several parameter servers. Defaults to 1.

    Returns:
        A `BagOfWords`.
    """
    return BagOfWords(len(data.fact(Vocabulary)), len(data.class_names), shards)
