"""Phrases: pairs of words that stand together far more often than by chance (section 14.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import tensorflow as tf

from tfd2l.text.vocabulary import count_words

DELIMITER = "_"


def count_bigrams(texts: Iterable[tf.Tensor]) -> Counter[str]:
    """How often each two words stand side by side, as "new_york", in the order in which they are first seen."""
    return count_words(_bigrams(some) for some in texts)


def score_phrases(words: Mapping[str, int], bigrams: Mapping[str, int], min_frequency: int = 5) -> dict[str, float]:
    """word2vec's score of every pair, (count(a b) - delta) N / (count(a) count(b)).

    Args:
        words: how often each word occurs, N in all.
        bigrams: the same of "a_b".
        min_frequency: delta; a pair that is no more frequent has no score.

    Source: Mikolov et al. 2013, *Distributed Representations of Words and Phrases* (with N, as the program does it, so
    that a threshold does not hang on the size of the corpus).
    """
    total = sum(words.values())
    scores: dict[str, float] = {}
    for bigram, count in bigrams.items():
        if count > min_frequency:
            # A word may hold the joint itself: of the ways to take the pair apart, the ones that are words count.
            parts = bigram.split(DELIMITER)
            for middle in range(1, len(parts)):
                a, b = DELIMITER.join(parts[:middle]), DELIMITER.join(parts[middle:])
                if a in words and b in words:
                    score = (count - min_frequency) * total / (words[a] * words[b])
                    scores[bigram] = max(score, scores.get(bigram, 0.0))
    return scores


def join_phrases(words: tf.RaggedTensor, phrases: tf.lookup.StaticHashTable) -> tf.RaggedTensor:
    """Words with those that form a phrase joined, from left to right: of "a b c", if a_b and b_c are phrases, "a_b c".

    Args:
        words: (texts, words) ragged strings.
        phrases: "a_b" -> True.

    Returns:
        (texts, words) ragged strings.
    """
    flat, row = words.values, words.value_rowids()  # (n,)
    joined = tf.strings.join([flat[:-1], flat[1:]], DELIMITER)  # (n - 1,)
    together = phrases.lookup(joined) & (row[:-1] == row[1:])
    # In a run of overlapping pairs the first, third, ... are taken: their place counts from the last that is none.
    place = tf.cumsum(tf.cast(together, tf.int32))
    before = tf.concat([[0], tf.boolean_mask(place, ~together)], axis=0)
    since = place - tf.gather(before, tf.cumsum(tf.cast(~together, tf.int32)))
    first = together & (since % 2 == 1)  # (n - 1,)
    none = tf.zeros([tf.minimum(tf.size(flat), 1)], tf.bool)
    is_first, is_second = tf.concat([first, none], axis=0), tf.concat([none, first], axis=0)  # (n,)
    whole = tf.where(is_first, tf.concat([joined, flat[:1]], axis=0), flat)
    return tf.ragged.boolean_mask(words.with_values(whole), words.with_values(~is_second))


@tf.function(input_signature=[tf.TensorSpec(None, tf.string)])
def _bigrams(texts: tf.Tensor) -> tf.Tensor:
    return tf.strings.ngrams(tf.strings.split(tf.reshape(texts, [-1])), 2, separator=DELIMITER).values
