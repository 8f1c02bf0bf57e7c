"""Phrases: pairs of words that occur together far more often than by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import tensorflow as tf

from tfd2l.text.vocabulary import count_words

DELIMITER = "_"


def count_bigrams(texts: Iterable[tf.Tensor]) -> Counter[str]:
    """Counts the pairs of adjacent words of texts.

    Args:
        texts: String tensors of any shape.

    Returns:
        The count of each pair, as "new_york", in the order of first occurrence.

    Example:
        >>> from tfd2l.text.phrases import count_bigrams
        >>> count_bigrams([tf.constant(["new york city", "new york"])])
        Counter({'new_york': 2, 'york_city': 1})
    """
    return count_words(_extract_bigrams(batch) for batch in texts)


def score_phrases(words: Mapping[str, int], bigrams: Mapping[str, int], min_frequency: int = 5) -> dict[str, float]:
    """Computes word2vec's score of pairs of words.

        (count(a b) - delta) N / (count(a) count(b))

    with the number `N` of all words, as in the word2vec program, so that a threshold does not depend on the size of the
    corpus.

    Args:
        words: The count of each word.
        bigrams: The count of each pair, as "a_b".
        min_frequency: The discount `delta`. A pair that is not more frequent has no score. Defaults to 5.

    Returns:
        The score of each pair that has one.

    Example:
        >>> from tfd2l.text.phrases import score_phrases
        >>> score_phrases({"new": 2, "york": 2, "the": 6}, {"new_york": 2, "the_new": 1}, min_frequency=1)
        {'new_york': 2.5}

    References:
        - Mikolov et al., 2013, *Distributed Representations of Words and Phrases and their Compositionality*.
    """
    total = sum(words.values())
    scores: dict[str, float] = {}
    for bigram, count in bigrams.items():
        if count > min_frequency:
            # A word may hold the delimiter itself: every split of the pair into two words counts.
            parts = bigram.split(DELIMITER)
            for middle in range(1, len(parts)):
                a, b = DELIMITER.join(parts[:middle]), DELIMITER.join(parts[middle:])
                if a in words and b in words:
                    score = (count - min_frequency) * total / (words[a] * words[b])
                    scores[bigram] = max(score, scores.get(bigram, 0.0))
    return scores


def join_phrases(words: tf.RaggedTensor, phrases: tf.lookup.StaticHashTable) -> tf.RaggedTensor:
    """Joins adjacent words that form a phrase, from left to right.

    If "a_b" and "b_c" are phrases, "a b c" becomes "a_b c".

    Args:
        words: A ragged string tensor of shape `(texts, words)`.
        phrases: A table of "a_b" -> True.

    Returns:
        A ragged string tensor of shape `(texts, words)`.
    """
    flat, row = words.values, words.value_rowids()  # (n,)
    joined = tf.strings.join([flat[:-1], flat[1:]], DELIMITER)  # (n - 1,)
    is_phrase = phrases.lookup(joined) & (row[:-1] == row[1:])
    # In a run of overlapping pairs the first, third, ... are joined: ranks count from the last pair that is no phrase.
    rank = tf.cumsum(tf.cast(is_phrase, tf.int32))
    before = tf.concat([[0], tf.boolean_mask(rank, ~is_phrase)], axis=0)
    since = rank - tf.gather(before, tf.cumsum(tf.cast(~is_phrase, tf.int32)))
    first = is_phrase & (since % 2 == 1)  # (n - 1,)
    none = tf.zeros([tf.minimum(tf.size(flat), 1)], tf.bool)
    is_first, is_second = tf.concat([first, none], axis=0), tf.concat([none, first], axis=0)  # (n,)
    whole = tf.where(is_first, tf.concat([joined, flat[:1]], axis=0), flat)
    return tf.ragged.boolean_mask(words.with_values(whole), words.with_values(~is_second))


@tf.function(input_signature=[tf.TensorSpec(None, tf.string)])
def _extract_bigrams(texts: tf.Tensor) -> tf.Tensor:
    return tf.strings.ngrams(tf.strings.split(tf.reshape(texts, [-1])), 2, separator=DELIMITER).values
