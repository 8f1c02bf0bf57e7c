"""The schedule's corner values, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tfd2l_ademamix.warmup_stable_decay import WarmupStableDecay

from tfd2l.testing import check_schedule


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("linear", {0: 0.1, 4: 0.5, 9: 1.0, 50: 1.0, 80: 1.0, 85: 0.75, 95: 0.25, 100: 0.0}),
        ("sqrt", {0: 0.1, 79: 1.0, 80: 1.0, 85: 0.5, 100: 0.0}),
    ],
)
def test_corner_values(shape, expected):
    schedule = WarmupStableDecay(2.0, 100, warmup_fraction=0.1, decay_fraction=0.2, shape=shape)
    got = [float(schedule(step)) for step in expected]
    np.testing.assert_allclose(got, [2.0 * share for share in expected.values()], atol=1e-6)


@pytest.mark.parametrize("shape", ["linear", "sqrt"])
def test_is_a_pure_function_of_the_step(shape):
    check_schedule(WarmupStableDecay(0.1, 30, shape=shape), steps=40)


def test_refuses_overlapping_phases():
    with pytest.raises(ValueError, match="Received"):
        WarmupStableDecay(0.1, 30, warmup_fraction=0.6, decay_fraction=0.5)
