"""GloVe: vectors whose products are the logarithms of counts (section 14.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError


@keras.saving.register_keras_serializable(package="tfd2l")
class GloVe(keras.Model):
    """u_j . v_i + b_i + c_j, to be log x_ij. A word's vector is v + u.

    (From exp(u_j . v_i) ~ a x_ij / x_i b_i + c_j takes up log x_i - log a; the notes have another sign.)

    Args:
        rows: words of the vocabulary.
        width: of a vector.

    Input: dict of `words` and `others`, (batch,) ids. Output: (batch,).
    Served: dict of `text`, (batch, words, 1) ids, -1 for none. Output: (batch, width), the mean of the words' vectors;
    0 without a word.
    """

    def __init__(self, rows: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.width = width

    def build(self, input_shape: Any = None) -> None:
        start = 0.5 / self.width
        for name, shape in (("v", (self.rows, self.width)), ("u", (self.rows, self.width))):
            setattr(self, name, self.add_weight(shape, keras.initializers.RandomUniform(-start, start), name=name))
        self.b, self.c = (self.add_weight((self.rows,), "zeros", name=name) for name in ("b", "c"))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> tf.Tensor:
        if "text" in inputs:
            return self._averaged(inputs["text"][..., 0])
        i, j = inputs["words"], inputs["others"]
        product = tf.reduce_sum(self._rows(self.v, i) * self._rows(self.u, j), axis=1)  # (batch,)
        return product + self._rows(self.b, i) + self._rows(self.c, j)

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """(vocabulary, width): the vector of every word of the vocabulary."""
        return self.v + self.u

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rows": self.rows, "width": self.width}

    def _averaged(self, words: tf.Tensor) -> tf.Tensor:
        """(batch, words) ids -> (batch, width)."""
        there = tf.cast(words >= 0, self.compute_dtype)[..., None]  # (batch, words, 1)
        known = tf.maximum(words, 0)
        total = tf.reduce_sum((self._rows(self.v, known) + self._rows(self.u, known)) * there, axis=1)
        return tf.math.divide_no_nan(total, tf.reduce_sum(there, axis=1))

    def _rows(self, table: Any, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.gather(table.value, rows), self.compute_dtype)


def glove(data: DataInfo, width: PositiveInt = 100) -> GloVe:
    """Word vectors of the vocabulary, learned from how often words stand near each other.

    Args:
        data: its vocabulary sizes the tables.
        width: of a vector.

    Raises:
        ConfigError: no vocabulary, or a width below 1.

    Source: Pennington et al. 2014, *GloVe: Global Vectors for Word Representation*; section 14.5.
    """
    if width < 1:
        raise ConfigError(f"A width counts from 1 up. Received: model.width={width}")
    model = GloVe(len(data.fact(Vocabulary)), width, name="glove")
    model.build()
    return model
