"""Adagrad: the book's points, and the steps of Keras and PyTorch."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.optimizers.adagrad import Adagrad
from tfd2l.testing import check_optimizer


def test_walks_as_in_the_book(walk):
    assert walk(Adagrad(0.4))[-1] == pytest.approx((-2.382563, -0.158591), abs=1e-6)


def test_takes_the_steps_of_keras_from_a_sum_of_0(learnt):
    theirs = learnt(keras.optimizers.Adagrad(0.4, initial_accumulator_value=0.0, epsilon=1e-2))
    np.testing.assert_allclose(learnt(Adagrad(0.4, epsilon=1e-2)), theirs, rtol=1e-5, atol=1e-6)


def test_takes_the_steps_of_pytorch_without_epsilon(learnt):
    theirs = learnt(torch="Adagrad", lr=0.4, eps=0)
    np.testing.assert_allclose(learnt(Adagrad(0.4, epsilon=0)), theirs, rtol=1e-5, atol=1e-6)


def test_works_wherever_it_may_be_used():
    check_optimizer(Adagrad, learning_rate=0.1)
