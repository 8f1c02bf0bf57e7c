"""The seven optimizers of chapter 11 against float64 NumPy, wherever they may run."""

from __future__ import annotations

import keras
import ml_dtypes
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
from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay
from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.single import single
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position
from tfd2l.training.step import TrainStep

STEPS = 200
RNG = np.random.default_rng(0)
START = RNG.normal(size=(3, 4)).astype(ml_dtypes.bfloat16).astype(np.float32)
GRADIENTS = RNG.normal(size=(STEPS, 3, 4)).astype(ml_dtypes.bfloat16).astype(np.float32)
RATE = WarmupLinearDecay(0.05, STEPS, 0.1)


def sgd(g, t):
    return g


def momentum(g, t, v):
    v[:] = 0.9 * v + g
    return v


def nesterov(g, t, v):
    v[:] = 0.9 * v + g
    return g + 0.9 * v


def adagrad(g, t, s):
    s[:] = s + g**2
    return g / np.sqrt(s + 1e-6)


def rmsprop(g, t, s):
    s[:] = 0.9 * s + 0.1 * g**2
    return g / np.sqrt(s + 1e-6)


def adadelta(g, t, s, dx):
    s[:] = 0.9 * s + 0.1 * g**2
    scaled = np.sqrt(dx + 1e-5) / np.sqrt(s + 1e-5) * g
    dx[:] = 0.9 * dx + 0.1 * scaled**2
    return scaled


def adam(g, t, v, s):
    v[:] = 0.9 * v + 0.1 * g
    s[:] = 0.999 * s + 0.001 * g**2
    return (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-6)


def yogi(g, t, v, s):
    v[:] = 0.9 * v + 0.1 * g
    s[:] = s + 0.001 * g**2 * np.sign(g**2 - s)
    return (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-3)


OURS = {
    "sgd": (SGD, sgd),
    "momentum": (Momentum, momentum),
    "nesterov": (lambda *given, **options: Momentum(*given, nesterov=True, **options), nesterov),
    "adagrad": (Adagrad, adagrad),
    "rmsprop": (RMSprop, rmsprop),
    "adadelta": (Adadelta, adadelta),
    "adam": (Adam, adam),
    "yogi": (Yogi, yogi),
}
each = pytest.mark.parametrize("name", OURS)
CLASSES = [SGD, Momentum, Adagrad, RMSprop, Adadelta, Adam, Yogi]
each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


def expected(name, decay=0.0, clip=None, rounded=lambda weights: weights):
    w, state = START.astype(np.float64), np.zeros((2, 3, 4))
    needed = OURS[name][1].__code__.co_argcount - 2
    for t, g in enumerate(GRADIENTS.astype(np.float64), start=1):
        if clip is not None:
            g = g * min(1.0, clip / np.linalg.norm(g))
        rate = float(RATE(t - 1))
        w = rounded(w - rate * decay * w) if decay else w
        w = rounded(w - rate * OURS[name][1](g, t, *state[:needed]))
    return w


def result(optimizer, xla=False, dtype="float32"):
    weights = keras.Variable(START, dtype=dtype)
    optimizer.build([weights])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weights]), jit_compile=xla)
    for gradient in GRADIENTS:
        step(tf.cast(gradient, dtype))
    return np.array(tf.cast(weights, tf.float32))


@each
@pytest.mark.parametrize("xla", [False, True])
def test_follows_the_formula(name, xla):
    np.testing.assert_allclose(result(OURS[name][0](RATE), xla), expected(name), rtol=1e-5, atol=1e-5)


@each
def test_decays_weights_and_clips_before_the_formula(name):
    optimizer = OURS[name][0](RATE, weight_decay=0.1, global_clipnorm=0.5)
    np.testing.assert_allclose(result(optimizer), expected(name, 0.1, 0.5), rtol=1e-5, atol=1e-5)


@each
def test_follows_the_formula_in_float64(name):
    optimizer = OURS[name][0](RATE)
    # Keras has the rate in float32; so 1e-7 for 1e-12.
    np.testing.assert_allclose(result(optimizer, dtype="float64"), expected(name), rtol=1e-6, atol=1e-7)


@each
def test_bfloat16_weights_are_rounded_once_a_step_and_their_state_is_float32(name):
    """The same rounding in NumPy; where float32 falls on the other side of a tie, a weight is a last place apart."""
    optimizer = OURS[name][0](RATE)
    mine = result(optimizer, dtype="bfloat16")
    theirs = expected(name, rounded=lambda w: w.astype(np.float32).astype(ml_dtypes.bfloat16).astype(np.float64))
    np.testing.assert_allclose(mine, theirs, rtol=2**-7, atol=1e-3)
    assert (mine == theirs).mean() > 0.7
    assert {held.dtype for slots in optimizer.states for held in slots} <= {"float32"}


class Network(keras.Model):
    """Repeated rows of an embedding, and a layer."""

    def __init__(self):
        super().__init__()
        self.table = keras.layers.Embedding(7, 6)
        self.out = keras.layers.Dense(3)

    def call(self, ids):
        return self.out(keras.ops.mean(self.table(ids), axis=1))


IDS = RNG.integers(0, 7, (6, 8, 5)).astype(np.int32)
LABELS = RNG.integers(0, 3, (6, 8)).astype(np.int32)
BATCHES = tf.data.Dataset.from_tensor_slices((IDS, LABELS))


def step_under(strategy, make):
    keras.utils.set_random_seed(1)
    with strategy.scope():
        model = Network()
        model(IDS[0])
        optimizer = make()
        optimizer.build(model.trainable_variables)
    model.optimizer = optimizer
    step = TrainStep(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), optimizer, [], strategy)
    step.compile(BATCHES.element_spec)
    return step


def values(step):
    return [np.array(variable) for variable in (*step.model.variables, *step.optimizer.variables)]


@each_class
def test_mirrored_steps_are_those_of_one_device(cls):
    one, two = (
        step_under(strategy, lambda: cls(0.05, global_clipnorm=0.1))
        for strategy in (single(), mirrored(["CPU:0", "CPU:1"]))
    )
    for batch in BATCHES:
        one(batch), two(batch)
    for mine, theirs in zip(values(two), values(one), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("device", ["single", "mirrored"])
def test_the_rows_of_a_batch_are_merged_once(device):
    strategy = single() if device == "single" else mirrored(["CPU:0", "CPU:1"])
    step = step_under(strategy, lambda: Adam(0.05, global_clipnorm=0.1))
    run = tf.function(lambda batch: strategy.run(step._compute, batch))
    graph = run.get_concrete_function(next(iter(BATCHES))).graph
    merges = [operation for operation in graph.get_operations() if operation.type == "Unique"]
    assert len(merges) == strategy.num_replicas


class Killed(Exception):
    """What a process that is killed would not even have time to raise."""


def trained(folder, cls, killed_at=None):
    keras.backend.clear_session()
    step = step_under(single(), lambda: cls(0.05))

    def kill(batch, logs):
        if step.optimizer.iterations.numpy() == killed_at:
            raise Killed

    checkpoints = CheckpointStore(folder)
    checkpointing = Checkpointing(checkpoints, 1, checkpoints.latest(), resume_hint="`resume=THIS`")
    evaluation = Evaluation(step.model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), [], single())
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=kill)
    Loop(step, evaluation, [callback], Plan(2, 6), Position(), checkpointing).fit(lambda epoch: BATCHES, None)
    return values(step)


@each_class
def test_killed_it_ends_bit_by_bit_as_if_it_had_not_been(tmp_path, cls):
    whole = trained(tmp_path / "whole", cls)
    with pytest.raises(Killed):
        trained(tmp_path / "killed", cls, 8)
    for mine, theirs in zip(trained(tmp_path / "killed", cls), whole, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@each_class
def test_a_saved_model_goes_on_where_it_was(tmp_path, cls):
    keras.utils.set_random_seed(0)
    x, y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    options = {option: value for option, value in (("lazy", True), ("nesterov", True)) if option in cls.options}
    model.compile(cls(0.05, global_clipnorm=2.0, **options), "mse")
    for _ in range(3):
        model.train_on_batch(x, y)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is cls
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for mine, theirs in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    model.train_on_batch(x, y), loaded.train_on_batch(x, y)
    for mine, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


OUT_OF_RANGE = {
    "learning_rate": -0.1,
    "weight_decay": -0.1,
    "global_clipnorm": 0.0,
    "epsilon": -1e-6,
    "beta": 1.0,
    "gamma": -0.1,
    "rho": 1.0,
    "beta_1": 1.0,
    "beta_2": -0.1,
}


@pytest.mark.parametrize(
    ("cls", "option"),
    [
        pytest.param(cls, option, id=f"{cls.__name__}-{option}")
        for cls in CLASSES
        for option in OUT_OF_RANGE
        if option in (*cls.options, "learning_rate", "weight_decay", "global_clipnorm")
    ],
)
def test_an_option_out_of_its_range_is_refused(cls, option):
    value = OUT_OF_RANGE[option]
    with pytest.raises(ValueError, match=rf"^{option} .*\. Received: {option}={value}$"):
        cls(**{option: value})


@each_class
def test_a_rate_may_be_a_whole_number(cls):
    assert cls(1).get_config()["learning_rate"] == 1.0
