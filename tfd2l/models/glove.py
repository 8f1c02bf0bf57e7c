"""GloVe word embeddings."""

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
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class GloVe(keras.Model):
    """GloVe: products of word vectors that approximate the logarithm of co-occurrence counts.

    The output for the words i and j, which is to be log x_ij, is

        u_j . v_i + b_i + c_j

    and the vector of a word is v + u. (From exp(u_j . v_i) ~ a x_ij / x_i, the bias b_i takes up log x_i - log a; the
    book's notes have another sign.)

    Args:
        rows: Number of words of the vocabulary.
        width: Width of a vector.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `words` and `others`, ids of shape `(batch,)`. When serving, dict of `text`, ids of shape
            `(batch, words, 1)`, -1 for none.
        training: Not used.

    Returns:
        Predicted logarithms of counts, `(batch,)`. When serving, the mean vector of the words, `(batch, width)`, 0
        where there is none.

    Example:
        >>> from tfd2l.models.glove import GloVe
        >>> model = GloVe(rows=100, width=8)
        >>> model({"words": tf.constant([3, 7]), "others": tf.constant([1, 2])}).shape
        TensorShape([2])

    References:
        - Pennington et al., 2014, *GloVe: Global Vectors for Word Representation*.
    """

    def __init__(self, rows: int, width: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.width = width

    def build(self, input_shape: Shape | None = None) -> None:
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
        """Returns the vector of every word of the vocabulary, `(vocabulary, width)`."""
        return self.v + self.u

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rows": self.rows, "width": self.width}

    def _averaged(self, words: tf.Tensor) -> tf.Tensor:
        """Averages the vectors of words, ids (batch, words), to (batch, width)."""
        there = tf.cast(words >= 0, self.compute_dtype)[..., None]  # (batch, words, 1)
        known = tf.maximum(words, 0)
        total = tf.reduce_sum((self._rows(self.v, known) + self._rows(self.u, known)) * there, axis=1)
        return tf.math.divide_no_nan(total, tf.reduce_sum(there, axis=1))

    def _rows(self, table: keras.Variable, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.gather(table.value, rows), self.compute_dtype)


@check_bounds
def glove(data: DataInfo, width: PositiveInt = 100) -> GloVe:
    """GloVe word embeddings, trained on co-occurrence counts.

    Args:
        data: Description of the data: its vocabulary sizes the tables.
        width: Width of a vector. Defaults to 100.

    Returns:
        A `GloVe`.

    Raises:
        ConfigError: The data have no vocabulary, or the width is below 1.

    References:
        - Pennington et al., 2014, *GloVe: Global Vectors for Word Representation*.
        - *Dive into Deep Learning*, section 14.5.
    """
    model = GloVe(len(data.fact(Vocabulary)), width, name="glove")
    model.build()
    return model
