"""Negative sampling, with noise words that many words share."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.ops.text.negative_sampling import POWER, make_noise_sampler
from tfd2l.stages.base.known_words import get_known_frequencies
from tfd2l.stages.base.random_stage import RandomStage
from tfd2l.stages.base.stage import Examples


class SharedNegatives(RandomStage):
    """Draws noise words that all centers of a row share, for training skip-gram by matrix products.

    Batches of `word_rows` become batches to train a skip-gram model on.

    The score of every center with every word around it and every noise word is then one product of two matrices, and
    a word's vector is read and written once a row. A center weighs its noise as if it had `count` words for each of its
    context words; a noise word that is in its context has weight 0.

    x: words (batch, length, 1, 1), candidates (batch, around + shared). y and weights: (batch, length, around +
    shared).

    Args:
        count: K, noise words of a pair.
        shared: Noise words of a row.
        power: Noise is drawn in proportion to frequency^power.

    Raises:
        ValueError: Fewer than one noise word.

    References:
        - Ji et al. 2016, *Parallelizing Word2Vec in Shared and Distributed Memory*, which shares noise in a batch of
          the words around one context word.
    """

    reads = ("words", "around", "before", "after")

    @check_bounds
    def __init__(self, count: PositiveInt = 5, shared: PositiveInt = 32, power: float = POWER) -> None:
        self.count = count
        self.shared = shared
        self.power = power

    def bind(self, info: DataInfo) -> DataInfo:
        self._sampler = make_noise_sampler(get_known_frequencies(info, self), self.power)
        return info

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        words, around = example["words"], example["around"]  # (batch, length, 1, 1), (batch, around)
        noise = self._sampler([tf.shape(around)[0], self.shared], seed)  # (batch, shared)
        pairs = _pairs(example["before"], example["after"], (around.shape[1] - words.shape[1]) // 2)
        hits = tf.matmul(pairs, tf.cast(around[:, :, None] == noise[:, None, :], tf.float32))  # (batch, length, shared)
        contexts = tf.cast(example["before"] + example["after"], tf.float32)[:, :, None]  # how many, (batch, length, 1)
        share = tf.where(hits > 0, 0.0, contexts * (self.count / self.shared))
        labels = tf.pad(pairs, [[0, 0], [0, 0], [0, self.shared]])
        candidates = tf.concat([tf.maximum(around, 0), noise], axis=1)
        return {"words": words, "candidates": candidates}, labels, tf.concat([pairs, share], axis=2)


def _pairs(before: tf.Tensor, after: tf.Tensor, window: int) -> tf.Tensor:
    """(batch, length, length + 2 window): 1 where a word of the row is in a center's context.

    Looked up in a table of every center's place and counts of words before and after: much faster than comparisons.
    """
    length, side = before.shape[1], window + 1
    centre, least, most = np.ogrid[:length, :side, :side]
    offset = np.arange(length + 2 * window) - window - centre[..., None]  # of each word from each center
    table = (-least[..., None] <= offset) & (offset <= most[..., None]) & (offset != 0)
    table = table.reshape(-1, table.shape[-1]).astype(np.float32)  # (length side side, length + 2 window)
    return tf.gather(tf.constant(table), (np.arange(length) * side + before) * side + after)
