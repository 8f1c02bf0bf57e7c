"""A step that is not finite changes nothing, is found out, and ends the run or is left out; under every strategy."""

from __future__ import annotations

import math
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.callbacks.early_stopping import early_stopping
from tfd2l.errors import NonFiniteError
from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.single import single
from tfd2l.training.checkpoint.file import read_checkpoint
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position
from tfd2l.training.recorder import MOST_SKIPPED
from tfd2l.training.step import TrainStep

ROWS, STEPS, BAD = 8, 6, 3  # BAD: the fourth batch
RNG = np.random.default_rng(7)
X = RNG.normal(size=(STEPS, ROWS, 3)).astype(np.float32)
Y = RNG.normal(size=(STEPS, ROWS, 1)).astype(np.float32)
SPOILT = X.copy()
SPOILT[BAD, 5, 1] = np.nan
WITHOUT = [n for n in range(STEPS) if n != BAD]
SPEC = (tf.TensorSpec([ROWS, 3]), tf.TensorSpec([ROWS, 1]))
TWO = ["CPU:0", "CPU:1"]


class Root(keras.layers.Layer):
    """Square root: NaN below 0, and its derivative is infinite at 0."""

    def call(self, x):
        return keras.ops.sqrt(x)


def layers():
    return [
        keras.layers.Dense(4, name="first"), keras.layers.BatchNormalization(name="norm"),
        keras.layers.Dropout(0.5, seed=3, name="drop"), keras.layers.Dense(1, name="last"),
    ]  # fmt: skip


def step_of(*made, strategy=None, optimizer=None, loss=None, **options):
    strategy = strategy or single()
    keras.backend.clear_session()  # names as in another process
    keras.utils.set_random_seed(1)
    with strategy.scope():
        model = keras.Sequential([keras.Input((3,)), *(made or layers())], name="model")
        optimizer = optimizer or keras.optimizers.Adam(0.01)
        optimizer.build(model.trainable_variables)
    model.optimizer = optimizer
    step = TrainStep(
        model, loss or keras.losses.MeanSquaredError(), optimizer,
        [keras.metrics.MeanAbsoluteError(name="mae")], strategy, **options,
    )  # fmt: skip
    step.compile(SPEC)
    return step


def loop_of(step, callbacks=(), checkpointing=None, **plan):
    evaluation = Evaluation(step.model, keras.losses.MeanSquaredError(), [], step.strategy)
    return Loop(
        step, evaluation, callbacks, Plan(**{"epochs": 1, "steps_per_epoch": STEPS, **plan}), Position(), checkpointing
    )


def batches(x, y=Y):
    data = tf.data.Dataset.from_tensor_slices((x, y))
    return lambda epoch: data


def state(step):
    return [np.array(v) for v in (*step.model.variables, *step.optimizer.variables)]


def assert_same(one, other):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, theirs)


WAYS = [
    ({}, {}), ({"xla": True}, {}), ({"micro_batches": 2}, {}), ({}, {"steps_per_execution": 4}),
    ({"two": True}, {}), ({"two": True, "xla": True, "micro_batches": 2}, {"steps_per_execution": 4}),
]  # fmt: skip


def made_by(options, **more):
    options = dict(options)
    return step_of(strategy=mirrored(TWO) if options.pop("two", False) else single(), **options, **more)


@pytest.mark.parametrize(("options", "plan"), WAYS, ids=str)
def test_a_skipped_step_is_as_if_its_batch_had_not_been_there(options, plan):
    skipping, without = made_by(options, on_nan="skip"), made_by(options)
    loop = loop_of(skipping, **plan)
    (logs,) = loop.fit(batches(SPOILT), None)
    (expected,) = loop_of(without, **plan, max_steps=STEPS - 1).fit(batches(X[WITHOUT], Y[WITHOUT]), None)
    assert_same(state(skipping), state(without))
    assert logs == expected
    assert (loop.position.step, loop.position.skipped, loop.position.skipped_in_a_row) == (STEPS, 1, 0)


@pytest.mark.parametrize(("options", "plan"), [WAYS[0], WAYS[3], WAYS[4]], ids=str)
def test_a_step_that_is_not_finite_ends_training_with_the_weights_from_before(options, plan):
    stopping, before = made_by(options), made_by(options)
    with pytest.raises(
        NonFiniteError, match=r"^Step 4 \(epoch 1\) is not finite; loss nan, learning rate 0\.01\. "
    ) as e:
        loop_of(stopping, **plan).fit(batches(SPOILT), None)
    assert "First: the inputs of the batch: 1 of 24 values, the first in row 5. Received: loss=nan" in str(e.value)
    assert e.value.exit_code == 2
    loop_of(before, max_steps=BAD).fit(batches(X), None)
    assert_same(state(stopping), state(before))


@keras.saving.register_keras_serializable("test_non_finite")
class InfiniteLoss(keras.losses.Loss):
    """-inf for every row, whatever the model says."""

    def call(self, y_true, y_pred):
        return keras.ops.log(0 * y_pred[:, 0])


TARGETS = Y.copy()
TARGETS[0, 2] = np.inf
MINUS = keras.initializers.Constant(-1)
ZEROS = {"kernel_initializer": "zeros", "name": "first"}


BELOW_0 = [keras.layers.Dense(1, **ZEROS, bias_initializer=MINUS), Root(name="root")]
AT_0 = [keras.layers.Dense(1, **ZEROS), Root(name="root")]


@pytest.mark.parametrize(
    ("made", "loss", "y", "first"),
    [
        (layers(), None, TARGETS, "the targets of the batch: 1 of 8 values, the first in row 2"),
        (BELOW_0, None, Y, "the output of layer 'model/root' (Root): 8 of 8 values, the first in row 0"),
        (AT_0, None, Y, "the gradient of model/first/bias: 1 of 1 values"),
        (layers(), InfiniteLoss(), Y, "the loss, computed from finite outputs of the model: 1 of 1 values"),
    ],
    ids=["target", "layer", "gradient", "loss"],
)
def test_the_first_tensor_that_is_not_finite_is_named(made, loss, y, first):
    with pytest.raises(NonFiniteError, match=f"First: {re.escape(first)}"):
        loop_of(step_of(*made, loss=loss)).fit(batches(X, y), None)


def test_weights_that_an_update_has_spoilt_are_named_and_not_saved(tmp_path):
    """Loss and gradients are finite, but the update overflows: the next step, or the checkpoint before it, says so."""

    class Rate(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return tf.where(step < 2, 1e-6, 3e38)

    def fit(**plan):
        step = step_of(keras.layers.Dense(1, name="first"), optimizer=keras.optimizers.SGD(Rate()))
        kept = Checkpointing(
            CheckpointStore(tmp_path / str(plan)), plan.pop("every", None), retry_hint="Lower the rate."
        )
        loop_of(step, checkpointing=kept, **plan).fit(batches(100 * X), None)

    with pytest.raises(NonFiniteError, match=r"Step 4 .* First: the weight [^ ]*: .* No checkpoint had been taken"):
        fit()
    with pytest.raises(
        NonFiniteError, match=r"^After step 3 the weight .* Step 2 is saved\. Lower the rate\. Received"
    ):
        fit(every=1)


def test_too_many_skipped_steps_in_a_row_end_training():
    step = step_of(on_nan="skip")
    always = np.full((1, ROWS, 3), np.inf, np.float32)
    data = tf.data.Dataset.from_tensor_slices((always, Y[:1])).repeat()
    with pytest.raises(NonFiniteError, match=rf"^Step {MOST_SKIPPED + 1} .*after {MOST_SKIPPED} others in a row"):
        loop_of(step, steps_per_epoch=100).fit(lambda _: data, None)


def test_counts_of_skipped_steps_outlive_an_interruption(tmp_path):
    def training(start=None):
        loop = loop_of(step_of(on_nan="skip"), checkpointing=Checkpointing(CheckpointStore(tmp_path, STEPS), 1, start))
        loop.fit(batches(SPOILT), None)
        return state(loop.step), loop.position

    whole, _ = training()
    again, position = training(read_checkpoint(tmp_path / f"step-{BAD + 1:09d}.checkpoint"))
    assert_same(again, whole)
    assert (position.step, position.skipped) == (STEPS, 1)


def test_a_validation_that_is_not_finite_is_told_and_never_the_best(tmp_path, caplog):
    checkpointing = Checkpointing(CheckpointStore(tmp_path))
    assert loop_of(step_of(), checkpointing=checkpointing).fit(batches(X), batches(SPOILT)(0))
    assert f"validation after step {STEPS}: its loss is nan" in caplog.text
    assert not (tmp_path / "best.checkpoint").exists()
    assert math.isinf(checkpointing._best)


def test_early_stopping_takes_nan_for_no_improvement():
    stopping = early_stopping(patience=2, restore_best_weights=False)
    stopping.set_model(step_of().model)
    stopping.model.stop_training = False
    stopping.on_train_begin()
    for epoch, loss in enumerate([np.nan, 2.0, np.nan, 1.0, np.nan]):
        stopping.on_epoch_end(epoch, {"val_loss": loss})
    assert (stopping.best, stopping.model.stop_training) == (1.0, False)
    stopping.on_epoch_end(5, {"val_loss": np.nan})
    assert stopping.model.stop_training
