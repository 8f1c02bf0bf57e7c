"""Vectors that are there already: of the data, or of a file for the data's words."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError, DataError
from tfd2l.models.pretrained_vectors import pretrained_vectors
from tfd2l.text.vectors import WordVectors

MATRIX = np.arange(8, dtype=np.float32).reshape(4, 2)
TOKENS = ("<unk>", "the", "Of", "xyzzy")
INFO = NO_DATA.with_fact(Vocabulary(TOKENS)).with_fact(WordVectors(TOKENS, MATRIX))


def test_ids_get_their_rows_and_nothing_is_learned(tmp_path):
    model = pretrained_vectors(INFO)
    assert model.trainable_variables == []
    np.testing.assert_array_equal(model(tf.constant([2, 0, 2])), MATRIX[[2, 0, 2]])
    np.testing.assert_array_equal(tf.function(lambda: model.word_vectors(INFO))(), MATRIX)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again(tf.constant([3])), MATRIX[[3]])


def test_the_vectors_of_the_vocabulary_are_taken_from_a_file(tmp_path):
    (tmp_path / "v.txt").write_text("of 1 2 3\nthe 4 5 6\nand 7 8 9\n")
    model = pretrained_vectors(INFO, path=tmp_path / "v.txt")
    np.testing.assert_array_equal(model.word_vectors(INFO), [[0, 0, 0], [4, 5, 6], [1, 2, 3], [0, 0, 0]])


def test_a_bad_line_of_the_file_is_an_error_of_the_model(tmp_path):
    (tmp_path / "v.txt").write_text("of 1 2 3\nthe 4\n")
    with pytest.raises(DataError, match=r"v\.txt:2: 1 values instead of 3\..*`model\.on_bad_record=skip`"):
        pretrained_vectors(INFO, path=tmp_path / "v.txt")
    model = pretrained_vectors(INFO, path=tmp_path / "v.txt", on_bad_record="skip")
    np.testing.assert_array_equal(model.word_vectors(INFO)[2], [1, 2, 3])
    (tmp_path / "w.txt").write_text("of 1 2 3\n")
    with pytest.raises(DataError, match=r"several files .* name one, `model\.member=NAME`"):
        pretrained_vectors(INFO, path=tmp_path)


def test_there_must_be_vectors():
    with pytest.raises(ConfigError, match=r"name a file of them, `model\.path=FILE`.*Received: none"):
        pretrained_vectors(NO_DATA.with_fact(Vocabulary(TOKENS)))
