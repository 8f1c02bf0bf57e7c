"""Special tokens that are written into a text."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.text.special_tokens import find_special_ids, tokenize_with_special_tokens

VOCABULARY = ["[PAD]", "[MASK]", "[SEP]", "the", "bird", "flies"]


def by_words(texts):
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(VOCABULARY, range(6), tf.string, tf.int32), default_value=99
    )
    return table.lookup(tf.strings.split(texts))


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def ids_of(texts):
    return tokenize_with_special_tokens(texts, by_words, find_special_ids(["[MASK]", "[SEP]"], VOCABULARY))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("the [MASK] flies", [3, 1, 5]),
        ("the [mask][SEP]flies", [3, 1, 2, 5]),
        ("[MASK]", [1]),
        ("[MASK] [MASK] bird [sep]", [1, 1, 4, 2]),
        ("the bird", [3, 4]),
        ("the [MASKED] [PAD]", [3, 99, 0]),
        ("", []),
    ],
)
def test_special_tokens_are_single_tokens(text, ids):
    assert ids_of(tf.constant([text])).to_list() == [ids]


def test_rows_are_tokenized_separately():
    texts = ["the [MASK]", "", "[SEP]", "flies", "[MASK]bird[MASK]"]
    assert ids_of(tf.constant(texts)).to_list() == [[3, 1], [], [2], [5], [1, 4, 1]]


def test_texts_without_special_tokens():
    assert tokenize_with_special_tokens(tf.constant(["the [MASK]"]), by_words, {}).to_list() == [[3, 1]]


def test_missing_special_token_is_an_error():
    with pytest.raises(ConfigError, match=r"Did you mean '\[MASK\]'\?.*without '\[MSK\]'"):
        find_special_ids(["[MSK]"], VOCABULARY)
