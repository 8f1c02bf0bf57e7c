"""Minibatch gradient descent: the book's points, and PyTorch's steps."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.optimizers.sgd import SGD
from tfd2l.testing import check_optimizer


@pytest.mark.parametrize(("rate", "end"), [(0.4, (-0.943467, -0.000073)), (0.6, (-0.387814, -1673.365109))])
def test_walks_as_in_the_book(walk, rate, end):
    assert walk(SGD(rate))[-1] == pytest.approx(end, rel=3e-6, abs=1e-6)


def test_takes_the_steps_of_pytorch(learnt):
    theirs = learnt(torch="SGD", lr=0.1)
    np.testing.assert_allclose(learnt(SGD(0.1)), theirs, rtol=1e-5, atol=1e-6)


def test_works_wherever_it_may_be_used():
    check_optimizer(SGD, learning_rate=0.05)
