"""Gradients of some rows of a table, for all seven optimizers of chapter 11."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.optimizers.adadelta import Adadelta
from tfd2l.optimizers.adagrad import Adagrad
from tfd2l.optimizers.adam import Adam
from tfd2l.optimizers.momentum import Momentum
from tfd2l.optimizers.rmsprop import RMSprop
from tfd2l.optimizers.sgd import SGD
from tfd2l.optimizers.yogi import Yogi

ROWS, WIDTH, STEPS = 11, 3, 20
RNG = np.random.default_rng(1)
START = RNG.normal(size=(ROWS, WIDTH)).astype(np.float32)
INDICES = RNG.integers(0, ROWS - 2, (STEPS, 6))  # rows twice in a step; the last two rows never
VALUES = RNG.normal(size=(STEPS, 6, WIDTH)).astype(np.float32)
BIAS = RNG.normal(size=(STEPS, 4)).astype(np.float32)

DECAYING = [Momentum, RMSprop, Adadelta, Adam, Yogi]
ALL = [SGD, Adagrad, *DECAYING]
named = {"ids": lambda cls: cls.__name__}


def sparse(indices, values):
    return tf.IndexedSlices(values, indices, tf.constant([ROWS, WIDTH], tf.int64))


def dense(indices, values):
    return tf.tensor_scatter_nd_add(tf.zeros((ROWS, WIDTH), values.dtype), indices[:, None], values)


def walked(optimizer, gradient, dtype="float32"):
    """[table, its state ...] at the start and after every step; a bias learns beside it."""
    table, bias = keras.Variable(START, dtype=dtype), keras.Variable(tf.zeros(4))
    optimizer.build([table, bias])

    @tf.function
    def step(indices, values, other):
        optimizer.apply([gradient(indices, values), other], [table, bias])

    held = [table, *optimizer.states[0]]
    seen = [[np.array(tf.cast(variable, tf.float32)) for variable in held]]
    for indices, values, other in zip(INDICES, VALUES, BIAS, strict=True):
        step(tf.constant(indices), tf.constant(values, dtype), tf.constant(other))
        seen.append([np.array(tf.cast(variable, tf.float32)) for variable in held])
    return seen


@pytest.mark.parametrize("cls", ALL, **named)
@pytest.mark.parametrize("options", [{}, {"global_clipnorm": 0.5, "weight_decay": 0.1}, {"clipnorm": 0.5}], ids=str)
def test_rows_learn_as_in_the_dense_algorithm(cls, options):
    mine, theirs = walked(cls(0.05, **options), sparse), walked(cls(0.05, **options), dense)
    for one, other in zip(mine[-1], theirs[-1], strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("cls", ALL, **named)
def test_rows_of_bfloat16_are_rounded_once_a_step_too(cls):
    mine, theirs = walked(cls(0.05), sparse, "bfloat16"), walked(cls(0.05), dense, "bfloat16")
    for one, other in zip(mine[-1], theirs[-1], strict=True):
        np.testing.assert_allclose(one, other, rtol=2**-6, atol=1e-2)  # sums of repeated rows are bfloat16 in both


@pytest.mark.parametrize("cls", DECAYING, **named)
def test_lazy_changes_the_rows_of_the_batch_alone(cls):
    seen = walked(cls(0.05, lazy=True, global_clipnorm=2.0), sparse)
    for indices, before, after in zip(INDICES, seen[:-1], seen[1:], strict=True):
        idle = np.setdiff1d(np.arange(ROWS), indices)
        for old, new in zip(before, after, strict=True):
            np.testing.assert_array_equal(new[idle], old[idle])
            assert (new[np.unique(indices)] != old[np.unique(indices)]).any(axis=1).all()


@pytest.mark.parametrize("cls", DECAYING, **named)
def test_lazy_rows_of_every_batch_learn_as_in_the_dense_algorithm(cls):
    def of_two_rows(_, values):
        return sparse(tf.constant([4, 1, 4, 1, 1, 1]), values)

    def as_a_table(_, values):
        return dense(tf.constant([4, 1, 4, 1, 1, 1]), values)

    mine, theirs = walked(cls(0.05, lazy=True), of_two_rows), walked(cls(0.05), as_a_table)
    for one, other in zip(mine[-1], theirs[-1], strict=True):
        np.testing.assert_allclose(one[[1, 4]], other[[1, 4]], rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(("cls", "moves"), [(RMSprop, 0), (Adadelta, 0), (Momentum, 1), (Adam, 1), (Yogi, 1)])
def test_whether_a_row_moves_that_a_batch_does_not_hold(cls, moves):
    seen = walked(cls(0.05), sparse)
    step = next(i for i in range(1, STEPS) if np.setdiff1d(INDICES[i - 1], INDICES[i]).size)
    row = np.setdiff1d(INDICES[step - 1], INDICES[step])[0]
    assert (seen[step][0][row] != seen[step + 1][0][row]).all() == bool(moves)
    assert (seen[step][1][row] != seen[step + 1][1][row]).all()


def shapes_of(optimizer):
    """Shapes of tensors in a step: (all, those computed from the values of the gradient)."""
    table = keras.Variable(START)
    optimizer.build([table])
    step = tf.function(lambda indices, values: optimizer.apply([sparse(indices, values)], [table]))
    specs = (tf.TensorSpec([6], tf.int32), tf.TensorSpec([6, WIDTH], name="values"))
    graph = step.get_concrete_function(*specs).graph
    computed = {graph.inputs[1].ref()}
    for operation in graph.get_operations():  # in the order of computation
        if any(tensor.ref() in computed for tensor in operation.inputs):
            computed.update(tensor.ref() for tensor in operation.outputs)
    every = [tensor.ref() for operation in graph.get_operations() for tensor in operation.outputs]
    return [[ref.deref().shape.as_list() for ref in refs if ref.deref().shape.rank] for refs in (every, computed)]


@pytest.mark.parametrize("options", [{}, {"global_clipnorm": 1.0}], ids=str)
@pytest.mark.parametrize("cls", ALL, **named)
def test_a_gradient_of_rows_is_never_made_a_table(cls, options):
    every, computed = shapes_of(cls(**options))
    assert [None, WIDTH] in computed
    assert [ROWS, WIDTH] not in computed
    assert ([ROWS, WIDTH] in every) == (cls in DECAYING)
    if cls in DECAYING:
        every, _ = shapes_of(cls(lazy=True, **options))
        assert [ROWS, WIDTH] not in every


@pytest.mark.parametrize("cls", DECAYING, **named)
def test_lazy_and_decay_of_weights_exclude_each_other(cls):
    with pytest.raises(ValueError, match=r"choose one of them\. Received: lazy=True, weight_decay=0\.1"):
        cls(lazy=True, weight_decay=0.1)
