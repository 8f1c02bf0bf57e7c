"""Two halves of the processor take the steps that one device takes, whatever else is chosen."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.single import single
from tfd2l.training.averaging import averaged_weights
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.step import TrainStep

STEPS, ROWS, LENGTH = 6, 8, 5
RNG = np.random.default_rng(4)
IDS = RNG.integers(0, 7, (STEPS, ROWS, LENGTH)).astype(np.int32)
Y = RNG.integers(0, 3, (STEPS, ROWS)).astype(np.int32)
WEIGHTS = RNG.choice([0.0, 0.5, 1.0], (STEPS, ROWS)).astype(np.float32)
WEIGHTS[2] = 0  # a batch of no weight
WEIGHTS[3, : ROWS // 2] = 0  # a replica of no weight
SPEC = (tf.TensorSpec([ROWS, None], tf.int32), tf.TensorSpec([ROWS], tf.int32), tf.TensorSpec([ROWS]))


def two():
    return mirrored(["CPU:0", "CPU:1"])


class Network(keras.Model):
    """Repeated rows of an embedding, a penalty, dropout."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.table = keras.layers.Embedding(7, 6)
        self.drop = keras.layers.Dropout(dropout, seed=5)
        self.out = keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.1))

    def call(self, ids, training=False):
        return self.out(self.drop(keras.ops.mean(self.table(ids), axis=1), training=training))


def step_under(strategy, *, dropout=0.0, loss=None, optimizer=None, **options):
    keras.utils.set_random_seed(1)
    with strategy.scope():
        model = Network(dropout)
        model(IDS[0])
        optimizer = optimizer() if optimizer else keras.optimizers.Adam(0.05, global_clipnorm=0.1)
        optimizer.build(model.trainable_variables)
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
    step = TrainStep(model, loss, optimizer, metrics, strategy, **options)
    step.compile(SPEC)
    return step


def trained(step):
    logs = [step((IDS[i], Y[i], WEIGHTS[i])) for i in range(STEPS)]
    return logs, [np.array(variable) for variable in (*step.model.variables, *step.optimizer.variables)]


def assert_alike(one, other):
    for mine, theirs in zip(one[0], other[0], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-5, abs=1e-7)
    for mine, theirs in zip(one[1], other[1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=2e-6)


@pytest.fixture(scope="module")
def alone():
    return trained(step_under(single()))


@pytest.mark.parametrize(
    "options", [{}, {"micro_batches": 2}, {"xla": True}, {"micro_batches": 4, "xla": True}], ids=str
)
def test_takes_the_steps_of_one_device(alone, options):
    assert_alike(trained(step_under(two(), **options)), alone)


@pytest.mark.parametrize("options", [{"micro_batches": 4}, {"xla": True}, {"micro_batches": 2, "xla": True}], ids=str)
def test_neither_micro_batches_nor_xla_change_the_steps_of_one_device(alone, options):
    assert_alike(trained(step_under(single(), **options)), alone)


def test_a_summed_loss_stays_a_sum():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    assert_alike(trained(step_under(two(), loss=loss, micro_batches=2)), trained(step_under(single(), loss=loss)))


def test_several_steps_in_one_go_are_the_same_steps(alone):
    batches = tf.data.Dataset.from_tensor_slices((IDS, Y, WEIGHTS))
    for strategy in (single(), two()):
        step = step_under(strategy)
        iterator = iter(batches)
        rows = [*step.run_several(iterator, 4), *step.run_several(iterator, 2)]
        logs = [step.logs(row) for row in rows]
        assert_alike((logs, [np.array(v) for v in (*step.model.variables, *step.optimizer.variables)]), alone)


def test_replicas_drop_different_units_and_a_run_repeats_them():
    def outcome(strategy):
        return trained(step_under(strategy, dropout=0.5))

    first, second = outcome(two()), outcome(two())
    for mine, theirs in zip(first[1], second[1], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    step = step_under(two(), dropout=0.5)
    same_rows = tf.constant(np.repeat(IDS[0][:1], ROWS, axis=0))

    def dropped(_):
        sums, _ = step.differentiation(
            (same_rows[:1], Y[0][:1], WEIGHTS[0][:1] * 0 + 1), tf.constant(1.0), replica=step.strategy.replica
        )
        return sums.loss

    losses = tf.function(lambda: step.strategy.distribution.run(dropped, args=(0,)))()
    one, other = (float(loss) for loss in step.strategy.distribution.experimental_local_results(losses))
    assert one != other


def test_seeds_go_on_alike_on_all_replicas():
    one, other = step_under(single(), dropout=0.5), step_under(two(), dropout=0.5)
    trained(one), trained(other)
    assert [np.array(v).tolist() for v in one.model.non_trainable_variables] == [
        np.array(v).tolist() for v in other.model.non_trainable_variables
    ]


def test_averaged_weights_are_the_same():
    def averages(strategy):
        step = step_under(strategy, optimizer=lambda: keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.7))
        _, learning = trained(step)
        with averaged_weights(step.model, step.optimizer):
            mean = [np.array(variable) for variable in step.model.trainable_variables]
        for variable, value in zip(step.model.variables, learning, strict=False):
            np.testing.assert_array_equal(np.array(variable), value)
        return mean

    for one, other in zip(averages(single()), averages(two()), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_evaluation_is_that_of_one_device():
    batches = tf.data.Dataset.from_tensor_slices((IDS, Y, WEIGHTS))

    def measured(strategy):
        step = step_under(strategy)
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return Evaluation(step.model, loss, metrics, strategy)(batches)

    assert measured(two()) == pytest.approx(measured(single()), rel=1e-6)


def test_float16_leaves_a_step_out_that_is_not_finite_and_halves_the_scale():
    for strategy in (single(), two()):
        step = step_under(
            strategy,
            optimizer=lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=8.0),
        )
        before = [np.array(variable) for variable in step.model.trainable_variables]
        step((IDS[0], Y[0], WEIGHTS[0] * np.float32("inf")))
        for variable, value in zip(step.model.trainable_variables, before, strict=True):
            np.testing.assert_array_equal(np.array(variable), value)
        assert float(np.array(step.optimizer.dynamic_scale)) == 4.0
        scaled = step((IDS[0], Y[0], WEIGHTS[0]))
        plain = step_under(strategy, optimizer=lambda: keras.optimizers.SGD(0.1))
        assert scaled["loss"] == pytest.approx(plain((IDS[0], Y[0], WEIGHTS[0]))["loss"], rel=1e-6)
        for one, other in zip(step.model.variables, plain.model.variables, strict=True):
            np.testing.assert_allclose(np.array(one), np.array(other), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        (["CPU:0"], r"two devices or more.*Received: strategy.devices=\['CPU:0'\]"),
        (["CPU:0", "CPU:0"], r"each once"),
        (["CPU:0", "GPU:3"], r"no such device.*Devices: CPU:0, CPU:1.*Received: strategy.devices='GPU:3'"),
        (["CPU:0", "CPU:2"], r"already runs with 2 processors.*new process"),
        (None, r"takes all GPUs, and there is none.*devices=\[CPU:0,CPU:1\]"),
    ],
)
def test_refuses_devices_that_there_are_not(devices, message):
    with pytest.raises(ConfigError, match=message):
        mirrored(devices)


def test_refuses_a_batch_that_does_not_divide():
    with pytest.raises(
        ConfigError, match=r"2 replicas \(strategy\) times 3 micro-batches.*multiple of 6\. Received: .* 8 rows"
    ):
        step_under(two(), micro_batches=3)
