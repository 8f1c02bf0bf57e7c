"""Pairs of sentences for next sentence prediction."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

P_NEXT = 0.5


class SentencePairs(NamedTuple):
    """Which sentences are paired: (pairs,) indices each, and 1 where the second really follows the first."""

    first: tf.Tensor
    second: tf.Tensor
    is_next: tf.Tensor


def pair_sentences(begins: tf.Tensor, seed: tf.Tensor) -> SentencePairs:
    """Every sentence that another one follows, in random order; with it that one, or as often a random one.

    The random one is neither the one that follows nor the sentence itself, if there are three or more.

    Args:
        begins: (sentences,) booleans, true where a paragraph begins.
        seed: (2,) integers; the same seed gives the same pairs.

    Source: Devlin et al. 2019, *BERT*; section 14.9, `_get_next_sentence`.
    """
    number = tf.size(begins)
    seeds = tf.random.split(seed, 3)
    followed = tf.cast(tf.where(~begins[1:])[:, 0], tf.int32)  # (pairs,)
    first = tf.random.experimental.stateless_shuffle(followed, seeds[0])
    is_next = tf.random.stateless_uniform(tf.shape(first), seeds[1]) < P_NEXT
    beyond = tf.random.stateless_uniform(tf.shape(first), seeds[2], 1, tf.maximum(number - 1, 2), tf.int32)
    second = tf.where(is_next, first + 1, (first + 1 + beyond) % tf.maximum(number, 1))
    return SentencePairs(first, second, tf.cast(is_next, tf.int32))
