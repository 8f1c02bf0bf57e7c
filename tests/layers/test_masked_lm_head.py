"""The head of masked language modeling against NumPy, and that it writes with the table that is read."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from tfd2l.layers.masked_lm_head import MaskedLMHead


def test_it_is_its_formula():
    rng = np.random.default_rng(0)
    hidden, positions = rng.normal(size=(2, 5, 4)), np.array([[3, 0], [1, 1]])
    embeddings = rng.normal(size=(9, 4))
    head = MaskedLMHead(9, 4)
    head.build()
    for variable in head.trainable_variables:
        variable.assign(rng.normal(size=variable.shape))
    constant, kernel, bias, gamma, beta = (np.asarray(variable, np.float64) for variable in head.trainable_variables)
    z = np.take_along_axis(hidden, positions[..., None], 1) @ kernel + bias
    z = z * 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    z = (z - z.mean(-1, keepdims=True)) / z.std(-1, keepdims=True) * gamma + beta
    logits = head(tf.constant(hidden, tf.float32), tf.constant(positions), tf.constant(embeddings, tf.float32))
    np.testing.assert_allclose(logits, z @ embeddings.T + constant, rtol=1e-4, atol=1e-4)


def test_the_table_is_no_weight_of_its_own_and_gets_gradients():
    head = MaskedLMHead(9, 4)
    head.build()
    assert sorted(tuple(v.shape) for v in head.trainable_variables) == [(4,), (4,), (4,), (4, 4), (9,)]
    table = tf.Variable(tf.random.normal((9, 4), seed=1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(head(tf.random.normal((1, 3, 4), seed=2), tf.constant([[1]]), table)[..., 2])
    gradient = tape.gradient(loss, table)
    assert np.flatnonzero(np.abs(gradient).sum(axis=1)).tolist() == [2]
