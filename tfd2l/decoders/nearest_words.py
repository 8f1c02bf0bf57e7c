"""Decodes a vector into the words whose vectors are nearest."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.models.base.protocols import HasWordVectors, require_model
from tfd2l.text.nearest_neighbors import find_nearest
from tfd2l.text.vocabulary import RESERVED
from tfd2l.text.wordpiece import SPECIAL_TOKENS


class NearestWords:
    """Decodes a word's `vector` into `neighbours`, the k nearest words, and their `cosines`.

    The word itself is no neighbour of its own, nor is a special token. A word without a vector (zeros) has
    no neighbours: empty names, and cosines 0.

    Args:
        data: its vocabulary names the words.
        model: gives vectors, and those of the whole vocabulary by `word_vectors(data)`.
        k: how many.
        among: look among so many words, the first of the vocabulary; None looks among all.

    Raises:
        ValueError: k below 1, or not fewer than the words.
        ComponentError: a model that has no `word_vectors`.

    References:
        Section 14.7.2.
    """

    def __init__(self, data: DataInfo, model: keras.Model, k: PositiveInt = 5, among: int | None = None) -> None:
        self.model = require_model(model, HasWordVectors, "decoder.nearest_words")
        self.data = data
        self.vocabulary = data.fact(Vocabulary).tokens[:among]
        special = {*RESERVED, *SPECIAL_TOKENS}
        self.special = [id for id, token in enumerate(self.vocabulary) if token in special]
        self.k = k
        words = len(self.vocabulary) - len(self.special)
        if not 1 <= k < words:
            raise ValueError(f"k counts from 1 up, and is below the number of words, {words}. Received: k={k}")

    def __call__(self, outputs: tf.Tensor, inputs: Any) -> dict[str, tf.Tensor]:
        vectors = tf.cast(outputs, tf.float32)  # (batch, width)
        (words,) = inputs.values()  # (batch,)
        table = tf.cast(self.model.word_vectors(self.data)[: len(self.vocabulary)], tf.float32)
        special = tf.tile(tf.constant([self.special], tf.int32), [tf.shape(vectors)[0], 1])
        cosines, ids = find_nearest(vectors, table, self.k + 1, special)  # (batch, k + 1)
        names = tf.gather(tf.constant(self.vocabulary), ids)
        itself = _folded(names) == _folded(words)[:, tf.newaxis]
        kept = tf.argsort(tf.cast(itself, tf.int32), axis=1, stable=True)[:, : self.k]
        known = tf.reduce_any(vectors != 0, axis=1, keepdims=True)  # (batch, 1)
        return {
            "vector": vectors,
            "neighbours": tf.where(known, tf.gather(names, kept, batch_dims=1), ""),
            "cosines": tf.where(known, tf.gather(cosines, kept, batch_dims=1), 0.0),
        }


def _folded(words: tf.Tensor) -> tf.Tensor:
    return tf.strings.lower(tf.strings.strip(words), encoding="utf-8")
