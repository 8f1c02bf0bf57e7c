"""Word2Vec and GloVe against NumPy: scores, gradients by finite differences, saved and served."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.subword_table import SubwordTable
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.losses.sigmoid_bce import SigmoidBCE
from tfd2l.losses.target_crossentropy import TargetCrossentropy
from tfd2l.models.glove import glove
from tfd2l.models.word2vec import word2vec
from tfd2l.stages.huffman_paths import HuffmanPaths

RNG = np.random.default_rng(0)
VOCABULARY = ("<unk>", *"abcdef")
DATA = NO_DATA.with_fact(Vocabulary(VOCABULARY, (0, 9, 7, 4, 3, 1, 1)))
PIECES = DATA.with_fact(
    SubwordTable(np.array([[0, -1, -1], *([n, 7 + n, 7 + n // 2] for n in range(1, 7))], np.int32), 20)
)


def made(data=DATA, build=word2vec, **options):
    """With weights that are no zeros."""
    model = build(data, width=5, **options)
    for variable in model.variables:
        variable.assign(RNG.normal(size=variable.shape))
    return model


def tables(model):
    return [np.array(variable, np.float64) for variable in model.variables]


def differences(value, array, places, h=1e-6):
    """Central differences of a function of an array, at some places."""
    found = []
    for place in places:
        moved = []
        for sign in (1, -1):
            changed = array.copy()
            changed[place] += sign * h
            moved.append(value(changed))
        found.append((moved[0] - moved[1]) / (2 * h))
    return np.array(found)


def test_scores_of_a_centre():
    model = made()
    v, u = tables(model)
    words, candidates = np.array([[[[3]]], [[[1]]]]), np.array([[0, 2, 4, 6], [1, 1, 5, 3]])
    scores = model({"words": words, "candidates": candidates})
    assert scores.shape == (2, 1, 4)
    expected = [[u[candidates[0]] @ v[3]], [u[candidates[1]] @ v[1]]]
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_scores_of_a_context_are_those_of_its_mean():
    model = made()
    v, u = tables(model)
    words = np.array([[[[1], [2], [2], [-1]]], [[[-1], [4], [-1], [-1]]]])  # (batch, centres, words, pieces)
    scores = model({"words": words, "candidates": np.array([[5, 1], [0, 3]])})
    expected = [[u[[5, 1]] @ v[[1, 2, 2]].mean(axis=0)], [u[[0, 3]] @ v[4]]]
    np.testing.assert_allclose(scores, expected, rtol=1e-5)
    np.testing.assert_allclose(model({"words": words})[1, 0], u @ v[4], rtol=1e-5)  # all words


def test_a_word_is_the_sum_of_its_pieces():
    model = made(PIECES)
    v, u = tables(model)
    assert v.shape == (20, 5)
    vectors = np.array([v[row[row >= 0]].sum(axis=0) for row in PIECES.fact(SubwordTable).rows])
    np.testing.assert_allclose(model.word_vectors(PIECES), vectors, rtol=1e-5)
    words = PIECES.fact(SubwordTable).rows[[[[4]], [[2]]]]  # (batch, centres, words, pieces)
    np.testing.assert_allclose(model({"words": words})[:, 0], vectors[[4, 2]] @ u.T, rtol=1e-4)
    pair = np.stack([PIECES.fact(SubwordTable).rows[[4, 2]], np.full((2, 3), -1)])  # (texts, words, pieces)
    served = model({"text": np.concatenate([pair, np.full((2, 1, 3), -1)], axis=1)})
    np.testing.assert_allclose(served, [vectors[[4, 2]].mean(axis=0), np.zeros(5)], rtol=1e-5)


def test_many_centres_and_candidates_give_what_one_by_one_gives():
    model = made()
    words, candidates = RNG.integers(1, 7, (3, 4, 1, 1)), RNG.integers(0, 7, (3, 6))
    whole = model({"words": words, "candidates": candidates})
    for b in range(3):
        for i in range(4):
            alone = model({"words": words[b : b + 1, i : i + 1], "candidates": candidates[b : b + 1]})
            np.testing.assert_allclose(whole[b, i], alone[0, 0], rtol=1e-5)


@pytest.mark.parametrize("architecture", ["skip_gram", "cbow"])
def test_gradients_of_the_full_softmax(architecture):
    """14.1: d log P / d v_c = u_o - sum_j P_j u_j; of a context word, (u_c - sum_j P_j u_j) / 2m."""
    model = made()
    v, u = tables(model)
    given, target = ([3], 5) if architecture == "skip_gram" else ([1, 2, 4, 6], 5)
    x = {"words": np.array(given)[None, None, :, None]}

    def log_p(v, u):
        scores = u @ v[given].mean(axis=0)
        return scores[target] - np.log(np.exp(scores).sum())

    with tf.GradientTape() as tape:
        loss = TargetCrossentropy(reduction="sum")(np.array([[[target]]]), model(x))
    dv, du = (-tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, [w.value for w in model.variables]))
    assert float(-loss) == pytest.approx(log_p(v, u), rel=1e-5)
    p = np.exp(u @ v[given].mean(axis=0))
    p /= p.sum()
    for word in given:
        np.testing.assert_allclose(dv[word], (u[target] - p @ u) / len(given), rtol=1e-4, atol=1e-5)
    places = [(word, k) for word in range(7) for k in range(5)]
    np.testing.assert_allclose(dv.ravel(), differences(lambda a: log_p(a, u), v, places), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(du.ravel(), differences(lambda a: log_p(v, a), u, places), rtol=1e-4, atol=1e-5)


def test_gradients_of_negative_sampling():
    model = made()
    v, u = tables(model)
    candidates, labels = np.array([[5, 1, 1, 2]]), np.array([[[1, 0, 0, 0]]], np.float32)
    weights = np.array([[[1, 1, 1, 0]]], np.float32)

    def value(v, u):
        scores = u[candidates[0]] @ v[3]
        signs = np.where(labels[0, 0] == 1, 1, -1)
        return (np.log1p(np.exp(-signs * scores)) * weights[0, 0]).sum()

    with tf.GradientTape() as tape:
        scores = model({"words": np.array([[[[3]]]]), "candidates": candidates})
        loss = SigmoidBCE(reduction="sum")(labels, scores, weights)
    dv, du = (tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, [w.value for w in model.variables]))
    assert float(loss) == pytest.approx(value(v, u), rel=1e-5)
    places = [(word, k) for word in range(7) for k in range(5)]
    np.testing.assert_allclose(dv.ravel(), differences(lambda a: value(a, u), v, places), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(du.ravel(), differences(lambda a: value(v, a), u, places), rtol=1e-4, atol=1e-5)


def test_hierarchical_softmax_sums_to_one_over_all_words():
    model, stage = made(), HuffmanPaths()
    stage.bind(DATA)
    targets = tf.range(7)[:, None]
    x, labels, weights = stage.paths({"words": tf.fill([7, 1, 1, 1], 3), "targets": targets})
    terms = SigmoidBCE(reduction="none")(labels, model(x)) * weights
    log_p = -tf.reduce_sum(terms, axis=(1, 2)).numpy()
    assert np.exp(log_p).sum() == pytest.approx(1, rel=1e-5)
    v, u = tables(model)
    path = stage.tree.nodes[5][: stage.tree.lengths[5]]
    signs = np.where(stage.tree.turns[5][: len(path)] == 1, 1, -1)
    assert np.exp(log_p[5]) == pytest.approx(np.prod(1 / (1 + np.exp(-signs * (u[path] @ v[3])))), rel=1e-4)


def test_starts():
    v, u = word2vec(DATA, width=10).get_weights()
    assert 0.04 < abs(v).max() <= 0.05
    assert not u.any()
    v, u = word2vec(DATA, width=10, start="xavier").get_weights()
    bound = np.sqrt(6 / 17)
    assert 0.8 * bound < abs(v).max() <= bound
    assert 0.8 * bound < abs(u).max() <= bound


@pytest.mark.parametrize("build", [word2vec, glove])
def test_saved_and_loaded_it_is_the_same(build, tmp_path):
    model = made(build=build)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    text = np.array([[[1], [2]], [[3], [-1]]])
    np.testing.assert_array_equal(loaded({"text": text}), model({"text": text}))
    np.testing.assert_array_equal(loaded.word_vectors(DATA), model.word_vectors(DATA))


@pytest.mark.parametrize("build", [word2vec, glove])
def test_served_texts_are_means_of_their_words(build):
    model = made(build=build)
    vectors = np.array(model.word_vectors(DATA))
    served = tf.function(model)({"text": tf.constant([[[1], [2], [-1]], [[3], [-1], [-1]], [[-1], [-1], [-1]]])})
    np.testing.assert_allclose(served, [vectors[[1, 2]].mean(axis=0), vectors[3], np.zeros(5)], rtol=1e-5)


def test_glove_by_hand():
    model = made(build=glove)
    weights = {variable.name: np.array(variable, np.float64) for variable in model.variables}
    i, j = np.array([1, 2, 2]), np.array([3, 3, 1])
    got = model({"words": i, "others": j})
    expected = (weights["v"][i] * weights["u"][j]).sum(axis=1) + weights["b"][i] + weights["c"][j]
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    np.testing.assert_allclose(model.word_vectors(DATA), weights["v"] + weights["u"], rtol=1e-5)


@pytest.mark.parametrize("build", [word2vec, glove])
def test_data_without_a_vocabulary_and_widths_below_one_are_refused(build):
    with pytest.raises(ConfigError, match=r"no Vocabulary .*among the stages.*word_ids.*Received: data none"):
        build(NO_DATA)
    with pytest.raises(ConfigError, match=r"Received: width=0"):
        build(DATA, width=0)
