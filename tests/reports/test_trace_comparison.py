"""Several optimizers from one point: the ways are those of the components by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ComponentError, ConfigError
from tfd2l.models.point import Point
from tfd2l.optimizers.sgd import SGD
from tfd2l.reports.trace_comparison import trace_comparison
from tfd2l.schedules.exponential import Exponential

TRACES = {
    "plain": {"optimizer": {"name": "sgd", "learning_rate": 0.1}},
    "decaying": {
        "optimizer": {"name": "sgd"},
        "schedule": {"name": "exponential", "learning_rate": 0.1, "decay": 0.2},
        "num_steps": 12,
    },
    "newton": {"optimizer": {"name": "newton"}, "num_steps": 2},
}


def test_each_way_is_that_of_its_component_under_the_same_noise(illustrated):
    figure, table, metrics = illustrated(trace_comparison, traces=TRACES, num_steps=9, deviation=1.0, seed=5)
    noise = np.random.default_rng(5).standard_normal((12, 2))
    expected = {
        "plain": Point([-5.0, -2.0], 9).descend(SGD(0.1), noise[:9]),
        "decaying": Point([-5.0, -2.0], 12).descend(SGD(Exponential(0.1, decay=0.2)), noise),
    }
    over, down = figure.axes
    for line, way in zip(over.lines, expected.values(), strict=False):
        np.testing.assert_allclose(np.transpose(line.get_data()), way, atol=1e-6)
    for row, (label, way) in enumerate(expected.items()):
        assert (table["trace"][row], table["steps"][row]) == (label, len(way) - 1)
        assert (metrics[f"{label}/x1"], metrics[f"{label}/x2"]) == pytest.approx(tuple(way[-1]), abs=1e-6)
        assert table["objective"][row] == pytest.approx(way[-1, 0] ** 2 + 2 * way[-1, 1] ** 2, rel=1e-4)
    assert [line.get_label() for line in down.lines] == list(TRACES)


def test_newton_gets_its_model_and_jumps_into_the_minimum(illustrated):
    _, table, _ = illustrated(trace_comparison, traces={"newton": TRACES["newton"]})
    assert (table["x1"], table["x2"]) == ([pytest.approx(0, abs=1e-6)], [pytest.approx(0, abs=1e-6)])


@pytest.mark.parametrize(
    ("traces", "error", "said"),
    [
        ({"a": {"schedule": {"name": "constant"}}}, ConfigError, r"a trace of trace_comparison is .*Received: a: "),
        ({"a": {**TRACES["plain"], "num_step": 3}}, ConfigError, r"Did you mean 'num_steps'\?"),
        ({"a": {"optimizer": {"name": "sdg"}}}, ComponentError, r"Did you mean 'sgd'\?"),
        ({"a": {"optimizer": {"name": "sgd", "rate": 0.1}}}, ComponentError, r"refused its options"),
    ],
)
def test_a_trace_that_cannot_be_is_told(illustrated, traces, error, said):
    with pytest.raises(error, match=said):
        illustrated(trace_comparison, traces=traces)
