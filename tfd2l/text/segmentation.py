"""Segmentation of words into subword tokens, in the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import tensorflow as tf

NO_TOKEN = -1
BLOCK_SIZE = 4096  # words that are segmented at a time


Ids: TypeAlias = "int | tf.Tensor"

Segmenter = Callable[[tf.Tensor], tf.RaggedTensor]
"""Maps words, strings of shape `(n,)`, to the ids of their tokens, a ragged int32 tensor of shape `(n, tokens)`."""


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


def make_id_table(values: dict[int, int], default: int) -> tf.lookup.StaticHashTable:
    """Makes a lookup table from int64 keys to int32 values.

    Args:
        values: Key -> value.
        default: The value of other keys.

    Returns:
        The table.
    """
    entries = values or {tf.int64.min: default}  # a table cannot be empty
    initializer = tf.lookup.KeyValueTensorInitializer(list(entries), list(entries.values()), tf.int64, tf.int32)
    return tf.lookup.StaticHashTable(initializer, default_value=default)
