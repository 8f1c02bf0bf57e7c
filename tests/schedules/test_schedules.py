"""Schedules: the book's values, NumPy's over many steps, and the same in the graph as in Python."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.schedules.constant import Constant
from tfd2l.schedules.cosine import Cosine
from tfd2l.schedules.exponential import Exponential
from tfd2l.schedules.factor import Factor
from tfd2l.schedules.inverse_time import InverseTime
from tfd2l.schedules.linear_decay import LinearDecay
from tfd2l.schedules.multi_factor import MultiFactor
from tfd2l.schedules.piecewise import Piecewise
from tfd2l.schedules.polynomial import Polynomial
from tfd2l.schedules.sqrt import Sqrt
from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay

STEPS = np.arange(200)

# Each formula once more, in float64.
FORMULAS = {
    "constant": (Constant(0.3), lambda t: 0.3 + 0 * t),
    "sqrt": (Sqrt(0.1), lambda t: 0.1 / np.sqrt(t + 1)),
    "polynomial": (Polynomial(0.2, 0.7, 0.05), lambda t: 0.2 * np.power(1 + 0.05 * t, -0.7)),
    "exponential": (Exponential(0.2, 0.03), lambda t: 0.2 * np.exp(-0.03 * t)),
    "inverse_time": (InverseTime(0.2, 0.03), lambda t: 0.2 / (1 + 0.03 * t)),
    "piecewise": (
        Piecewise(0.2, [20, 90.5], [0.1, 0.3]),
        lambda t: np.select([t < 20, t < 90.5], [0.2, 0.1], 0.3),
    ),
    "factor": (Factor(2.0, 0.9, 0.01), lambda t: np.maximum(2.0 * np.power(0.9, t + 1), 0.01)),
    "multi_factor": (
        MultiFactor(0.5, [15, 30, 100], 0.3),
        lambda t: 0.5 * 0.3 ** np.searchsorted([15, 30, 100], t, "right"),
    ),
    "cosine": (
        Cosine(0.3, 150, 0.01),
        lambda t: 0.01 + (0.3 - 0.01) * (1 + np.cos(np.pi * np.minimum(t, 150) / 150)) / 2,
    ),
    "linear_decay": (LinearDecay(0.3, 150, 0.02), lambda t: np.interp(t, [0, 150], [0.3, 0.02])),
}
formulas = pytest.mark.parametrize(("schedule", "formula"), FORMULAS.values(), ids=FORMULAS)
BOTH = {"steps_per_epoch": 3, "unit": "epoch"}
EVERY = [
    *(schedule for schedule, _ in FORMULAS.values()),
    WarmupLinearDecay(0.1, 30, 0.2),
    Cosine(0.3, 8, 0.01, warmup=3, warmup_begin=0.05, continuous=True, **BOTH),
    MultiFactor(0.5, [4, 6], warmup=2, **BOTH),
    LinearDecay(0.5, total_steps=30, warmup=2, **BOTH),
]


def values(schedule, steps):
    return [float(schedule(step)) for step in steps]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Constant(0.3), {0: 0.3, 1: 0.3, 10**6: 0.3}),
        # section 11.11
        (Sqrt(0.1), {0: 0.1, 3: 0.05, 24: 0.02}),
        (Factor(2.0, 0.9, 0.01), {0: 1.8, 9: 0.697357, 49: 0.010308, 50: 0.01, 1000: 0.01}),
        (MultiFactor(0.5, [15, 30], 0.5), {0: 0.5, 14: 0.5, 15: 0.25, 29: 0.25, 30: 0.125, 10**6: 0.125}),
        (Cosine(0.3, 20, 0.01), {0: 0.3, 10: 0.155, 20: 0.01, 21: 0.01, 29: 0.01}),
        # section 11.4
        (Exponential(0.1, 0.1), {0: 0.1, 10: 0.1 / np.e, 1000: 0.0}),
        (Polynomial(0.1), {0: 0.1, 30: 0.05, 80: 0.1 / 3, 240: 0.02}),
        (Piecewise(0.1, [2, 4], [0.05, 0.02]), {0: 0.1, 1: 0.1, 2: 0.05, 3: 0.05, 4: 0.02, 10**6: 0.02}),
        (InverseTime(0.1, 0.1), {0: 0.1, 10: 0.05, 90: 0.01}),
        (LinearDecay(0.5, 10, 0.1), {0: 0.5, 5: 0.3, 10: 0.1, 11: 0.1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_by_hand(schedule, expected):
    np.testing.assert_allclose(values(schedule, expected), list(expected.values()), rtol=2e-6, atol=5e-7)


@formulas
def test_two_hundred_steps_are_numpys(schedule, formula):
    np.testing.assert_allclose(values(schedule, STEPS), formula(STEPS.astype(np.float64)), rtol=1e-5)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (0.1, {0: 0.1, 4: 0.5, 9: 1.0, 10: 1.0, 55: 0.5, 99: 1 / 90, 100: 0.0, 200: 0.0}),
        (0.0, {0: 1.0, 50: 0.5, 99: 0.01}),
        (1.0, {0: 0.01, 49: 0.5, 99: 1.0}),
    ],
)
def test_warmup_linear_decay_corner_values(fraction, expected):
    schedule = WarmupLinearDecay(2.0, 100, fraction)
    np.testing.assert_allclose(values(schedule, expected), [2.0 * share for share in expected.values()], atol=1e-6)


def test_every_step_of_a_run_moves():
    for total in (1, 2, 3, 10):
        assert all(float(WarmupLinearDecay(1.0, total)(t)) > 0 for t in range(total))


def test_without_a_duration_it_is_the_whole_run():
    assert values(LinearDecay(1.0, total_steps=10), range(11)) == values(LinearDecay(1.0, 10), range(11))
    by_epoch = LinearDecay(1.0, total_steps=30, steps_per_epoch=3, unit="epoch")
    assert values(by_epoch, (0, 3, 15, 30)) == pytest.approx([1.0, 0.9, 0.5, 0.0])
    cut_short = Cosine(1.0, total_steps=2, warmup=4)  # `debug=fast` ends within the warm-up
    assert values(cut_short, (0, 1)) == [0.0, 0.25]


@pytest.mark.parametrize("schedule", EVERY, ids=lambda schedule: type(schedule).__name__)
def test_same_in_the_graph_and_after_a_config_round_trip(schedule):
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    assert again.get_config() == schedule.get_config()
    graph = tf.function(again, jit_compile=True)
    steps = [tf.constant(step, tf.int64) for step in range(40)]  # as an optimizer counts them
    assert graph(steps[0]).dtype == tf.float32
    assert values(graph, steps) == pytest.approx(values(schedule, range(40)), rel=1e-5)


@pytest.mark.parametrize(
    ("schedule", "options", "said"),
    [
        (WarmupLinearDecay, {"total_steps": 10, "warmup_fraction": 1.5}, r"Received: warmup_fraction=1\.5"),
        (WarmupLinearDecay, {"total_steps": 0}, "Received: total_steps=0"),
        (WarmupLinearDecay, {"learning_rate": -0.1, "total_steps": 10}, r"Received: learning_rate=-0\.1"),
        (Polynomial, {"power": -1.0}, r"Received: power=-1\.0"),
        (Polynomial, {"decay": -1.0}, r"Received: decay=-1\.0"),
        (Exponential, {"decay": -0.1}, r"Received: decay=-0\.1"),
        (InverseTime, {"decay": -0.1}, r"Received: decay=-0\.1"),
        (Factor, {"factor": 0.0}, r"Received: factor=0\.0"),
        (Factor, {"factor": 1.1}, r"Received: factor=1\.1"),
        (Factor, {"floor": -0.1}, r"Received: floor=-0\.1"),
        (MultiFactor, {"milestones": [5], "factor": 2.0}, r"Received: factor=2\.0"),
        (MultiFactor, {"milestones": []}, r"Received: milestones=\[\]"),
        (MultiFactor, {"milestones": [5, 5]}, r"Received: milestones=\[5, 5\]"),
        (MultiFactor, {"milestones": [5, 9], "warmup": 6}, r"warm-up \(6\)\. Received: milestones=\[5, 9\]"),
        (Piecewise, {"boundaries": [5, 3], "values": [0.1, 0.2]}, r"Received: boundaries=\[5, 3\]"),
        (Piecewise, {"boundaries": [-1, 3], "values": [0.1, 0.2]}, r"Received: boundaries=\[-1, 3\]"),
        (Piecewise, {"boundaries": [3, 5], "values": [0.1]}, r"each of the 2 boundaries.*Received: values=\[0\.1\]"),
        (Piecewise, {"boundaries": [3], "values": [-0.1]}, r"Received: values=\[-0\.1\]"),
        (Cosine, {"duration": 0}, "Received: duration=0"),
        (Cosine, {"duration": 5, "warmup": 5}, "warm-up of 5 .* Received: duration=5"),
        (Cosine, {"duration": 5, "final_rate": -0.1}, r"Received: final_rate=-0\.1"),
        (LinearDecay, {}, "Received: total_steps=None"),
    ],
)
def test_arguments_out_of_range_are_refused(schedule, options, said):
    with pytest.raises(ValueError, match=said):
        schedule(**{"learning_rate": 0.1, **options})
