"""Words as bags of character n-grams, for fastText."""

from __future__ import annotations

import tensorflow as tf


def extract_character_ngrams(words: tf.Tensor, min_length: int = 3, max_length: int = 6) -> tf.RaggedTensor:
    """Extracts the character n-grams of words between `<` and `>`, in the graph.

    "where" with n = 3 has `<wh`, `whe`, `her`, `ere`, `re>`. A word that is as short as an n-gram is one itself
    (`<a>`); an n-gram that occurs twice is there twice, as in the fastText program.

    Args:
        words: A string tensor of shape `(n,)` in UTF-8.
        min_length: The length of the shortest n-grams in characters, `<` and `>` included. Defaults to 3.
        max_length: The length of the longest n-grams. Defaults to 6.

    Returns:
        A ragged string tensor of shape `(n, n-grams)`, shorter ones first.

    Example:
        >>> from tfd2l.text.subwords import extract_character_ngrams
        >>> extract_character_ngrams(tf.constant(["where"]), min_length=3, max_length=3).to_list()
        [[b'<wh', b'whe', b'her', b'ere', b're>']]

    References:
        - Bojanowski et al., 2017, *Enriching Word Vectors with Subword Information*.
        - *Dive into Deep Learning*, section 14.6.
    """
    marked = tf.strings.join(["<", words, ">"])
    characters = tf.strings.unicode_split(marked, "UTF-8")  # ragged (n, characters)
    return tf.strings.ngrams(characters, list(range(min_length, max_length + 1)), separator="")


def hash_character_ngrams(
    words: tf.Tensor, first: int, buckets: int, min_length: int = 3, max_length: int = 6
) -> tf.RaggedTensor:
    """Hashes the character n-grams of words to rows of an embedding table.

    Args:
        words: A string tensor of shape `(n,)` in UTF-8.
        first: The first row of n-grams.
        buckets: The number of rows of n-grams. N-grams with the same hash share a vector.
        min_length: The length of the shortest n-grams; see `extract_character_ngrams`. Defaults to 3.
        max_length: The length of the longest n-grams. Defaults to 6.

    Returns:
        A ragged int32 tensor of shape `(n, n-grams)`: rows in `[first, first + buckets)`.

    Example:
        >>> from tfd2l.text.subwords import hash_character_ngrams
        >>> hash_character_ngrams(tf.constant(["a", "where"]), first=100, buckets=1000).row_lengths().numpy()
        array([ 1, 14])
    """
    ngrams = extract_character_ngrams(words, min_length, max_length)
    hashed = tf.strings.to_hash_bucket_fast(ngrams.flat_values, buckets)
    return ngrams.with_flat_values(first + tf.cast(hashed, tf.int32))
