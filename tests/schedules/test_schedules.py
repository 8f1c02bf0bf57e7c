"""Schedules: corner values by hand, pure functions of the step, in the graph as in Python."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.schedules.constant import Constant
from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay


def test_constant():
    assert [float(Constant(0.3)(t)) for t in (0, 1, 10**6)] == pytest.approx([0.3] * 3)


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
    got = [float(schedule(step)) for step in expected]
    np.testing.assert_allclose(got, [2.0 * share for share in expected.values()], atol=1e-6)


def test_every_step_of_a_run_moves():
    for total in (1, 2, 3, 10):
        assert all(float(WarmupLinearDecay(1.0, total)(t)) > 0 for t in range(total))


@pytest.mark.parametrize("schedule", [Constant(0.1), WarmupLinearDecay(0.1, 30, 0.2)], ids=lambda s: type(s).__name__)
def test_same_in_the_graph_and_after_a_config_round_trip(schedule):
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    graph = tf.function(again, jit_compile=True)
    assert [float(graph(tf.constant(t))) for t in range(30)] == pytest.approx([float(schedule(t)) for t in range(30)])


@pytest.mark.parametrize("options", [{"warmup_fraction": 1.5}, {"total_steps": 0}, {"learning_rate": -0.1}])
def test_refuses_what_makes_no_sense(options):
    with pytest.raises(ValueError, match="Received"):
        WarmupLinearDecay(**{"learning_rate": 0.1, "total_steps": 10, **options})
