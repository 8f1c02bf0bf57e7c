"""Word2vec and fastText word embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.subword_table import SubwordTable
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape

Start = Literal["word2vec", "xavier"]


@keras.saving.register_keras_serializable(package="tfd2l")
class Word2Vec(keras.Model):
    """Scores of words by the words around them.

        h = mean over the input words of (sum of the vectors v of a word's subwords)
        scores = u_j . h for the candidates j, or for all words

    The stages decide whether this is a skip-gram model (the centre word is the input) or a continuous bag of words (its
    context is), whether it is fastText (a word has several subwords), and whether it is trained by negative sampling,
    by hierarchical softmax (the candidates are inner nodes of a Huffman tree) or by the full softmax. The vector of a
    word is the sum of the v of its subwords.

    Args:
        input_rows: Number of rows of the table v: words, and buckets of subwords.
        output_rows: Number of rows of the table u.
        width: Width of a vector.
        start: Initialization, `"word2vec"`, the default: v uniform within 0.5 / width, u 0; or `"xavier"`: both uniform
            within sqrt(6 / (rows + width)).
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `words`, rows of v of shape `(batch, centres, words, pieces)`, -1 for none, and `candidates`,
            `(batch, candidates)`; without them, all words are. When serving, dict of `text`, `(batch, words, pieces)`.
        training: Not used.

    Returns:
        Scores of shape `(batch, centres, candidates)`. When serving, the mean vector of the words, `(batch, width)`, 0
        where there is none.

    Example:
        >>> from tfd2l.models.word2vec import Word2Vec
        >>> model = Word2Vec(input_rows=100, output_rows=100, width=8)
        >>> words = tf.constant([[[[3]]], [[[7]]]])  # a centre each
        >>> model({"words": words, "candidates": tf.constant([[1, 2, 3], [4, 5, 6]])}).shape
        TensorShape([2, 1, 3])
    """

    def __init__(
        self, input_rows: int, output_rows: int, width: int, start: Start = "word2vec", **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.input_rows = input_rows
        self.output_rows = output_rows
        self.width = width
        self.start = start

    def build(self, input_shape: Shape | None = None) -> None:
        xavier = keras.initializers.GlorotUniform
        bound = 0.5 / self.width
        plain = self.start == "word2vec"
        v = keras.initializers.RandomUniform(-bound, bound) if plain else xavier()
        u = keras.initializers.Zeros() if plain else xavier()
        self.vectors = self.add_weight((self.input_rows, self.width), v, name="vectors")
        self.outputs_of_words = self.add_weight((self.output_rows, self.width), u, name="outputs_of_words")
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> tf.Tensor:
        if "text" in inputs:
            return self.averaged(inputs["text"])  # (batch, width)
        hidden = self.averaged(inputs["words"])  # (batch, centres, width)
        if "candidates" in inputs:
            scored = self._rows(self.outputs_of_words, inputs["candidates"])  # (batch, candidates, width)
            return tf.matmul(hidden, scored, transpose_b=True)
        # Not `einsum`, which would take one product a row.
        return tf.tensordot(hidden, tf.cast(self.outputs_of_words.value, self.compute_dtype), [[2], [1]])

    def averaged(self, words: tf.Tensor) -> tf.Tensor:
        """Returns the mean vector, `(..., width)`, of words, `(..., words, pieces)` rows of v, -1 for none."""
        if words.shape[-2] == words.shape[-1] == 1:  # a word that is its own piece; where there is none its weight is 0
            return self._rows(self.vectors, tf.maximum(words[..., 0, 0], 0))
        there = tf.cast(words >= 0, self.compute_dtype)  # (..., words, pieces)
        pieces = self._rows(self.vectors, tf.maximum(words, 0))  # (..., words, pieces, width)
        total = tf.einsum("...pqw,...pq->...w", pieces, there)
        count = tf.reduce_sum(tf.reduce_max(there, axis=-1), axis=-1, keepdims=True)  # (..., 1)
        return tf.math.divide_no_nan(total, count)

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """Returns the vector of every word of the vocabulary, `(vocabulary, width)`."""
        subwords = data.find_fact(SubwordTable)
        pieces = tf.constant(subwords.rows) if subwords else tf.range(len(data.fact(Vocabulary)))[:, None]
        return self.averaged(pieces[:, None, :])

    def get_config(self) -> dict[str, Any]:
        sizes = {"input_rows": self.input_rows, "output_rows": self.output_rows, "width": self.width}
        return {**super().get_config(), **sizes, "start": self.start}

    def _rows(self, table: keras.Variable, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.gather(table.value, rows), self.compute_dtype)


@check_bounds
def word2vec(data: DataInfo, width: PositiveInt = 100, start: Start = "word2vec") -> Word2Vec:
    """Word2vec and fastText word embeddings: skip-gram or continuous bag of words.

    Args:
        data: Description of the data: its vocabulary sizes the tables; with the subwords of its words (stage
            `subwords`), the model is fastText.
        width: Width of a vector. Defaults to 100.
        start: Initialization, `"word2vec"`, the default (small vectors and zeros), or `"xavier"`, the book's.

    Returns:
        A `Word2Vec`.

    Raises:
        ConfigError: The data have no vocabulary, or the width is below 1.

    References:
        - Mikolov et al., 2013, *Efficient Estimation of Word Representations in Vector Space*.
        - Mikolov et al., 2013, *Distributed Representations of Words and Phrases and their Compositionality*.
        - Bojanowski et al., 2017, *Enriching Word Vectors with Subword Information*.
        - *Dive into Deep Learning*, sections 14.1 to 14.4 and 14.6.
    """
    words, subwords = len(data.fact(Vocabulary)), data.find_fact(SubwordTable)
    model = Word2Vec(subwords.num_rows if subwords else words, words, width, start, name="word2vec")
    model.build()
    return model
