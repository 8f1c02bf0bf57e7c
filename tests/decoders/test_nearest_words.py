"""The words nearest to a vector: against NumPy in float64."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.decoders.nearest_words import NearestWords
from tfd2l.errors import ComponentError
from tfd2l.models.pretrained_vectors import pretrained_vectors
from tfd2l.text.vectors import WordVectors

TOKENS = ("<unk>", "<pad>", *(f"w{number}" for number in range(40)))
MATRIX = np.random.default_rng(0).standard_normal((len(TOKENS), 8)).astype(np.float32)
INFO = NO_DATA.with_fact(Vocabulary(TOKENS)).with_fact(WordVectors(TOKENS, MATRIX))


@pytest.fixture(scope="module")
def model():
    return pretrained_vectors(INFO)


def answered(decoder, vectors, texts):
    run = tf.function(lambda vectors, texts: decoder(vectors, {"text": texts}))
    return {key: value.numpy() for key, value in run(tf.constant(vectors), tf.constant(texts)).items()}


@pytest.mark.parametrize("among", [None, 20])
def test_neighbours_and_cosines_of_known_words(model, among):
    answer = answered(NearestWords(INFO, model, k=4, among=among), MATRIX[[2, 30, 2]], ["w0", "w28", " W0 "])
    np.testing.assert_array_equal(answer["vector"], MATRIX[[2, 30, 2]])
    units = MATRIX.astype(np.float64) / np.linalg.norm(MATRIX.astype(np.float64), axis=1, keepdims=True)
    for row, id in enumerate((2, 30, 2)):
        cosines = units @ units[id]
        cosines[[0, 1, id]] = -2
        best = np.argsort(-cosines[:among])[:4]
        assert [name.decode() for name in answer["neighbours"][row]] == [TOKENS[other] for other in best]
        np.testing.assert_allclose(answer["cosines"][row], cosines[best], atol=1e-6)


def test_another_text_with_a_vector_has_the_nearest_word_and_an_unknown_one_none(model):
    answer = answered(NearestWords(INFO, model, k=3), [MATRIX[5], np.zeros(8, np.float32)], ["w3s", "unknown"])
    assert answer["neighbours"][0][0] == b"w3"
    assert answer["cosines"][0][0] == pytest.approx(1, abs=1e-6)
    assert answer["neighbours"][1].tolist() == [b""] * 3
    assert answer["cosines"][1].tolist() == [0] * 3


def test_all_words_but_the_one_that_was_asked_for_can_be_neighbours(model):
    answer = answered(NearestWords(INFO, model, k=39), MATRIX[[2]], ["w0"])
    assert {name.decode() for name in answer["neighbours"][0]} == set(TOKENS[3:])
    assert np.isfinite(answer["cosines"]).all()


def test_what_it_cannot_do_is_told(model):
    for k in (0, 40):
        with pytest.raises(ValueError, match=rf"below the number of words, 40\. Received: k={k}"):
            NearestWords(INFO, model, k=k)
    with pytest.raises(ComponentError, match=r"needs a model with `word_vectors`.*glove, .*model Sequential"):
        NearestWords(INFO, keras.Sequential())
