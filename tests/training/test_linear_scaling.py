"""The learning rate grows with the batch, at every step of a schedule."""

from __future__ import annotations

import keras

from tfd2l.training.linear_scaling import LinearScaling


def test_multiplies_a_number_and_a_schedule():
    assert LinearScaling(0.1, 2.0)(7) == 0.2
    halving = keras.optimizers.schedules.PiecewiseConstantDecay([3], [0.5, 0.25])
    assert [float(LinearScaling(halving, 4.0)(step)) for step in (0, 5)] == [2.0, 1.0]
    optimizer = keras.optimizers.SGD(LinearScaling(halving, 4.0))
    assert float(optimizer.learning_rate) == 2.0
