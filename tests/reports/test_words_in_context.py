"""A word's vectors in several sentences: their cosines, in a table and a figure."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.words_in_context import words_in_context

WORDS = {"[CLS]": 1, "[SEP]": 2, "bank": 3, "river": 4, "money": 5, "new": 6, "york": 7}


class Model:
    """A token's vector is its id and the sum of all ids."""

    def contextual_vectors(self, inputs):
        ids = tf.cast(inputs["token_ids"], tf.float32)
        return tf.stack([ids, tf.broadcast_to(tf.reduce_sum(ids, axis=1, keepdims=True), ids.shape)], axis=-1)


class Kept:
    def __init__(self):
        self.tables, self.figures = {}, {}

    def log_table(self, columns, path):
        self.tables[path] = columns

    def log_figure(self, figure, path):
        figure.draw_without_rendering()
        self.figures[path] = figure


def run(model):
    def model_inputs(inputs):
        (text,) = inputs["text"]
        ids = [1, *(WORDS[word] for word in text.split()), 2]
        return {"token_ids": tf.constant([ids]), "padding_mask": tf.ones([1, len(ids)], tf.int32)}

    data = dataclasses.replace(NO_DATA, inputs=("text",))
    return FinishedRun(Kept(), model=model, data=data, model_inputs=model_inputs)


def test_cosines_of_the_vectors_of_the_word():
    finished = run(Model())
    sentences = ["river bank", "money bank", "bank bank bank river"]
    words_in_context(finished, "bank", sentences)
    vectors = np.array([[3, 10], [3, 11], [3, 16]])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    (table,) = finished.artifacts.tables.values()
    assert table["sentence"] == sentences
    np.testing.assert_allclose([table[sentence] for sentence in sentences], unit @ unit.T, atol=5e-4)
    assert list(finished.artifacts.figures) == ["figures/in_context_bank.png"]


def test_a_word_of_several_tokens_has_their_mean():
    finished = run(Model())
    words_in_context(finished, "new york", ["river new york", "new new york"])
    vectors = np.array([[6.5, 20], [6.5, 22]])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    table = finished.artifacts.tables["tables/in_context_new_york.json"]
    assert table["river new york"][1] == pytest.approx(unit[0] @ unit[1], abs=5e-4)


def test_what_it_cannot_do_is_told():
    with pytest.raises(ComponentError, match=r"`contextual_vectors`.*Received: model object$"):
        words_in_context(run(object()), "bank", ["a", "b"])
    with pytest.raises(ConfigError, match=r"looks for 'bank'.*Received: 'river'"):
        words_in_context(run(Model()), "bank", ["river bank", "river"])
    with pytest.raises(ConfigError, match="two sentences or more"):
        words_in_context(run(Model()), "bank", ["bank"])
