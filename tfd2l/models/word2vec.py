"""Skip-gram, continuous bag of words, and fastText (sections 14.1, 14.2, 14.4, 14.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.subword_table import SubwordTable
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError

Start = Literal["word2vec", "xavier"]


@keras.saving.register_keras_serializable(package="tfd2l")
class Word2Vec(keras.Model):
    """Scores of words beside given words.

        h = mean over the given words of (sum of the vectors v of a word's pieces)
        scores = u_j . h for the candidates j, or for all words

    Whether that is a skip-gram (given the centre) or a continuous bag of words (given its context), fastText (a word
    has several pieces) or not, trained by noise words, a Huffman tree (candidates are its inner nodes) or the full
    softmax, is said by the stages. A word's vector is the sum of its pieces' v.

    Args:
        input_rows: rows of the table v: words, and buckets of pieces.
        output_rows: rows of the table u.
        width: of a vector.
        start: "word2vec": v uniform within 0.5 / width, u 0; "xavier": both uniform within sqrt(6 / (rows + width)).

    Input: dict of `words`, (batch, centres, words, pieces) rows of v, -1 for none, and `candidates`, (batch,
    candidates), or without it for all. Output: scores, (batch, centres, candidates).
    Served: dict of `text`, (batch, words, pieces). Output: (batch, width), the mean of the words' vectors; 0 without a
    word.
    """

    def __init__(self, input_rows: int, output_rows: int, width: int, start: Start = "word2vec", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_rows = input_rows
        self.output_rows = output_rows
        self.width = width
        self.start = start

    def build(self, input_shape: Any = None) -> None:
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
        """The mean vector of some words: (..., words, pieces) rows of v, -1 for none -> (..., width)."""
        if words.shape[-2] == words.shape[-1] == 1:  # a word that is its own piece; where there is none its weight is 0
            return self._rows(self.vectors, tf.maximum(words[..., 0, 0], 0))
        there = tf.cast(words >= 0, self.compute_dtype)  # (..., words, pieces)
        pieces = self._rows(self.vectors, tf.maximum(words, 0))  # (..., words, pieces, width)
        total = tf.einsum("...pqw,...pq->...w", pieces, there)
        count = tf.reduce_sum(tf.reduce_max(there, axis=-1), axis=-1, keepdims=True)  # (..., 1)
        return tf.math.divide_no_nan(total, count)

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """(vocabulary, width): the vector of every word of the vocabulary."""
        subwords = data.find_fact(SubwordTable)
        pieces = tf.constant(subwords.rows) if subwords else tf.range(len(data.fact(Vocabulary)))[:, None]
        return self.averaged(pieces[:, None, :])

    def get_config(self) -> dict[str, Any]:
        sizes = {"input_rows": self.input_rows, "output_rows": self.output_rows, "width": self.width}
        return {**super().get_config(), **sizes, "start": self.start}

    def _rows(self, table: Any, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.gather(table.value, rows), self.compute_dtype)


def word2vec(data: DataInfo, width: PositiveInt = 100, start: Start = "word2vec") -> Word2Vec:
    """Word vectors of the vocabulary, learned by what stands beside what.

    Args:
        data: its vocabulary sizes the tables; with the pieces of its words (stage `subwords`) it is fastText.
        width: of a vector.
        start: "word2vec": small vectors and zeros; "xavier": the book's.

    Raises:
        ConfigError: no vocabulary, or a width below 1.

    Source: Mikolov et al. 2013, *Efficient Estimation of Word Representations* and *Distributed Representations*;
    Bojanowski et al. 2017 for pieces; sections 14.1 to 14.4, 14.6.
    """
    if width < 1:
        raise ConfigError(f"A width counts from 1 up. Received: model.width={width}")
    words, subwords = len(data.fact(Vocabulary)), data.find_fact(SubwordTable)
    model = Word2Vec(subwords.num_rows if subwords else words, words, width, start, name="word2vec")
    model.build()
    return model
