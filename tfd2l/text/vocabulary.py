"""Vocabularies of whole words, and words as their ids in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import tensorflow as tf

UNKNOWN, PADDING, BEGIN, END = RESERVED = ("<unk>", "<pad>", "<bos>", "<eos>")


def count_words(texts: Iterable[tf.Tensor]) -> Counter[str]:
    """How often each word stands in some texts, in the order in which they are first seen.

    Words are what stands between white space. They are counted in the graph, a tensor of texts at a time.

    Args:
        texts: tensors of strings, of any shape.
    """
    frequency: Counter[str] = Counter()
    for some in texts:
        words, counts = _counted(tf.reshape(some, [-1]))
        for word, count in zip(words.numpy(), counts.numpy().tolist(), strict=True):
            frequency[word.decode("utf-8", "replace")] += count
    return frequency


def learn_vocabulary(
    frequency: Mapping[str, int],
    min_frequency: int = 2,
    reserved: Sequence[str] = RESERVED,
    max_size: int | None = None,
) -> list[str]:
    """The tokens of a word vocabulary in the order of their ids.

    First the reserved ones, then the words by falling frequency; of two words as frequent, the one seen first comes
    first.

    Args:
        frequency: of each word, in the order in which they are first seen.
        min_frequency: words seen more rarely are left out, and so are unknown.
        reserved: tokens that the vocabulary holds in any case.
        max_size: at most so many tokens, reserved ones included; None sets no limit.

    Source: section 8.2, `Vocab`, with the reserved tokens of section 9.5.
    """
    words = (word for word in frequency if word not in reserved and frequency[word] >= min_frequency)
    tokens = [*reserved, *sorted(words, key=lambda word: -frequency[word])]  # a stable sort
    return tokens if max_size is None else tokens[: max(max_size, len(reserved))]


def make_word_table(
    tokens: Sequence[str], unknown: str = UNKNOWN, unspoken: Sequence[str] = RESERVED
) -> tf.lookup.StaticHashTable:
    """Word -> id (int32), in the graph; a word that is not in the vocabulary has the id of the unknown token.

    Args:
        tokens: the vocabulary.
        unknown: its token for words that it does not hold.
        unspoken: tokens whose spelling in a text is an unknown word: a text cannot hold an end of sentence.
    """
    ids = {token: id for id, token in enumerate(tokens) if token not in unspoken}
    ids[unknown] = tokens.index(unknown)  # itself too: a table cannot be empty
    initializer = tf.lookup.KeyValueTensorInitializer(
        list(ids), np.array([*ids.values()], np.int32), tf.string, tf.int32
    )
    return tf.lookup.StaticHashTable(initializer, default_value=ids[unknown])


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def _counted(texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    words, _, counts = tf.unique_with_counts(tf.strings.split(texts).flat_values)
    return words, counts
