"""Character n-grams against a loop."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.text.subwords import extract_character_ngrams, hash_character_ngrams

WORDS = ["where", "a", "été", "banana", "<unk>", ""]


def loop(word, least, most):
    marked = f"<{word}>"
    return [marked[i : i + n] for n in range(least, most + 1) for i in range(len(marked) - n + 1)]


@pytest.mark.parametrize(("least", "most"), [(3, 3), (3, 6), (1, 2)])
def test_ngrams_agree_with_a_loop(least, most):
    got = extract_character_ngrams(tf.constant(WORDS), least, most).to_list()
    assert [[ngram.decode() for ngram in row] for row in got] == [loop(word, least, most) for word in WORDS]


def test_equal_ngrams_have_the_same_row():
    rows = hash_character_ngrams(tf.constant(["helps", "help", "helping"]), 100, 1000)
    assert (rows.values.numpy() >= 100).all()
    assert (rows.values.numpy() < 1100).all()
    shared = set(rows[0].numpy()) & set(rows[1].numpy()) & set(rows[2].numpy())
    assert len(shared) == len({"<he", "hel", "elp", "<hel", "help", "<help"})
