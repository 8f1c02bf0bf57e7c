"""Shares of examples that are drawn with replacement, against all that can be drawn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tfd2l.ops.optimization.sampling_with_replacement import (
    compute_inclusion_probability,
    compute_single_draw_probability,
    simulate_draws,
)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_probabilities_agree_with_all_possible_draws(n):
    draws = list(itertools.product(range(n), repeat=n))
    assert float(compute_inclusion_probability(n)) == pytest.approx(np.mean([0 in draw for draw in draws]))
    assert float(compute_single_draw_probability(n)) == pytest.approx(np.mean([draw.count(0) == 1 for draw in draws]))


def test_probabilities_approach_the_books_limits():
    assert float(compute_inclusion_probability(10**6)) == pytest.approx(0.632, abs=5e-4)
    assert float(compute_single_draw_probability(10**6)) == pytest.approx(0.368, abs=5e-4)


def test_simulated_shares_agree_and_depend_on_the_seed_only():
    at_all, once = simulate_draws(500, 200, seed=3)
    assert at_all.shape == once.shape == (200,)
    assert np.mean(at_all) == pytest.approx(
        float(compute_inclusion_probability(500)), abs=0.005
    )  # five standard errors
    assert np.mean(once) == pytest.approx(float(compute_single_draw_probability(500)), abs=0.007)
    np.testing.assert_array_equal(simulate_draws(500, 200, seed=3)[0], at_all)
    assert not np.array_equal(simulate_draws(500, 200, seed=4)[0], at_all)


def test_a_single_example_is_always_drawn():
    at_all, once = simulate_draws(1, 5, seed=0)
    np.testing.assert_array_equal([at_all, once], np.ones((2, 5)))
