"""Word vocabularies, and lookup of word ids in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import tensorflow as tf

UNKNOWN, PADDING, BEGIN, END = RESERVED = ("<unk>", "<pad>", "<bos>", "<eos>")


def count_words(texts: Iterable[tf.Tensor]) -> Counter[str]:
    """Counts the words of texts, separated by white space.

    Words are counted in the graph, one tensor at a time.

    Args:
        texts: String tensors of any shape.

    Returns:
        The count of each word, in the order of first occurrence.

    Example:
        >>> from tfd2l.text.vocabulary import count_words
        >>> count_words([tf.constant(["the cat", "the dog"])])
        Counter({'the': 2, 'cat': 1, 'dog': 1})
    """
    frequency: Counter[str] = Counter()
    for batch in texts:
        words, counts = _count_batch(tf.reshape(batch, [-1]))
        for word, count in zip(words.numpy(), counts.numpy().tolist(), strict=True):
            frequency[word.decode("utf-8", "replace")] += count
    return frequency


def learn_vocabulary(
    frequency: Mapping[str, int],
    min_frequency: int = 2,
    reserved: Sequence[str] = RESERVED,
    max_size: int | None = None,
) -> list[str]:
    """Learns a word vocabulary: reserved tokens, then words by falling frequency.

    Of words of the same frequency, the one that occurs first comes first.

    Args:
        frequency: The count of each word, in the order of first occurrence.
        min_frequency: Words with a lower count are left out, and so are unknown. Defaults to 2.
        reserved: Tokens that every vocabulary holds.
        max_size: The maximum number of tokens, reserved ones included. None sets no limit. Defaults to None.

    Returns:
        The tokens in the order of their ids.

    Example:
        >>> from tfd2l.text.vocabulary import learn_vocabulary
        >>> learn_vocabulary({"cat": 1, "the": 3, "dog": 2})
        ['<unk>', '<pad>', '<bos>', '<eos>', 'the', 'dog']

    References:
        - *Dive into Deep Learning*, section 8.2, `Vocab`, with the reserved tokens of section 9.5.
    """
    words = (word for word in frequency if word not in reserved and frequency[word] >= min_frequency)
    tokens = [*reserved, *sorted(words, key=lambda word: -frequency[word])]  # a stable sort
    return tokens if max_size is None else tokens[: max(max_size, len(reserved))]


def make_word_table(
    tokens: Sequence[str], unknown: str = UNKNOWN, unspoken: Sequence[str] = RESERVED
) -> tf.lookup.StaticHashTable:
    """Makes a lookup table from words to ids, for the graph.

    Args:
        tokens: The tokens of the vocabulary in the order of their ids.
        unknown: The token for words that are not in the vocabulary. Defaults to `<unk>`.
        unspoken: Tokens whose spelling in a text is an unknown word, since a text cannot hold an end of sentence, for
            example. Defaults to the reserved tokens.

    Returns:
        A table from strings to int32 ids.

    Example:
        >>> from tfd2l.text.vocabulary import make_word_table
        >>> make_word_table(["<unk>", "<eos>", "cat"]).lookup(tf.constant(["cat", "dog", "<eos>"])).numpy()
        array([2, 0, 0], dtype=int32)
    """
    ids = {token: id for id, token in enumerate(tokens) if token not in unspoken}
    ids[unknown] = tokens.index(unknown)  # included, since a table cannot be empty
    initializer = tf.lookup.KeyValueTensorInitializer(
        list(ids), np.array([*ids.values()], np.int32), tf.string, tf.int32
    )
    return tf.lookup.StaticHashTable(initializer, default_value=ids[unknown])


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def _count_batch(texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    words, _, counts = tf.unique_with_counts(tf.strings.split(texts).flat_values)
    return words, counts
