"""Steps as long as the objective says."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.optimizers.line_search import LineSearch

HESSIAN = np.diag([0.2, 4.0])


def valley(x):
    return 0.1 * x[0] ** 2 + 2 * x[1] ** 2


def test_golden_section_finds_the_best_step(descend):
    make = lambda model: LineSearch(model, 10.0, "golden_section")  # noqa: E731
    points = descend(valley, [-5.0, -2.0], make, 5)
    x = np.array([-5.0, -2.0])
    for point in points:
        g = HESSIAN @ x
        best = x - g @ g / (g @ HESSIAN @ g) * g  # exact for a parabola
        np.testing.assert_allclose(point, best, atol=1e-2)  # values in float32 do not tell nearer
        assert valley(point) <= valley(best) * (1 + 1e-4)
        x = point.astype(np.float64)


def test_backtracking_takes_the_first_step_of_armijos_rule(descend):
    points = descend(valley, [-5.0, -2.0], lambda m: LineSearch(m, 1.0, shrink=0.7, sufficient_decrease=0.1), 8)
    x = np.array([-5.0, -2.0])
    for point in points:
        g, eta = HESSIAN @ x, 1.0
        while valley(x - eta * g) > valley(x) - 0.1 * eta * g @ g:
            eta *= 0.7
        x = x - eta * g
        np.testing.assert_allclose(point, x, rtol=1e-5, atol=1e-6)


def test_no_step_if_none_is_short_enough(descend):
    points = descend(valley, [-5.0, -2.0], lambda model: LineSearch(model, 1e6, max_trials=3), 1)
    np.testing.assert_array_equal(points[0], [-5.0, -2.0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "wolfe"}, "method must be backtracking or golden_section"),
        ({"shrink": 1.0}, "shrink must be in \\(0, 1\\)"),
        ({"sufficient_decrease": 0.0}, "sufficient_decrease must be in \\(0, 1\\)"),
        ({"max_trials": 0}, "max_trials must be at least 1"),
    ],
)
def test_an_option_out_of_its_range_is_refused(descend, options, message):
    with pytest.raises(ValueError, match=f"^{message}. Received: "):
        descend(tf.reduce_sum, [0.0], lambda model: LineSearch(model, **options), 1)
