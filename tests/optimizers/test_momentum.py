"""Momentum: the book's points, PyTorch's steps, and where Keras differs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.optimizers.momentum import Momentum
from tfd2l.testing import check_optimizer


def test_walks_as_in_the_book(walk):
    assert walk(Momentum(0.6, beta=0.5))[-1] == pytest.approx((0.007188, 0.002553), abs=1e-6)


@pytest.mark.parametrize("nesterov", [False, True])
def test_takes_the_steps_of_pytorch(learnt, nesterov):
    theirs = learnt(torch="SGD", lr=0.1, momentum=0.9, nesterov=nesterov)
    np.testing.assert_allclose(learnt(Momentum(0.1, 0.9, nesterov)), theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("nesterov", [False, True])
def test_is_keras_own_while_the_rate_stays_and_another_when_it_changes(learnt, nesterov):
    theirs = learnt(keras.optimizers.SGD(0.1, 0.9, nesterov))
    np.testing.assert_allclose(learnt(Momentum(0.1, 0.9, nesterov)), theirs, rtol=1e-5, atol=1e-5)
    falling = keras.optimizers.schedules.PiecewiseConstantDecay([25], [0.1, 0.001])
    theirs = learnt(keras.optimizers.SGD(falling, 0.9, nesterov))
    assert np.abs(learnt(Momentum(falling, 0.9, nesterov)) - theirs).max() > 0.05


def test_works_wherever_it_may_be_used():
    check_optimizer(Momentum, learning_rate=0.01)
