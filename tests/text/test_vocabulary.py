"""Word vocabularies: the book's order and sizes, and ids in the graph."""

from __future__ import annotations

import random
from collections import Counter

import tensorflow as tf

from tfd2l.text.vocabulary import RESERVED, learn_vocabulary, word_table


def book(sentences, min_frequency):
    """Section 8.2: `Vocab(tokens, min_freq, ['<pad>', '<bos>', '<eos>'])`."""
    counter = Counter(token for line in sentences for token in line)
    tokens = ["<unk>", "<pad>", "<bos>", "<eos>"]
    for token, frequency in sorted(counter.items(), key=lambda item: item[1], reverse=True):
        if frequency < min_frequency:
            break
        tokens.append(token)
    return tokens


def test_order_and_ties_are_those_of_the_book():
    rng = random.Random(0)
    words = [f"w{number}" for number in range(60)]
    sentences = [rng.choices(words, range(60, 0, -1), k=rng.randrange(8)) for _ in range(100)]
    for min_frequency in (1, 2, 5):
        assert learn_vocabulary(sentences, min_frequency) == book(sentences, min_frequency)
    assert learn_vocabulary([["b", "a"], ["c", "a", "b"]], 1) == [*RESERVED, "b", "a", "c"]


def test_a_reserved_token_in_a_text_is_an_unknown_word():
    tokens = learn_vocabulary([["<eos>", "<eos>", "go", "<unk>"]], 1)
    assert tokens == [*RESERVED, "go"]
    assert word_table(tokens).lookup(tf.constant(["<eos>", "go", "<pad>", "", "other"])).numpy().tolist() == [
        0, 4, 0, 0, 0,
    ]  # fmt: skip


def test_a_vocabulary_without_words_knows_none():
    assert learn_vocabulary([["rare"]], 2) == list(RESERVED)
    assert word_table(RESERVED).lookup(tf.constant([["rare"]])).numpy().tolist() == [[0]]
