"""Words as bags of character n-grams (section 14.6)."""

from __future__ import annotations

import tensorflow as tf


def extract_character_ngrams(words: tf.Tensor, least: int = 3, most: int = 6) -> tf.RaggedTensor:
    """The character n-grams of words between `<` and `>`, in the graph.

    "where" with n = 3: <wh, whe, her, ere, re>. A word that is as short as an n-gram is one itself (`<a>`); one that
    holds an n-gram twice has it twice, as in the fastText program.

    Args:
        words: (n,) strings in UTF-8.
        least, most: lengths in characters, the marks included.

    Returns:
        (n, n-grams) ragged strings, short ones first.

    Source: Bojanowski et al. 2017, *Enriching Word Vectors with Subword Information*; section 14.6.
    """
    marked = tf.strings.join(["<", words, ">"])
    characters = tf.strings.unicode_split(marked, "UTF-8")  # ragged (n, characters)
    return tf.strings.ngrams(characters, list(range(least, most + 1)), separator="")


def hash_character_ngrams(words: tf.Tensor, first: int, buckets: int, least: int = 3, most: int = 6) -> tf.RaggedTensor:
    """(n, n-grams) ragged int32: the rows of an embedding table, from `first` on, into which n-grams are hashed.

    Args:
        words: (n,) strings.
        first: rows before those of n-grams.
        buckets: rows of n-grams; two that are hashed into one share its vector.
        least, most: see `extract_character_ngrams`.
    """
    ngrams = extract_character_ngrams(words, least, most)
    hashed = tf.strings.to_hash_bucket_fast(ngrams.flat_values, buckets)
    return ngrams.with_flat_values(first + tf.cast(hashed, tf.int32))
