"""Segmentation of words by the learned merges of byte pair encoding, in the graph."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfd2l.text.merged_words import Pair
from tfd2l.text.segmentation import NO_TOKEN, Ids, make_id_table
from tfd2l.text.wordpiece import UNKNOWN

NO_RANK = tf.int32.max


class MergeSegmenter:
    """Segments words by merging adjacent symbols, the pair that was learned first at each step.

    This is how byte pair encoding segments words while it learns. A character that has no token becomes `[UNK]`.

    Args:
        tokens: The tokens in the order of their ids, `[UNK]` among them.
        merges: Pairs of tokens, in the order in which they were learned.

    Example:
        >>> from tfd2l.text.merge_segmenter import MergeSegmenter
        >>> segment = MergeSegmenter(["[UNK]", "a", "b", "ab"], merges=[("a", "b")])
        >>> segment(tf.constant(["aab", "abc"])).to_list()
        [[1, 3], [3, 0]]

    References:
        - Sennrich et al., 2016, *Neural Machine Translation of Rare Words with Subword Units*.
    """

    def __init__(self, tokens: Sequence[str], merges: Sequence[Pair]) -> None:
        id_of = {token: id for id, token in enumerate(tokens)}
        self._base = len(tokens) + 1
        ranks = {self._make_key(id_of[left], id_of[right]): rank for rank, (left, right) in enumerate(merges)}
        self._ranks = make_id_table(ranks, NO_RANK)
        self._merged = tf.constant([id_of[left + right] for left, right in merges] or [NO_TOKEN])
        characters = {ord(token): id for token, id in id_of.items() if len(token) == 1}
        self._characters = make_id_table(characters, id_of[UNKNOWN])
        self.resources = (self._ranks, self._characters)

    def __call__(self, words: tf.Tensor) -> tf.RaggedTensor:
        characters = tf.strings.unicode_decode(words, "UTF-8")
        lookup = self._characters.lookup(tf.cast(characters.flat_values, tf.int64))
        ids = characters.with_flat_values(lookup).to_tensor(NO_TOKEN)  # (n, characters)
        ids, _ = tf.while_loop(
            lambda ids, ranks: tf.reduce_any(ranks != NO_RANK),
            self._merge,
            (ids, self._rank(ids)),
            shape_invariants=(tf.TensorShape([None, None]),) * 2,
        )
        return tf.RaggedTensor.from_tensor(ids, padding=NO_TOKEN)

    def _merge(self, ids: tf.Tensor, ranks: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Merges one pair in every word that has one: the leftmost of the lowest rank."""
        lowest = tf.reduce_min(ranks, axis=1)  # (n,)
        at = tf.argmin(ranks, axis=1, output_type=tf.int32)[:, tf.newaxis]  # (n, 1)
        symbol = tf.gather(self._merged, tf.where(lowest == NO_RANK, 0, lowest))[:, tf.newaxis]
        column = tf.range(tf.shape(ids)[1])
        rest = tf.pad(ids[:, 1:], [[0, 0], [0, 1]], constant_values=NO_TOKEN)
        merged = tf.where(column == at, symbol, tf.where(column > at, rest, ids))
        ids = tf.where(lowest[:, tf.newaxis] == NO_RANK, ids, merged)
        return ids, self._rank(ids)

    def _rank(self, ids: tf.Tensor) -> tf.Tensor:
        """Looks up the rank of each adjacent pair, `(n, characters - 1)`."""
        return self._ranks.lookup(self._make_key(tf.cast(ids[:, :-1], tf.int64), tf.cast(ids[:, 1:], tf.int64)))

    def _make_key(self, left: Ids, right: Ids) -> Ids:
        return left * self._base + right + 1  # no pair has the key of an id and padding
