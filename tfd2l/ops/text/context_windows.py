"""Context windows of the words of sentences, for word2vec."""

from __future__ import annotations

import tensorflow as tf

PADDING_ID = -1


def extract_context_windows(sentences: tf.RaggedTensor, widths: tf.Tensor, window: int) -> tf.Tensor:
    """Extracts the context words of every word: those of its sentence within its window size.

    Args:
        sentences: A ragged integer tensor of shape `(sentences, words)`: word ids, `n` in all.
        widths: An integer tensor of shape `(n,)`: the window size of each word, from 0 to `window`.
        window: The maximum window size `m`.

    Returns:
        An integer tensor of shape `(n, 2 m)`: for each word, the words at distances `m, ..., 1` before it and at
        distances `1, ..., m` after it; -1 where there is no word, or where it lies outside the window.

    Example:
        >>> from tfd2l.ops.text.context_windows import extract_context_windows
        >>> sentences = tf.ragged.constant([[5, 6, 7], [8]])
        >>> extract_context_windows(sentences, widths=tf.constant([2, 1, 2, 2]), window=2).numpy()
        array([[-1, -1,  6,  7],
               [-1,  5,  7, -1],
               [ 5,  6, -1, -1],
               [-1, -1, -1, -1]], dtype=int32)

    References:
        - *Dive into Deep Learning*, section 14.3.
    """
    words, row = sentences.values, sentences.value_rowids()  # (n,)
    offsets = tf.constant([*range(-window, 0), *range(1, window + 1)])  # (2 m,)
    count = tf.size(words)
    position = tf.range(count)[:, None] + offsets  # (n, 2 m)
    clipped = tf.clip_by_value(position, 0, tf.maximum(count - 1, 0))
    in_window = tf.abs(offsets) <= widths[:, None]
    in_sentence = (position == clipped) & (tf.gather(row, clipped) == row[:, None])
    return tf.where(in_window & in_sentence, tf.gather(words, clipped), PADDING_ID)
