"""The loop: how far it goes, and that Keras' own callbacks work in it."""

from __future__ import annotations

import csv

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.single import single
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position
from tfd2l.training.settings import TrainerSettings
from tfd2l.training.step import TrainStep
from tfd2l.training.validations import Validations

STEPS = 4
RNG = np.random.default_rng(2)
X = RNG.normal(size=(STEPS * 8, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int32)
DATA = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8, drop_remainder=True)


class Recorder(keras.callbacks.Callback):
    """Notes every call."""

    def __init__(self):
        super().__init__()
        self.calls, self.logs = [], []

    def on_train_begin(self, logs=None):
        self.calls.append("train begin")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch}")

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(batch)
        self.logs.append(logs)

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(f"end {epoch}")

    def on_train_end(self, logs=None):
        self.calls.append("train end")


def loop_with(*callbacks, learning_rate=0.1, **plan) -> Loop:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    optimizer = keras.optimizers.SGD(learning_rate)
    optimizer.build(model.trainable_variables)
    model.optimizer = optimizer
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    step = TrainStep(
        model,
        loss,
        optimizer,
        [keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        single(),
    )
    step.compile(DATA.element_spec)
    measure = Evaluation(model, loss, [keras.metrics.SparseCategoricalAccuracy(name="accuracy")], single())
    return Loop(step, measure, callbacks, Plan(**{"epochs": 2, "steps_per_epoch": STEPS, **plan}), Position())


def test_calls_callbacks_in_keras_order():
    seen = Recorder()
    loop_with(seen).fit(lambda _: DATA, DATA)
    assert seen.calls == [
        "train begin",
        "epoch 0",
        0,
        1,
        2,
        3,
        "end 0",
        "epoch 1",
        0,
        1,
        2,
        3,
        "end 1",
        "train end",
    ]


def test_logs_of_a_step_and_of_an_epoch():
    seen = Recorder()
    loop = loop_with(seen)
    history = loop.fit(lambda _: DATA, DATA)
    assert set(seen.logs[0]) == {
        "loss",
        "accuracy",
        "examples",
        "learning_rate",
        "input_seconds",
        "compute_seconds",
    }
    assert all(type(value) is float for value in seen.logs[0].values())
    assert set(history[0]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    first = [logs["loss"] for logs in seen.logs[:STEPS]]
    assert history[0]["loss"] == pytest.approx(np.mean(first))
    assert history[1]["val_loss"] == pytest.approx(loop.evaluation(DATA)["loss"])


@pytest.mark.parametrize(("max_steps", "epochs", "steps"), [(None, 2, 8), (3, 1, 3), (4, 1, 4), (6, 2, 6), (99, 2, 8)])
def test_stops_where_the_plan_says(max_steps, epochs, steps):
    loop = loop_with(max_steps=max_steps)
    history = loop.fit(lambda _: DATA, None)
    assert (len(history), loop.position.step, loop.plan.total_steps) == (epochs, steps, steps)
    assert int(loop.step.optimizer.iterations) == steps


def test_asks_for_each_epoch_by_its_number():
    asked = []

    def train(epoch: int) -> tf.data.Dataset:
        asked.append(epoch)
        return DATA

    loop_with(epochs=3).fit(train, None)
    assert asked == [0, 1, 2]


def test_keras_callbacks_work(tmp_path):
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.weights.h5", "val_loss", save_best_only=True, save_weights_only=True
    )
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.1 / 2**epoch)
    loop = loop_with(best, log, halve, epochs=3)
    loop.fit(lambda _: DATA, DATA)
    assert float(loop.step.optimizer.learning_rate) == pytest.approx(0.025)
    with (tmp_path / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1", "2"]
    weights = loop.step.model.get_weights()
    loop.step.model.load_weights(tmp_path / "best.weights.h5")  # the loss falls, so the last epoch is the best
    for one, other in zip(weights, loop.step.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_early_stopping_stops_and_restores():
    stop = keras.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True)
    loop = loop_with(stop, learning_rate=0.0, epochs=9)
    assert len(loop.fit(lambda _: DATA, DATA)) == 2


@pytest.mark.parametrize("name", ["epochs", "max_steps", "max_eval_steps", "overfit_batches", "log_every"])
def test_settings_refuse_counts_below_one(name):
    with pytest.raises(ConfigError, match=rf"trainer\.{name}.*Received: trainer\.{name}=0"):
        TrainerSettings(**{name: 0})


def test_validates_inside_epochs_too_and_keeps_every_validation():
    kept = Validations(Position())
    loop = loop_with(kept, epochs=2, steps_per_epoch=STEPS, validate_every=3)
    kept.position = loop.position
    history = loop.fit(lambda _: DATA, DATA)
    assert [row["step"] for row in kept.rows] == [3, 4, 6, 8]  # each epoch's end is measured in any case
    assert [row["val_loss"] for row in kept.rows[1::2]] == [logs["val_loss"] for logs in history]
    assert set(kept.rows[0]) == {"step", "val_loss", "val_accuracy"}
    assert len({row["val_loss"] for row in kept.rows}) == 4


def test_a_validation_inside_an_epoch_changes_nothing_of_training():
    def weights(**plan):
        loop = loop_with(epochs=2, steps_per_epoch=STEPS, **plan)
        return loop.fit(lambda _: DATA, DATA), loop.step.model.get_weights()

    (history, plain), (same, watched) = weights(), weights(validate_every=1)
    assert history == same
    for one, other in zip(plain, watched, strict=True):
        np.testing.assert_array_equal(one, other)
