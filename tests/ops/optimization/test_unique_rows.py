"""Rows of a gradient that stand there once."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.optimization.unique_rows import UniqueRows, deduplicate_rows


def test_duplicate_rows_are_summed():
    gradient = tf.IndexedSlices(tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), tf.constant([7, 2, 7]), (9, 2))
    once = deduplicate_rows(gradient)
    assert isinstance(once, UniqueRows)
    assert once.indices.numpy().tolist() == [7, 2]
    assert once.values.numpy().tolist() == [[6.0, 8.0], [3.0, 4.0]]
    np.testing.assert_array_equal(tf.convert_to_tensor(once), tf.convert_to_tensor(gradient))


def test_other_gradients_and_unique_rows_are_unchanged():
    dense = tf.ones((2, 2))
    assert deduplicate_rows(dense) is dense
    assert deduplicate_rows(None) is None
    once = deduplicate_rows(tf.IndexedSlices(tf.ones((1, 2)), tf.constant([0])))
    assert deduplicate_rows(once) is once


def test_arithmetic_agrees_with_the_dense_gradient():
    once = deduplicate_rows(tf.IndexedSlices(tf.constant([[1.0], [2.0], [4.0]]), tf.constant([2, 0, 2]), (3, 1)))
    table, other = np.array([[2.0], [0.0], [5.0]]), np.array([[1.0], [2.0], [3.0]])
    for compute in (
        lambda gradient, value: 0.5 * gradient + value,
        lambda gradient, value: value - gradient / 4.0,
        lambda gradient, value: (gradient - value) * gradient,
        lambda gradient, value: value * gradient**2,
        lambda gradient, value: gradient + gradient,
    ):
        np.testing.assert_allclose(compute(once, tf.constant(other, tf.float32)), compute(table, other))


@pytest.mark.parametrize("xla", [False, True])
def test_rows_are_deduplicated_in_a_graph_of_unknown_row_count(xla):
    @tf.function(jit_compile=xla, input_signature=[tf.TensorSpec([None, 1]), tf.TensorSpec([None], tf.int32)])
    def total(values, indices):
        return tf.reduce_sum(deduplicate_rows(tf.IndexedSlices(values, indices)).values ** 2)

    assert float(total(tf.constant([[1.0], [2.0], [3.0]]), tf.constant([4, 4, 0]))) == 18.0
