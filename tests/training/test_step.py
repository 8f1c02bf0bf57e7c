"""The step against Keras' own `train_on_batch`, and what must not change its result."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.strategies.single import single
from tfd2l.training.step import TrainStep
from tfd2l.training.weighting import count_examples, remove_reduction, sum_losses

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 8, 5)).astype(np.float32)  # (steps, batch, features)
Y = RNG.integers(0, 3, size=(3, 8)).astype(np.int32)


def network(*, normalize: bool = False, dropout: float = 0.0, penalty: float = 0.0) -> keras.Model:
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((5,)),
        keras.layers.Dense(6, "tanh", kernel_regularizer=keras.regularizers.L2(penalty)),
    ]
    layers += [keras.layers.BatchNormalization()] if normalize else []
    layers += [keras.layers.Dropout(dropout, seed=3)] if dropout else []
    return keras.Sequential([*layers, keras.layers.Dense(3)])


def step_for(model: keras.Model, loss: keras.losses.Loss | None = None, optimizer: object = None) -> TrainStep:
    optimizer = optimizer or keras.optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(model.trainable_variables)
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
    step = TrainStep(model, loss, optimizer, metrics, single())
    spec = (
        tf.TensorSpec([None, 5]),
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([None]),
    )
    step.compile(spec)
    return step


def batch(number: int, extra_rows: int = 0) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    x = np.concatenate([X[number], np.full((extra_rows, 5), 7.0, np.float32)])
    y = np.concatenate([Y[number], np.zeros(extra_rows, np.int32)])
    weights = np.concatenate([np.ones(8, np.float32), np.zeros(extra_rows, np.float32)])
    return tf.constant(x), tf.constant(y), tf.constant(weights)


@pytest.mark.parametrize("options", [{}, {"normalize": True}, {"penalty": 0.1}], ids=["plain", "batchnorm", "penalty"])
def test_takes_the_same_steps_as_keras(options):
    ours, theirs = network(**options), network(**options)
    theirs.compile(
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    step = step_for(ours)
    for number in range(3):
        theirs.reset_metrics()
        expected = theirs.train_on_batch(X[number], Y[number], return_dict=True)
        step.reset()
        logs = step(batch(number))
        assert float(logs["loss"]) == pytest.approx(float(expected["loss"]), rel=1e-5)
        assert float(logs["accuracy"]) == pytest.approx(float(expected["accuracy"]))
    for our, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-5, atol=1e-6)
    assert int(step.optimizer.iterations) == 3


def test_rows_of_weight_zero_change_nothing():
    whole, padded = step_for(network()), step_for(network())
    for number in range(3):
        a, b = whole(batch(number)), padded(batch(number, extra_rows=5))
        assert float(a["loss"]) == pytest.approx(float(b["loss"]), rel=1e-6)
        assert float(a["examples"]) == float(b["examples"]) == 8
        assert float(a["accuracy"]) == float(b["accuracy"])
    for one, other in zip(whole.model.get_weights(), padded.model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_a_batch_of_no_weight_neither_moves_nor_breaks_the_weights():
    step = step_for(network(), optimizer=keras.optimizers.SGD(0.1))
    before = step.model.get_weights()
    x, y, weights = batch(0)
    logs = step((x, y, tf.zeros_like(weights)))
    assert float(logs["loss"]) == 0
    for old, new in zip(before, step.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_of_a_summed_loss_the_sum_is_differentiated_and_the_mean_logged():
    losses = [keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=how) for how in ("mean", "sum")]
    start = network().get_weights()
    mean, total = (step_for(network(), loss, keras.optimizers.SGD(0.01)) for loss in losses)
    assert mean(batch(0))["loss"] == pytest.approx(total(batch(0))["loss"], rel=1e-6)
    for was, one, eight in zip(start, mean.model.get_weights(), total.model.get_weights(), strict=True):
        np.testing.assert_allclose(eight - was, 8 * (one - was), rtol=1e-4, atol=1e-6)


def test_dropout_draws_anew_each_step_and_the_same_in_another_run():
    def losses() -> list[float]:
        step = step_for(network(dropout=0.5), optimizer=keras.optimizers.SGD(0.0))
        return [float(step(batch(0))["loss"]) for _ in range(3)]

    first = losses()
    assert len(set(first)) == 3
    assert losses() == first


class Untold(keras.Model):
    """Its `call` does not take `training`; its dropout must be told all the same, as under `fit`."""

    def __init__(self):
        super().__init__()
        self.drop = keras.layers.Dropout(0.5, seed=3)
        self.out = keras.layers.Dense(3)

    def call(self, x):
        return self.out(self.drop(x))


def test_layers_in_a_model_that_does_not_take_training_are_told_that_it_is():
    keras.utils.set_random_seed(1)
    model = Untold()
    model(X[0])
    step = step_for(model, optimizer=keras.optimizers.SGD(0.0))
    losses = {float(step(batch(0))["loss"]) for _ in range(3)}
    assert len(losses) == 3  # the weights stay; what is dropped differs
    silent = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(Y[0], model(X[0]), from_logits=True))
    assert float(silent) not in losses


def test_one_trace_serves_every_batch_size():
    step = step_for(network())
    for rows in (0, 1, 9):
        step(batch(0, rows))
    assert step._submit.function.experimental_get_tracing_count() == 1


def test_the_learning_rate_logged_is_the_one_used():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0, 1], [0.5, 0.25, 0.125])
    step = step_for(network(), optimizer=keras.optimizers.SGD(schedule))
    assert [float(step(batch(0))["learning_rate"]) for _ in range(3)] == [0.5, 0.25, 0.125]


def test_the_pure_part_compiles_with_xla_to_the_same_numbers():
    step = step_for(network(normalize=True, penalty=0.1))
    trainable = [tf.convert_to_tensor(v) for v in step.model.trainable_variables]
    state = [tf.convert_to_tensor(v) for v in step.model.non_trainable_variables]
    pure, whole = step.differentiation.forward_backward, tf.constant(8.0)
    plain = tf.function(pure)(trainable, state, *batch(0), whole)
    compiled = tf.function(pure, jit_compile=True)(trainable, state, *batch(0), whole)
    for one, other in zip(tf.nest.flatten(plain), tf.nest.flatten(compiled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_weights_of_a_row_count_for_all_its_positions():
    loss = remove_reduction(keras.losses.MeanSquaredError())
    y, outputs = np.zeros((2, 3, 1), np.float32), np.array([[1, 2, 3], [4, 5, 6]], np.float32)[..., None]
    total, count = sum_losses(loss, y, outputs, tf.constant([1.0, 0.5]))
    assert float(total) == pytest.approx(1 + 4 + 9 + 0.5 * (16 + 25 + 36))
    assert float(count) == pytest.approx(3 + 1.5)


def test_weights_of_positions_are_taken_as_they_are():
    loss = remove_reduction(keras.losses.MeanSquaredError())
    y, outputs = np.zeros((1, 3, 1), np.float32), np.array([[1, 2, 3]], np.float32)[..., None]
    total, count = sum_losses(loss, y, outputs, tf.constant([[1.0, 0.0, 1.0]]))
    assert (float(total), float(count)) == (10.0, 2.0)


def test_counts_examples_not_rows():
    y = tf.zeros([4])
    assert int(count_examples(y, None)) == 4
    assert int(count_examples(y, tf.constant([1.0, 0.5, 0.0, 0.0]))) == 2
    assert int(count_examples(y, tf.constant([[0.0, 1.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]))) == 2
