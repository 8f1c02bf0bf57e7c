"""Word vocabularies: the book's order and sizes, and ids in the graph."""

from __future__ import annotations

import random
from collections import Counter

import tensorflow as tf

from tfd2l.text.vocabulary import RESERVED, count_words, learn_vocabulary, make_word_table


def book(sentences, min_frequency):
    """Section 8.2: `Vocab(tokens, min_freq, ['<pad>', '<bos>', '<eos>'])`."""
    counter = Counter(token for line in sentences for token in line)
    tokens = ["<unk>", "<pad>", "<bos>", "<eos>"]
    for token, frequency in sorted(counter.items(), key=lambda item: item[1], reverse=True):
        if frequency < min_frequency:
            break
        tokens.append(token)
    return tokens


def counted(sentences):
    return count_words(tf.constant([" ".join(words)]) for words in sentences)


def test_words_are_counted_in_order_of_first_occurrence():
    texts = [tf.constant(["a  b a", ""]), tf.constant([["c\tb"], ["é a"]])]
    assert list(count_words(texts).items()) == [("a", 3), ("b", 2), ("c", 1), ("é", 1)]
    assert count_words([tf.constant([], tf.string)]) == Counter()


def test_order_and_ties_agree_with_the_book():
    rng = random.Random(0)
    words = [f"w{number}" for number in range(60)]
    sentences = [rng.choices(words, range(60, 0, -1), k=rng.randrange(8)) for _ in range(100)]
    for min_frequency in (1, 2, 5):
        assert learn_vocabulary(counted(sentences), min_frequency) == book(sentences, min_frequency)
    assert learn_vocabulary(counted([["b", "a"], ["c", "a", "b"]]), 1) == [*RESERVED, "b", "a", "c"]


def test_reserved_token_in_a_text_is_unknown():
    tokens = learn_vocabulary(counted([["<eos>", "<eos>", "go", "<unk>"]]), 1)
    assert tokens == [*RESERVED, "go"]
    assert make_word_table(tokens).lookup(tf.constant(["<eos>", "go", "<pad>", "", "other"])).numpy().tolist() == [
        0, 4, 0, 0, 0,
    ]  # fmt: skip


def test_vocabulary_without_words():
    assert learn_vocabulary({"rare": 1}, 2) == list(RESERVED)
    assert make_word_table(RESERVED).lookup(tf.constant([["rare"]])).numpy().tolist() == [[0]]


def test_vocabulary_of_limited_size_with_other_reserved_tokens():
    frequency = {"b": 2, "a": 3, "c": 1}
    assert learn_vocabulary(frequency, 1, ("<unk>",), max_size=3) == ["<unk>", "a", "b"]
    assert learn_vocabulary(frequency, 1, ("[PAD]", "[UNK]"), max_size=1) == ["[PAD]", "[UNK]"]


def test_reserved_token_may_occur_unless_it_is_unspoken():
    table = make_word_table(["[PAD]", "[UNK]", "[MASK]", "go"], "[UNK]", unspoken=("[PAD]",))
    assert table.lookup(tf.constant(["[MASK]", "go", "[PAD]", "no"])).numpy().tolist() == [2, 3, 1, 1]
