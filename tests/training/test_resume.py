"""Training that stops anywhere and goes on is, bit by bit, training that never stopped."""

from __future__ import annotations

import os
import random
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import Interrupted, ResumeError
from tfd2l.strategies.single import single
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position
from tfd2l.training.step import TrainStep

STEPS, EPOCHS = 5, 3
RNG = np.random.default_rng(2)
X = RNG.normal(size=(STEPS * 4, 6)).astype(np.float32)
Y = RNG.integers(0, 3, STEPS * 4).astype(np.int32)
VALIDATION = tf.data.Dataset.from_tensor_slices((X, Y)).batch(4, drop_remainder=True)


class Killed(Exception):
    """What a process that is killed would not even have time to raise."""


class Recorder(keras.callbacks.Callback):
    """Keeps what it sees, and may end the process at a step; draws from Python's and NumPy's generators."""

    def __init__(self, at=None, act=None):
        super().__init__()
        self._at, self._act, self.seen, self._step = at, act, [], 0

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append([logs["loss"], logs["accuracy"], random.random(), np.random.random()])
        if len(self.seen) == self._at:
            self._act()


def train(epoch):
    return tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(20, seed=epoch).batch(4, drop_remainder=True)


def started(folder, at=None, act=None, every=1, epochs=EPOCHS):
    """A fresh process as far as Keras can tell: (loop, recorder, early stopping, model)."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8, "relu"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Dense(3)])
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, STEPS * EPOCHS))
    optimizer.build(model.trainable_variables)
    model.optimizer = optimizer
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    accuracy = [keras.metrics.SparseCategoricalAccuracy(name="accuracy") for _ in range(2)]
    step = TrainStep(model, loss, optimizer, accuracy[:1], single())
    step.compile(VALIDATION.element_spec)
    recorder = Recorder(at, act)
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True)
    checkpoints = CheckpointStore(folder)
    checkpointing = Checkpointing(checkpoints, every, checkpoints.latest(), resume_hint="`resume=THIS`")
    position = Position()
    evaluation = Evaluation(model, loss, accuracy[1:], single())
    loop = Loop(step, evaluation, [recorder, stopping], Plan(epochs, STEPS), position, checkpointing)
    return loop, recorder, stopping, model


def result(loop, recorder, stopping, model):
    history = loop.fit(train, VALIDATION)
    kept = [stopping.wait, stopping.best, stopping.best_epoch, stopping.stopped_epoch]
    optimizer = [np.array(variable) for variable in loop.step.optimizer.variables]
    return history, recorder.seen, kept, model.get_weights(), optimizer, loop.position


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return result(*started(tmp_path_factory.mktemp("whole")))


def assert_same(one, other):
    assert one[:3] == other[:3]  # history, every step, early stopping: not approximately
    assert one[5] == other[5]
    for mine, theirs in zip([*one[3], *one[4]], [*other[3], *other[4]], strict=True):
        np.testing.assert_array_equal(mine, theirs)


def kill():
    raise Killed


@pytest.mark.parametrize(
    ("at", "every"),
    [
        # after the first step, in the middle of an epoch, at an epoch's end and past it, after the last step
        pytest.param(at, every, marks=[pytest.mark.slow] * ((at, every) not in {(1, 1), (4, None), (5, 3), (9, 3)}))
        for at in (1, 4, 5, 6, 9, 15)
        for every in (1, 3, None)
    ],
)
def test_killed_after_any_step_it_ends_bit_by_bit_as_if_it_had_not_been(tmp_path, uninterrupted, at, every):
    interrupted = started(tmp_path, at, kill, every)
    if at > len(uninterrupted[1]):
        pytest.skip("training ends before")
    with pytest.raises(Killed):
        interrupted[0].fit(train, VALIDATION)
    assert_same(result(*started(tmp_path, every=every)), uninterrupted)


@pytest.mark.slow
def test_killed_again_and_again(tmp_path, uninterrupted):
    for at in (2, 3, 7, 8):
        with pytest.raises(Killed):
            started(tmp_path, at, kill)[0].fit(train, VALIDATION)
    assert_same(result(*started(tmp_path)), uninterrupted)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_saves_and_leaves_with_the_resume_hint(tmp_path, uninterrupted, number):
    before = signal.getsignal(number)
    ask = lambda: os.kill(os.getpid(), number)  # noqa: E731
    with pytest.raises(Interrupted, match=r"^interrupted after step 7, which is saved\. `resume=THIS`$") as caught:
        started(tmp_path, 7, ask, every=None)[0].fit(train, VALIDATION)
    assert caught.value.exit_code == 75
    assert signal.getsignal(number) is before
    again = started(tmp_path, every=None)
    assert again[0].checkpointing.start.facts["step"] == 7
    assert_same(result(*again), uninterrupted)


def test_a_run_that_had_finished_training_takes_no_step_more(tmp_path, uninterrupted):
    result(*started(tmp_path))
    again = started(tmp_path)
    assert_same(result(*again), uninterrupted)
    last = again[0].position.step
    told = rf"^interrupted after training; step {last} is saved\. `resume=THIS`$"
    with pytest.raises(Interrupted, match=told), again[0].checkpointing.after_training():
        raise KeyboardInterrupt


def test_what_is_captured_does_not_change_afterwards(tmp_path):
    loop, recorder, stopping, _ = started(tmp_path)
    loop.fit(train, VALIDATION)
    stopping.best_weights = [np.zeros(3)]
    checkpoint = loop._capture({})
    seen, held = len(recorder.seen), [state for state in checkpoint.facts["callbacks"] if state["type"] == "Recorder"]
    recorder.seen.append("later")
    recorder.seen[0].append("later")
    stopping.best_weights[0] += 1
    assert [len(state["seen"]) for state in held] == [seen]
    assert "later" not in held[0]["seen"][0]
    np.testing.assert_array_equal(checkpoint.arrays["callback/1/best_weights/0"], np.zeros(3))


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    with pytest.raises(Killed):
        started(tmp_path, 2, kill)[0].fit(train, VALIDATION)
    loop, *_ = started(tmp_path)
    loop.step.model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])
    with pytest.raises(ResumeError, match=r"no variable model/0/.* of shape \(6, 4\)\. Received: "):
        loop.fit(train, VALIDATION)
