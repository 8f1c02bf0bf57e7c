"""Vocabularies of whole words, and words as their ids in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import tensorflow as tf

UNKNOWN, PADDING, BEGIN, END = RESERVED = ("<unk>", "<pad>", "<bos>", "<eos>")


def learn_vocabulary(sentences: Iterable[Iterable[str]], min_frequency: int = 2) -> list[str]:
    """The tokens of a word vocabulary in the order of their ids.

    First the reserved `<unk>`, `<pad>`, `<bos>`, `<eos>`, then the words by falling frequency; of two words as
    frequent, the one seen first comes first.

    Arguments:
        sentences: the words of each.
        min_frequency: words seen more rarely are left out, and so are unknown.

    Source: section 8.2, `Vocab`, with the reserved tokens of section 9.5.
    """
    frequency = Counter(word for sentence in sentences for word in sentence if word not in RESERVED)
    return [*RESERVED, *(word for word, count in frequency.most_common() if count >= min_frequency)]


def word_table(tokens: Sequence[str]) -> tf.lookup.StaticHashTable:
    """Word -> id (int32), in the graph; a word that is not in the vocabulary has the id of `<unk>`.

    So has the spelling of a reserved token: a text cannot hold an end of sentence.

    Arguments:
        tokens: the vocabulary, reserved tokens first.
    """
    unknown = tokens.index(UNKNOWN)
    ids = [unknown, *range(len(RESERVED), len(tokens))]  # <unk> itself too: a table cannot be empty
    initializer = tf.lookup.KeyValueTensorInitializer([tokens[id] for id in ids], ids, tf.string, tf.int32)
    return tf.lookup.StaticHashTable(initializer, default_value=unknown)
