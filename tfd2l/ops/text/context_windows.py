"""The words around each word of some sentences (section 14.3)."""

from __future__ import annotations

import tensorflow as tf

PADDING_ID = -1


def extract_context_windows(sentences: tf.RaggedTensor, widths: tf.Tensor, window: int) -> tf.Tensor:
    """The context words of every word: those of its sentence that stand at most its width away.

    Args:
        sentences: (sentences, words) ragged ids; n words in all.
        widths: (n,) integers from 0 to `window`, one a word.
        window: m, the greatest width.

    Returns:
        (n, 2 m): for each word, what stands m, ..., 1 before it and 1, ..., m after it; -1 where there is no word, or
        one further away than the width.
    """
    words, row = sentences.values, sentences.value_rowids()  # (n,)
    offsets = tf.constant([*range(-window, 0), *range(1, window + 1)])  # (2 m,)
    count = tf.size(words)
    place = tf.range(count)[:, None] + offsets  # (n, 2 m)
    there = tf.clip_by_value(place, 0, tf.maximum(count - 1, 0))
    near = tf.abs(offsets) <= widths[:, None]
    inside = (place == there) & (tf.gather(row, there) == row[:, None])
    return tf.where(near & inside, tf.gather(words, there), PADDING_ID)
