"""The engine's optimizer is Keras' own in everything but what the engine changes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.training.optimizer import EngineOptimizer, StepCounter, adapt_optimizer, loss_scale, merge_rows

GRADIENTS = np.random.default_rng(0).normal(size=(3, 4)).astype("f")


def learnt(optimizer):
    variable = keras.Variable(np.ones(4, "f"), name="w")
    optimizer.build([variable])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [variable]))
    for gradient in GRADIENTS:
        step(tf.constant(gradient))
    return np.array(variable)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Nadam", "Muon", "Adafactor", "Lamb"])
def test_updates_are_those_of_the_own_class_bit_by_bit(name):
    own = getattr(keras.optimizers, name)
    adapted = adapt_optimizer(own(learning_rate=0.1, weight_decay=0.1))
    np.testing.assert_array_equal(learnt(adapted), learnt(own(learning_rate=0.1, weight_decay=0.1)))
    assert isinstance(adapted, own)
    assert type(adapted).__name__ == name
    assert int(adapted.iterations) == len(GRADIENTS)


def test_an_apply_of_a_class_of_ones_own_is_called():
    class Halving(keras.optimizers.SGD):
        def apply(self, grads, trainable_variables=None):
            super().apply([gradient / 2 for gradient in grads], trainable_variables)

    np.testing.assert_allclose(learnt(adapt_optimizer(Halving(0.1))), 1 - 0.05 * GRADIENTS.sum(0), rtol=1e-6)


def test_adapting_twice_changes_nothing_and_keeps_variables():
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build([keras.Variable(np.ones(4, "f"))])
    before = [id(variable) for variable in optimizer.variables]
    once = type(adapt_optimizer(optimizer, [2.0]))
    assert type(adapt_optimizer(optimizer)) is once
    assert tuple(optimizer.multipliers) == (2.0,)
    assert [id(variable) for variable in optimizer.variables] == before
    assert isinstance(optimizer.iterations, StepCounter)


def test_inside_a_loss_scale():
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
    optimizer.build([keras.Variable(np.ones(4, "f"))])
    assert adapt_optimizer(optimizer) is optimizer
    assert isinstance(optimizer.inner_optimizer, EngineOptimizer)
    assert float(loss_scale(optimizer)) == 2.0**15
    assert loss_scale(optimizer.inner_optimizer) is None


def test_a_row_that_a_batch_holds_twice_is_summed():
    table = keras.Variable(np.zeros((3, 1), "f"))
    optimizer = adapt_optimizer(keras.optimizers.SGD(1.0, momentum=0.9))
    optimizer.build([table])
    rows = tf.IndexedSlices(tf.constant([[1.0], [2.0], [4.0]]), tf.constant([2, 0, 2]), (3, 1))
    optimizer.apply(merge_rows([rows]), [table])
    np.testing.assert_array_equal(np.array(table), [[-2.0], [0.0], [-5.0]])
