"""RMSProp: the book's points, and the steps of Keras and PyTorch."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.optimizers.rmsprop import RMSprop
from tfd2l.testing import check_optimizer


def test_walks_as_in_the_book(walk):
    assert walk(RMSprop(0.4))[-1] == pytest.approx((-0.010599, 0.0), abs=1e-6)


def test_takes_the_steps_of_keras(learnt):
    theirs = learnt(keras.optimizers.RMSprop(0.4, rho=0.9, epsilon=1e-2))
    np.testing.assert_allclose(learnt(RMSprop(0.4, epsilon=1e-2)), theirs, rtol=1e-5, atol=1e-5)


def test_takes_the_steps_of_pytorch_without_epsilon(learnt):
    theirs = learnt(torch="RMSprop", lr=0.4, alpha=0.9, eps=0)
    np.testing.assert_allclose(learnt(RMSprop(0.4, epsilon=0)), theirs, rtol=1e-5, atol=1e-5)


def test_gamma_1_is_refused_since_it_is_not_adagrad():
    with pytest.raises(ValueError, match=r"gamma must be in \[0, 1\)\. Received: gamma=1\.0"):
        RMSprop(gamma=1.0)


def test_works_wherever_it_may_be_used():
    check_optimizer(RMSprop, learning_rate=0.01)
