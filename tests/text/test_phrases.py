"""Phrases: scores by hand, and joining against a loop."""

from __future__ import annotations

import random

import pytest
import tensorflow as tf

from tfd2l.text.phrases import count_bigrams, join_phrases, score_phrases
from tfd2l.text.vocabulary import count_words


def table(pairs):
    keys = tf.constant([*pairs, "_"])
    values = tf.constant([True] * len(pairs) + [False])
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default_value=False)


def loop(words, pairs):
    joined, i = [], 0
    while i < len(words):
        pair = "_".join(words[i : i + 2])
        if i + 1 < len(words) and pair in pairs:
            joined.append(pair)
            i += 2
        else:
            joined.append(words[i])
            i += 1
    return joined


def test_bigrams_do_not_cross_texts():
    assert dict(count_bigrams([tf.constant(["a b a b", "b", ""]), tf.constant(["b a"])])) == {"a_b": 2, "b_a": 2}


def test_phrase_scores_by_hand():
    texts = [tf.constant(["new york is new", "new york new york", "a york is a"])]
    scores = score_phrases(count_words(texts), count_bigrams(texts), 1)
    assert scores == {"new_york": (3 - 1) * 12 / (4 * 4), "york_is": (2 - 1) * 12 / (4 * 2)}


def test_a_phrase_of_phrases_has_a_score():
    texts = [tf.constant(["new_york times", "new_york times new_york"])]
    assert score_phrases(count_words(texts), count_bigrams(texts), 1) == {"new_york_times": (2 - 1) * 5 / (3 * 2)}


def test_joining_agrees_with_a_loop():
    rng = random.Random(0)
    pairs = {"a_b", "b_a", "b_c", "c_c"}
    texts = [rng.choices("abcd", k=rng.randrange(12)) for _ in range(100)]
    joined = tf.function(join_phrases)(tf.ragged.constant(texts, tf.string), table(pairs))
    assert [[word.decode() for word in row] for row in joined.to_list()] == [loop(text, pairs) for text in texts]


@pytest.mark.parametrize("texts", [[[]], [[], []], [["a"]], [["a", "b"]]])
def test_joining_short_texts(texts):
    ragged = tf.ragged.constant(texts, tf.string, ragged_rank=1)
    joined = join_phrases(ragged, table({"a_b"})).to_list()
    assert joined == [[b"a_b"] if len(text) == 2 else [word.encode() for word in text] for text in texts]
