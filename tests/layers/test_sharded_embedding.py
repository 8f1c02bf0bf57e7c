"""Divided or not, an embedding is the same function with the same gradients."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.sharded_embedding import ShardedEmbedding
from tfd2l.testing import check_layer

ROWS, WIDTH = 7, 3
IDS = np.array([[0, 6, 3], [3, 5, 1]], np.int32)


def layer(shards):
    initializer = keras.initializers.RandomNormal(seed=2)
    built = ShardedEmbedding(ROWS, WIDTH, shards, initializer)
    built.build()
    return built, np.array(initializer((ROWS, WIDTH)))


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_looks_up_rows_of_the_undivided_table(shards):
    embedding, table = layer(shards)
    assert [len(w) for w in embedding.get_weights()] == [len(range(s, ROWS, shards)) for s in range(shards)]
    np.testing.assert_array_equal(embedding(IDS), table[IDS])
    np.testing.assert_array_equal(tf.function(embedding)(tf.constant(IDS)), table[IDS])


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_gradients_are_rows_and_add_up_to_those_of_the_undivided_table(shards):
    embedding, _ = layer(shards)
    factors = np.random.default_rng(0).normal(size=(2, 3, WIDTH)).astype(np.float32)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(embedding(IDS) * factors)
    gradients = tape.gradient(loss, [piece.value for piece in embedding.pieces])
    assert all(isinstance(gradient, tf.IndexedSlices) for gradient in gradients)
    expected = np.zeros((ROWS, WIDTH), np.float32)
    np.add.at(expected, IDS, factors)
    for shard, gradient in enumerate(gradients):
        np.testing.assert_allclose(tf.convert_to_tensor(gradient), expected[shard::shards], rtol=1e-6)


@pytest.mark.parametrize("shards", [1, 3])
def test_compiles_with_xla(shards):
    embedding, table = layer(shards)

    @tf.function(jit_compile=True)
    def looked_up(values, ids):
        with keras.StatelessScope(list(zip(embedding.pieces, values, strict=True))):
            return embedding(ids)

    np.testing.assert_array_equal(looked_up([tf.constant(w) for w in embedding.get_weights()], IDS), table[IDS])


def test_works_wherever_keras_may_use_it():
    check_layer(layer(3)[0], IDS)


@pytest.mark.parametrize("shards", [0, 8])
def test_a_number_of_shards_that_the_table_cannot_have_is_refused(shards):
    with pytest.raises(ValueError, match=rf"between 1 and the rows of the table, 7\. Received: shards={shards}"):
        ShardedEmbedding(ROWS, WIDTH, shards)
