"""Kernel regression as attention: the book's numbers, a float64 transcription, gradients by finite differences."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.nadaraya_watson import NadarayaWatson
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)
Q = RNG.uniform(0, 5, size=(2, 3, 1)).astype(np.float32)
K = RNG.uniform(0, 5, size=(2, 9, 1)).astype(np.float32)
V = RNG.normal(size=(2, 9, 4)).astype(np.float32)


def pooled(queries, keys, values, w):
    """float64: output and weights of section 10.2, written out."""
    queries, keys, values = (np.asarray(value, np.float64) for value in (queries, keys, values))
    apart = ((queries[:, :, None] - keys[:, None]) ** 2).sum(-1)
    powers = np.exp(-(w**2) * apart / 2)
    weights = powers / powers.sum(-1, keepdims=True)
    return weights @ values, weights


def learned(w, **options):
    layer = NadarayaWatson(**options)
    layer.build(Q.shape, K.shape, V.shape)
    layer.set_weights([np.float32(w)])
    return layer


@pytest.mark.parametrize("w", [0.0, 1.0, 0.3, -7.0])
def test_it_is_its_formula(w):
    expected, expected_weights = pooled(Q, K, V, w)
    for layer in (NadarayaWatson(w), learned(w)):
        output, weights = layer(Q, K, V, return_attention_scores=True)
        np.testing.assert_allclose(output, expected, atol=1e-5)
        np.testing.assert_allclose(weights[:, 0], expected_weights, atol=1e-6)
        np.testing.assert_allclose(tf.reduce_sum(weights, axis=-1), 1, atol=1e-6)


def test_average_pooling_has_the_numbers_of_the_book():
    values = np.arange(20, dtype=np.float32).reshape(2, 10, 1)
    keys = RNG.normal(size=(2, 10, 1)).astype(np.float32)
    output, weights = NadarayaWatson(0.0)(np.ones((2, 1, 1)), keys, values, return_attention_scores=True)
    np.testing.assert_allclose(weights, np.full((2, 1, 1, 10), 0.1), rtol=1e-6)
    np.testing.assert_allclose(output, [[[4.5]], [[14.5]]], rtol=1e-6)


def test_the_batched_product_has_the_shape_of_the_book():
    assert NadarayaWatson()(np.ones((2, 1, 1)), np.ones((2, 4, 1)), np.ones((2, 4, 6))).shape == (2, 1, 6)


def test_several_numbers_are_compared_by_their_distance():
    queries, keys = RNG.normal(size=(2, 3, 5)).astype(np.float32), RNG.normal(size=(2, 9, 5)).astype(np.float32)
    np.testing.assert_allclose(NadarayaWatson(1.5)(queries, keys, V), pooled(queries, keys, V, 1.5)[0], atol=1e-5)


def test_the_start_is_drawn_from_0_to_1():
    starts = []
    for seed in range(20):
        keras.utils.set_random_seed(seed)
        layer = NadarayaWatson()
        layer.build(Q.shape, K.shape, V.shape)
        (w,) = layer.get_weights()
        starts.append(float(w))
    assert len(set(starts)) == 20
    assert 0 <= min(starts) < 0.3 < 0.7 < max(starts) < 1
    assert NadarayaWatson(1.0).trainable_variables == []


def test_the_gradient_of_w_is_that_of_finite_differences():
    layer = learned(0.7)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(Q, K, V) ** 2)
    (gradient,) = tape.gradient(loss, layer.trainable_variables)
    above, below = (np.sum(pooled(Q, K, V, 0.7 + step)[0] ** 2) for step in (1e-6, -1e-6))
    assert float(gradient) == pytest.approx((above - below) / 2e-6, rel=1e-4)


def test_keys_that_are_masked_do_not_weigh():
    output, weights = NadarayaWatson(1.0)(Q, K, V, np.array([2, 9]), return_attention_scores=True)
    assert not weights[0, :, :, 2:].numpy().any()
    np.testing.assert_allclose(output[0], pooled(Q[:1], K[:1, :2], V[:1, :2], 1.0)[0][0], atol=1e-5)


def test_far_away_from_every_key_the_nearest_is_taken():
    output = NadarayaWatson(30.0)(np.full((2, 1, 1), 1000.0), K, V)
    nearest = V[np.arange(2), K[..., 0].argmax(1)]
    np.testing.assert_allclose(output[:, 0], nearest, rtol=1e-5)  # every exp is 0 in float32; the softmax is not


@pytest.mark.parametrize("make", [lambda: learned(1.2), lambda: NadarayaWatson(2.0)])
def test_works_wherever_keras_may_use_it(make):
    check_layer(make(), (Q, K, V), half_tolerance=0.1)
    for policy in ("mixed_float16", "mixed_bfloat16"):
        assert learned(1.2, dtype=policy)(Q, K, V).dtype == policy.removeprefix("mixed_")


def test_a_loaded_layer_has_as_many_weights(tmp_path):
    q, k, v = (keras.Input(value.shape[1:]) for value in (Q, K, V))
    for layer in (NadarayaWatson(2.0), NadarayaWatson()):
        model = keras.Model([q, k, v], layer(q, k, v))
        model.save(tmp_path / "model.keras")
        again = keras.saving.load_model(tmp_path / "model.keras")
        assert len(again.trainable_variables) == len(model.trainable_variables)


def test_widths_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"of the same width.*Received: queries \(2, 3, 1\), keys \(2, 9, 4\)"):
        NadarayaWatson()(Q, V, V)
