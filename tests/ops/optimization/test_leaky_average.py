"""Leaky averages against the recursions that they unroll."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.ops.optimization.leaky_average import (
    compute_effective_window,
    compute_leaky_weights,
    compute_remaining_error,
    compute_weight_within_window,
)


@pytest.mark.parametrize("beta", [0.95, 0.9, 0.6, 0.0])
def test_weights_agree_with_momentum_and_rmsprop(beta):
    gradients = np.random.default_rng(0).normal(size=40)
    momentum = mean = 0.0
    for gradient in gradients:
        momentum = beta * momentum + gradient
        mean = beta * mean + (1 - beta) * gradient**2
    latest_first = gradients[::-1]
    assert float(latest_first @ compute_leaky_weights(beta, 40).numpy()) == pytest.approx(momentum)
    assert float(latest_first**2 @ compute_leaky_weights(beta, 40, normalized=True).numpy()) == pytest.approx(mean)


def test_effective_window_of_0_9_is_ten_steps_with_65_percent_of_the_weight():
    assert compute_effective_window(0.9) == pytest.approx(10)
    assert sum(compute_leaky_weights(0.9, 10, normalized=True).numpy()) == pytest.approx(0.6513, abs=5e-5)
    assert compute_leaky_weights(0.9, 11).numpy()[10] == pytest.approx(0.349, abs=5e-4)  # not below 5%


@pytest.mark.parametrize(
    ("beta", "window", "share"),
    [
        (0.9, 10, 0.6513),
        (0.8, 5, 0.6723),
        (0.7, 10 / 3, 0.6954),
        (0.6, 2.5, 0.7211),
        (0.0, 1, 1.0),
        (0.999, 1000, 0.6323),
    ],
)
def test_weight_within_a_fractional_window(beta, window, share):
    assert compute_effective_window(beta) == pytest.approx(window)
    assert compute_weight_within_window(beta) == pytest.approx(share, abs=5e-5)
    low, high = (
        sum(compute_leaky_weights(beta, steps, normalized=True).numpy()) for steps in (int(window), int(window + 1))
    )
    assert low - 1e-9 <= share + 5e-5
    assert share - 5e-5 <= high


@pytest.mark.parametrize("curvature", [0.1, 1, 10, 19])
def test_remaining_error_agrees_with_gradient_descent(curvature):
    x, left = 1.0, []
    for _ in range(20):
        left.append(x)
        x -= 0.1 * curvature * x
    np.testing.assert_allclose(compute_remaining_error(0.1, curvature, 20), left, atol=1e-12)


@pytest.mark.parametrize("beta", [1.0, -0.1])
def test_a_decay_of_one_or_below_zero_is_refused(beta):
    with pytest.raises(ConfigError, match=rf"is in \[0, 1\)\. Received: beta={beta}"):
        compute_leaky_weights(beta, 3)
