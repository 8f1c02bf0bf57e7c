"""Sentence pairs for next sentence prediction."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

P_NEXT = 0.5


class SentencePairs(NamedTuple):
    """Sentence pairs, each with a label.

    Attributes:
        first: An int32 tensor of shape `(pairs,)`: the index of the first sentence.
        second: An int32 tensor of shape `(pairs,)`: the index of the second sentence.
        is_next: An int32 tensor of shape `(pairs,)`: 1 if the second sentence follows the first, else 0.

    Example:
        >>> from tfd2l.ops.text.sentence_pairs import SentencePairs
        >>> SentencePairs._fields
        ('first', 'second', 'is_next')
    """

    first: tf.Tensor
    second: tf.Tensor
    is_next: tf.Tensor


def pair_sentences(begins: tf.Tensor, seed: tf.Tensor) -> SentencePairs:
    """Pairs each sentence that is followed by another one with that one or, equally often, with a random one.

    The pairs are in random order. If there are at least three sentences, the random one is neither the next sentence
    nor the first one itself.

    Args:
        begins: A boolean tensor of shape `(sentences,)`, true for the first sentence of a paragraph.
        seed: An integer tensor of shape `(2,)`. The same seed gives the same pairs.

    Returns:
        The sentence pairs.

    Example:
        >>> from tfd2l.ops.text.sentence_pairs import pair_sentences
        >>> pairs = pair_sentences(tf.constant([True, False, False, True, False]), seed=tf.constant([0, 1]))
        >>> np.sort(pairs.first)
        array([0, 1, 3], dtype=int32)

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
        - *Dive into Deep Learning*, section 14.9, `_get_next_sentence`.
    """
    count = tf.size(begins)
    seeds = tf.random.split(seed, 3)
    followed = tf.cast(tf.where(~begins[1:])[:, 0], tf.int32)  # (pairs,)
    first = tf.random.experimental.stateless_shuffle(followed, seeds[0])
    is_next = tf.random.stateless_uniform(tf.shape(first), seeds[1]) < P_NEXT
    offset = tf.random.stateless_uniform(tf.shape(first), seeds[2], 1, tf.maximum(count - 1, 2), tf.int32)
    second = tf.where(is_next, first + 1, (first + 1 + offset) % tf.maximum(count, 1))
    return SentencePairs(first, second, tf.cast(is_next, tf.int32))
