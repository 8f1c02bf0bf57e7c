"""Segmentation of words by the longest matching token, in the graph."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfd2l.text.segmentation import NO_TOKEN, Ids, make_id_table
from tfd2l.text.wordpiece import SPECIAL_TOKENS, UNKNOWN

NO_NODE = -1  # of a trie
CODE_POINTS = 0x110000


class LongestMatchSegmenter:
    """Segments words by the longest token at the start of the rest of the word.

    Where no token matches, one character becomes `[UNK]`. No merges are needed; some words are segmented in another way
    than while learning.

    Args:
        tokens: The tokens in the order of their ids, `[UNK]` among them.

    Example:
        >>> from tfd2l.text.longest_match_segmenter import LongestMatchSegmenter
        >>> segment = LongestMatchSegmenter(["[UNK]", "a", "b", "ab"])
        >>> segment(tf.constant(["aab", "abc"])).to_list()
        [[1, 3], [3, 0]]

    References:
        - *Dive into Deep Learning*, section 14.6.2, `segment_BPE`.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        children: dict[tuple[int, int], int] = {}
        ends: dict[int, int] = {}
        for id, token in enumerate(tokens):
            if token in SPECIAL_TOKENS:
                continue
            node = 0
            for character in token:
                node = children.setdefault((node, ord(character)), len(children) + 1)
            ends[node] = id
        keys = {self._make_key(node, character): child for (node, character), child in children.items()}
        self._children = make_id_table(keys, NO_NODE)
        self._ends = tf.constant([ends.get(node, NO_TOKEN) for node in range(len(children) + 1)])
        self._unknown = tokens.index(UNKNOWN)
        self.resources = (self._children,)

    def __call__(self, words: tf.Tensor) -> tf.RaggedTensor:
        ragged = tf.strings.unicode_decode(words, "UTF-8")
        ids, lengths = self._longest(ragged.to_tensor(NO_TOKEN))  # (n, characters)
        size = tf.cast(ragged.row_lengths(), tf.int32)  # (n,)
        column = tf.range(tf.shape(ids)[1])

        def step(place: tf.Tensor, begins: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            here = place[:, tf.newaxis] == column  # (n, characters), all false after the end
            jump = tf.reduce_sum(tf.where(here, lengths, 0), axis=1)
            return place + jump, begins | (here & (place < size)[:, tf.newaxis])

        _, begins = tf.while_loop(
            lambda place, begins: tf.reduce_any(place < size),
            step,
            (tf.zeros_like(size), tf.zeros_like(ids, tf.bool)),
            shape_invariants=(tf.TensorShape([None]), tf.TensorShape([None, None])),
        )
        return tf.ragged.boolean_mask(ids, begins)

    def _longest(self, characters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Finds the longest token at each position of each word, and its length, both `(n, characters)`."""

        def step(
            length: tf.Tensor, rest: tf.Tensor, node: tf.Tensor, ids: tf.Tensor, lengths: tf.Tensor
        ) -> tuple[tf.Tensor, ...]:
            node = self._children.lookup(self._make_key(tf.cast(node, tf.int64), tf.cast(rest, tf.int64)))
            found = tf.where(node == NO_NODE, NO_TOKEN, tf.gather(self._ends, tf.maximum(node, 0)))
            ids, lengths = tf.where(found == NO_TOKEN, ids, found), tf.where(found == NO_TOKEN, lengths, length)
            rest = tf.pad(rest[:, 1:], [[0, 0], [0, 1]], constant_values=NO_TOKEN)
            return length + 1, rest, node, ids, lengths

        unknown = tf.fill(tf.shape(characters), self._unknown)
        start = (1, characters, tf.zeros_like(characters), unknown, tf.ones_like(characters))
        _, _, _, ids, lengths = tf.while_loop(
            lambda length, rest, node, ids, lengths: tf.reduce_any(node != NO_NODE),
            step,
            start,
            shape_invariants=(tf.TensorShape([]), *[tf.TensorShape([None, None])] * 4),
        )
        return ids, lengths

    def _make_key(self, node: Ids, character: Ids) -> Ids:
        return node * (CODE_POINTS + 1) + character + 1  # the key of padding is that of no node
