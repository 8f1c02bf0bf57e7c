"""Segmentation of words into subword tokens, in the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import tensorflow as tf

from tfd2l.text.merged_words import Pair
from tfd2l.text.wordpiece import SPECIAL_TOKENS, UNKNOWN

NO_TOKEN = -1
NO_RANK = tf.int32.max
NO_NODE = -1  # of a trie
CODE_POINTS = 0x110000
BLOCK_SIZE = 4096  # words that are segmented at a time


Ids: TypeAlias = "int | tf.Tensor"

Segmenter = Callable[[tf.Tensor], tf.RaggedTensor]
"""Maps words, strings of shape `(n,)`, to the ids of their tokens, a ragged int32 tensor of shape `(n, tokens)`."""


class MergeSegmenter:
    """Segments words by merging adjacent symbols, the pair that was learned first at each step.

    This is how byte pair encoding segments words while it learns. A character that has no token becomes `[UNK]`.

    Args:
        tokens: The tokens in the order of their ids, `[UNK]` among them.
        merges: Pairs of tokens, in the order in which they were learned.

    Example:
        >>> from tfd2l.text.segmentation import MergeSegmenter
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
        self._ranks = _make_table(ranks, NO_RANK)
        self._merged = tf.constant([id_of[left + right] for left, right in merges] or [NO_TOKEN])
        characters = {ord(token): id for token, id in id_of.items() if len(token) == 1}
        self._characters = _make_table(characters, id_of[UNKNOWN])
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


class LongestMatchSegmenter:
    """Segments words by the longest token at the start of the rest of the word.

    Where no token matches, one character becomes `[UNK]`. No merges are needed; some words are segmented in another way
    than while learning.

    Args:
        tokens: The tokens in the order of their ids, `[UNK]` among them.

    Example:
        >>> from tfd2l.text.segmentation import LongestMatchSegmenter
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
        self._children = _make_table(keys, NO_NODE)
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


def truncate_at_unknown(ids: tf.RaggedTensor, unknown: int) -> tf.RaggedTensor:
    """Truncates words after their first `[UNK]`, as the book does with a rest that does not match.

    Args:
        ids: A ragged int32 tensor of shape `(n, tokens)`.
        unknown: The id of `[UNK]`.

    Returns:
        A ragged int32 tensor of shape `(n, tokens)`.

    Example:
        >>> from tfd2l.text.segmentation import truncate_at_unknown
        >>> truncate_at_unknown(tf.ragged.constant([[3, 0, 2], [1]]), unknown=0).to_list()
        [[3, 0], [1]]
    """
    dense = ids.to_tensor(NO_TOKEN)  # (n, tokens)
    before = tf.cumsum(tf.cast(dense == unknown, tf.int32), axis=1, exclusive=True) == 0
    return tf.ragged.boolean_mask(dense, before & (dense != NO_TOKEN))


def segment_words(segmenter: Segmenter, words: Sequence[str]) -> tf.RaggedTensor:
    """Segments very many words.

    Words of similar lengths are segmented together, since a batch takes as many steps as its longest word.

    Args:
        segmenter: The segmenter.
        words: The words.

    Returns:
        A ragged int32 tensor of shape `(n, tokens)`.
    """
    run = tf.function(lambda words: segmenter(words), input_signature=[tf.TensorSpec([None], tf.string)])
    order = sorted(range(len(words)), key=lambda index: len(words[index]))
    blocks = [order[start : start + BLOCK_SIZE] for start in range(0, len(order), BLOCK_SIZE)]
    parts = [run(tf.constant([words[index] for index in block], tf.string)) for block in blocks]
    return tf.gather(tf.concat(parts, axis=0), tf.math.invert_permutation(tf.constant(order)))


def _make_table(values: dict[int, int], default: int) -> tf.lookup.StaticHashTable:
    """Makes a lookup table from int64 to int32."""
    entries = values or {tf.int64.min: default}  # a table cannot be empty
    initializer = tf.lookup.KeyValueTensorInitializer(list(entries), list(entries.values()), tf.int64, tf.int32)
    return tf.lookup.StaticHashTable(initializer, default_value=default)
